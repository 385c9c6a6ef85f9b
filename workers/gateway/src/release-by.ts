import type { ReleaseOptions } from "@aarohan/pipeline";
import type { Context } from "hono";
import type { GatewayEnv } from "./gateway-env.ts";
import { upstreamCall } from "./upstream-call.ts";

/** How this caller's view turns upstream resources into what leaves. */
export function releaseBy(c: Context<GatewayEnv>): Pick<ReleaseOptions, "anonymiser" | "prepare"> {
  const { questionnaires } = c.get("services");
  const { anonymiser, audience } = c.get("view");
  if (audience === "identified") return { anonymiser };
  return { anonymiser, prepare: (response) => questionnaires.learn(response, upstreamCall(c)) };
}
