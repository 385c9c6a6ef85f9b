import { endSessionUrl, servingRole, sessionNameOf } from "@aarohan/access";
import { EdgeError, type SessionAnswer, type SessionToken, type SignOutAnswer } from "@aarohan/contract";
import type { Context, Handler } from "hono";
import { publicOrigin } from "./address.ts";
import { sessionToken } from "./caller-authorization.ts";
import { countRefusal } from "./count-refusal.ts";
import type { GatewayEnv } from "./gateway-env.ts";
import { clearSessionCookie, isSameOrigin, sessionEnded, sessionIdOf } from "./session-cookie.ts";
import { signInConfig } from "./sign-in.ts";

/**
 * `GET /auth/session`: who is signed in in this browser, as the page shows it. Not signed in is an answer, no error, until an
 * address has guessed too often (`rate-limited`).
 */
export function readSession(): Handler<GatewayEnv> {
  return async function readSession(c) {
    c.header("Cache-Control", "no-store");
    try {
      return c.json(await sessionAnswer(c));
    } catch (error) {
      if (!(error instanceof EdgeError) || error.status !== 401) throw error;
      clearSessionCookie(c);
      return c.json<SessionAnswer>({ signedIn: false });
    }
  };
}

async function sessionAnswer(c: Context<GatewayEnv>): Promise<SessionAnswer> {
  const session = await sessionOf(c);
  if (session === undefined) return { signedIn: false };
  const { accessToken, name, expires } = session;
  const identity = await c.get("services").access.authenticate(`Bearer ${accessToken}`);
  if ((await c.env.RATE_LIMITER.getByName(identity.userKey).standing()).denied) throw sessionEnded();
  return {
    signedIn: true,
    name,
    role: servingRole(identity.roles, c.req.header("Aarohan-Role")),
    roles: identity.roles,
    tenant: identity.tenant,
    expiresAt: new Date(expires).toISOString(),
  };
}

/** Of the browser's cookie. One that no session has may be guessed, and is counted like a bad token. */
async function sessionOf(
  c: Context<GatewayEnv>,
): Promise<(SessionToken & { readonly kind: "token" }) | undefined> {
  try {
    const id = sessionIdOf(c);
    return id === undefined ? undefined : await sessionToken(c, id);
  } catch (error) {
    throw error instanceof EdgeError && error.status < 500 ? await countRefusal(c, error) : error;
  }
}

/**
 * `POST /auth/logout`: the session is over here, its refresh token revoked, and the answer says where the browser signs out
 * at the issuer too. Throws `origin-refused` for a page of another origin: nobody is signed out by a stranger.
 */
export function signOut(): Handler<GatewayEnv> {
  return async function signOut(c) {
    const config = signInConfig(c);
    if (!isSameOrigin(c)) throw new EdgeError("origin-refused", "Only a page of this origin signs out.");
    const id = sessionIdOf(c);
    if (id !== undefined) await c.env.SESSION.getByName(await sessionNameOf(id)).close(id);
    clearSessionCookie(c);
    c.header("Cache-Control", "no-store");
    const endSession = endSessionUrl(config, `${publicOrigin(c)}/`);
    return c.json<SignOutAnswer>({ signedIn: false, ...(endSession === undefined ? {} : { endSession }) });
  };
}
