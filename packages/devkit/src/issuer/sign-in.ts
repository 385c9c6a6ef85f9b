import { timingSafeEqual } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type Provider from "oidc-provider";
import { DEMO_USERS } from "./demo-people.ts";

/** The sign-in page of an interaction (GET), and what comes back from it (POST). */
export async function signIn(
  provider: Provider,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const details = await provider.interactionDetails(request, response);
  if (request.method !== "POST") {
    showForm(response, 200, details.uid, "");
    return;
  }
  const form = new URLSearchParams(await readForm(request));
  const user = DEMO_USERS.find(({ username }) => username === form.get("username"));
  if (user === undefined || !sameText(user.password, form.get("password") ?? "")) {
    showForm(response, 401, details.uid, "That name and password do not belong together.");
    return;
  }
  await provider.interactionFinished(request, response, { login: { accountId: user.username } });
}

async function readForm(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request) {
    text += chunk;
    if (text.length > 4096) throw new Error("the form is too large");
  }
  return text;
}

function sameText(expected: string, given: string): boolean {
  const [a, b] = [Buffer.from(expected), Buffer.from(given)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function showForm(response: ServerResponse, status: number, uid: string, message: string): void {
  response.writeHead(status, {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
  });
  response.end(page(encodeURIComponent(uid), message));
}

/** Both arguments are safe as they stand: an encoded id, and a sentence of our own. */
function page(uid: string, message: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sign in</title>
<style>
:root { color-scheme: light dark; font: 1rem/1.6 system-ui, sans-serif; }
body { display: grid; place-items: center; min-height: 100vh; margin: 0; }
form { display: grid; gap: .75rem; width: min(20rem, 90vw); }
input, button { font: inherit; padding: .5rem .75rem; border: 1px solid; border-radius: .5rem; }
button { background: #0f5e5c; color: #fff; border-color: #0f5e5c; cursor: pointer; }
</style></head>
<body><form method="post" action="${uid}">
<h1>Demo sign-in</h1>
<p role="alert">${message}</p>
<label for="username">Name</label><input id="username" name="username" autocomplete="username" required autofocus>
<label for="password">Password</label><input id="password" name="password" type="password" autocomplete="current-password" required>
<button>Sign in</button>
</form></body></html>`;
}
