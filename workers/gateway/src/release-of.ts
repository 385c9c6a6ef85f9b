import { releaseBy } from "@aarohan/programme";
import type { Context } from "hono";
import type { GatewayEnv } from "./gateway-env.ts";
import { upstreamCall } from "./upstream-call.ts";

/** How this caller's view turns upstream resources into what leaves. */
export function releaseOf(c: Context<GatewayEnv>): ReturnType<typeof releaseBy> {
  return releaseBy(c.get("view"), c.get("tenant"), upstreamCall(c));
}
