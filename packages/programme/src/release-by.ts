import type { ReleaseOptions } from "@aarohan/pipeline";
import type { Call } from "@aarohan/upstream";
import type { Tenant } from "./tenant.ts";
import type { View } from "./view.ts";

/** How a caller's view turns upstream resources into what leaves. */
export function releaseBy(
  { anonymiserFor, audience, consent, isAuthorised, mayInclude }: View,
  { questionnaires }: Tenant,
  call: Call,
): Pick<ReleaseOptions, "anonymiserFor" | "withheldOf" | "isAuthorised" | "prepare" | "mayInclude"> {
  if (audience === "identified")
    return { anonymiserFor, mayInclude, ...(isAuthorised === undefined ? {} : { isAuthorised }) };
  return {
    anonymiserFor,
    mayInclude,
    prepare: (response) => questionnaires.learn(response, call),
    ...(consent === undefined ? {} : { withheldOf: (ids) => consent.withheldOf(ids, call) }),
  };
}
