import { timingSafeEqual } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type Provider from "oidc-provider";
import { DEMO_USERS } from "./demo-people.ts";
import { noticePage, PAGE_HEADERS, signInPage } from "./page.ts";

const MAXIMUM_FORM_CHARACTERS = 4096;

/**
 * The sign-in page of an interaction (GET), and what comes back from it (POST). Both need the interaction's signed
 * cookie, which is SameSite=Lax: a form on another site cannot sign anybody in.
 */
export async function signIn(
  provider: Provider,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    await provider.interactionDetails(request, response);
    await answer(provider, request, response);
  } catch {
    const message = "This sign-in has ended, or began in another browser. Start again from the application.";
    show(response, 400, noticePage("Nothing to sign in to", message));
  }
}

async function answer(provider: Provider, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method !== "POST") {
    show(response, 200, signInPage(""));
    return;
  }
  const form = new URLSearchParams(await readForm(request));
  const user = DEMO_USERS.find(({ username }) => username === form.get("username"));
  if (user === undefined || !sameText(user.password, form.get("password") ?? "")) {
    // Not 401: there is no challenge that a browser could answer (RFC 9110 §15.5.2).
    show(response, 403, signInPage("That name and password do not belong together."));
    return;
  }
  await provider.interactionFinished(request, response, { login: { accountId: user.username } });
}

async function readForm(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request) {
    text += chunk;
    if (text.length > MAXIMUM_FORM_CHARACTERS) throw new Error("the form is too large");
  }
  return text;
}

function sameText(expected: string, given: string): boolean {
  const [a, b] = [Buffer.from(expected), Buffer.from(given)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function show(response: ServerResponse, status: number, page: string): void {
  response.writeHead(status, PAGE_HEADERS).end(page);
}
