import type { ReleaseOptions } from "@aarohan/pipeline";
import type { Context } from "hono";
import type { GatewayEnv } from "./gateway-env.ts";
import { upstreamCall } from "./upstream-call.ts";

/** How this caller's view turns upstream resources into what leaves. */
export function releaseBy(
  c: Context<GatewayEnv>,
): Pick<ReleaseOptions, "anonymiserFor" | "withheldOf" | "isAuthorised" | "prepare" | "mayInclude"> {
  const { questionnaires } = c.get("tenant");
  const { anonymiserFor, audience, consent, isAuthorised, mayInclude } = c.get("view");
  if (audience === "identified")
    return { anonymiserFor, mayInclude, ...(isAuthorised === undefined ? {} : { isAuthorised }) };
  const call = upstreamCall(c);
  return {
    anonymiserFor,
    mayInclude,
    prepare: (response) => questionnaires.learn(response, call),
    ...(consent === undefined ? {} : { withheldOf: (ids) => consent.withheldOf(ids, call) }),
  };
}
