import type { ReleaseOptions } from "@aarohan/pipeline";
import type { Context } from "hono";
import type { GatewayEnv } from "./gateway-env.ts";
import { upstreamCall } from "./upstream-call.ts";

/** How this caller's view turns upstream resources into what leaves. */
export function releaseBy(
  c: Context<GatewayEnv>,
): Pick<ReleaseOptions, "anonymiserFor" | "withheldOf" | "isAuthorised" | "prepare"> {
  const { questionnaires } = c.get("tenant");
  const { anonymiserFor, audience, consent, isAuthorised } = c.get("view");
  if (audience === "identified")
    return { anonymiserFor, ...(isAuthorised === undefined ? {} : { isAuthorised }) };
  const call = upstreamCall(c);
  return {
    anonymiserFor,
    prepare: (response) => questionnaires.learn(response, call),
    ...(consent === undefined ? {} : { withheldOf: (ids) => consent.withheldOf(ids, call) }),
  };
}
