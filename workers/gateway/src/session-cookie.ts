import { isSessionId } from "@aarohan/access";
import { EdgeError } from "@aarohan/contract";
import type { Context } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import type { GatewayEnv } from "./gateway-env.ts";

const NAME = "session";
/** `__Host-` (RFC 6265bis §4.1.3.2): of this host alone, over a secure connection, for every path; ends with the browser. */
const ATTRIBUTES = { prefix: "host", httpOnly: true, secure: true, sameSite: "Lax", path: "/" } as const;

/**
 * The id of the browser's session. A cookie counts only where the browser itself says that a page of this origin asks
 * (Fetch Metadata §2.3), and never beside an Authorization header: reads change state too (`GET $export`), so that
 * `SameSite` is not enough. Throws `session-ended` for a cookie that is no id.
 */
export function sessionIdOf(c: Context<GatewayEnv>): string | undefined {
  if (c.req.header("Authorization") !== undefined || !isSameOrigin(c)) return undefined;
  const id = getCookie(c, NAME, "host");
  if (id !== undefined && !isSessionId(id)) throw sessionEnded();
  return id;
}

export function isSameOrigin(c: Context<GatewayEnv>): boolean {
  return c.req.header("Sec-Fetch-Site") === "same-origin";
}

export function setSessionCookie(c: Context<GatewayEnv>, id: string): void {
  setCookie(c, NAME, id, ATTRIBUTES);
}

export function clearSessionCookie(c: Context<GatewayEnv>): void {
  deleteCookie(c, NAME, ATTRIBUTES);
}

export function sessionEnded(): EdgeError {
  return new EdgeError("session-ended", "The session has ended: sign in again.");
}
