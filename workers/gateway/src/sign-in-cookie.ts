import type { SignInAttempt } from "@aarohan/access";
import type { Context } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import type { GatewayEnv } from "./gateway-env.ts";

const MAXIMUM_SECONDS = 600;
const STATE = /^[A-Za-z0-9_-]{43}$/;
const BINDING = ["sign-in"];
const ATTRIBUTES = { prefix: "host", httpOnly: true, secure: true, sameSite: "Lax", path: "/" } as const;

/** What is kept of a sign-in while the browser is at the issuer: with the browser, sealed, so that strangers leave nothing here. */
export interface KeptAttempt {
  readonly attempt: SignInAttempt;
  readonly returnTo: string;
  /** Milliseconds since 1970. */
  readonly expires: number;
}

export async function keepAttempt(
  c: Context<GatewayEnv>,
  attempt: SignInAttempt,
  returnTo: string,
): Promise<void> {
  const kept: KeptAttempt = { attempt, returnTo, expires: Date.now() + MAXIMUM_SECONDS * 1000 };
  const sealed = await (await c.get("services").attempts()).seal(kept, BINDING);
  setCookie(c, nameFor(attempt.state), sealed, { ...ATTRIBUTES, maxAge: MAXIMUM_SECONDS });
}

/** The attempt that this state belongs to, in the browser that began it; it is taken away. */
export async function takeAttempt(
  c: Context<GatewayEnv>,
  state: string | undefined,
): Promise<KeptAttempt | undefined> {
  if (state === undefined || !STATE.test(state)) return undefined;
  const sealed = getCookie(c, nameFor(state), "host");
  if (sealed === undefined) return undefined;
  deleteCookie(c, nameFor(state), ATTRIBUTES);
  // What opens was sealed here.
  const kept = (await (await c.get("services").attempts()).open(sealed, BINDING)) as KeptAttempt | undefined;
  return kept !== undefined && Date.now() < kept.expires ? kept : undefined;
}

/** One for each attempt: two tabs may sign in at the same time. */
function nameFor(state: string): string {
  return `sign-in-${state.slice(0, 16)}`;
}
