import { endSessionUrl, servingRole, sessionNameOf } from "@aarohan/access";
import { EdgeError, type SessionAnswer, type SignOutAnswer } from "@aarohan/contract";
import type { Context, Handler } from "hono";
import { publicOrigin } from "./address.ts";
import { sessionToken } from "./caller-authorization.ts";
import type { GatewayEnv } from "./gateway-env.ts";
import { clearSessionCookie, isSameOrigin, sessionEnded, sessionIdOf } from "./session-cookie.ts";
import { signInConfig } from "./sign-in.ts";

/** `GET /auth/session`: who is signed in in this browser, as the page shows it. Not signed in is an answer, no error. */
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
  const id = sessionIdOf(c);
  if (id === undefined) return { signedIn: false };
  const { accessToken, name, expires } = await sessionToken(c, id);
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
