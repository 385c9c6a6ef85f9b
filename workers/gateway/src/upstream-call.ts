import type { Call } from "@aarohan/upstream";
import type { Context } from "hono";
import type { GatewayEnv } from "./gateway-env.ts";

/** What the upstream client needs to know of the request it works for. */
export function upstreamCall(c: Context<GatewayEnv>): Call {
  const authorization = c.get("authorization");
  return { requestId: c.get("requestId"), ...(authorization === undefined ? {} : { authorization }) };
}
