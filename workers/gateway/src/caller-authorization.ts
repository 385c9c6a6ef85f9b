import { sessionNameOf } from "@aarohan/access";
import { EdgeError, type SessionToken } from "@aarohan/contract";
import type { Context } from "hono";
import type { GatewayEnv } from "./gateway-env.ts";
import { sessionEnded, sessionIdOf } from "./session-cookie.ts";

/** How long to wait for an issuer that does not answer. */
const ISSUER_RETRY_SECONDS = 5;

/**
 * The caller's Authorization header, or, where there is none, that of the session that the browser's cookie stands for:
 * both are authenticated alike. `undefined` without either. Throws `session-ended`, or `issuer-unreachable` where the
 * session's token has run out.
 */
export async function authorizationOf(c: Context<GatewayEnv>): Promise<string | undefined> {
  const header = c.req.header("Authorization");
  if (header !== undefined) return header;
  const id = sessionIdOf(c);
  return id === undefined ? undefined : `Bearer ${(await sessionToken(c, id)).accessToken}`;
}

export async function sessionToken(
  c: Context<GatewayEnv>,
  id: string,
): Promise<SessionToken & { readonly kind: "token" }> {
  const answer = await c.env.SESSION.getByName(await sessionNameOf(id)).token(id);
  if (answer.kind === "ended") throw sessionEnded();
  if (answer.kind === "unavailable") throw issuerUnreachable();
  return answer;
}

export function issuerUnreachable(): EdgeError {
  return new EdgeError("issuer-unreachable", "The issuer that signs people in does not answer: try again.", {
    retryAfterSeconds: ISSUER_RETRY_SECONDS,
  });
}
