import { EdgeError, type EmbedScope } from "@aarohan/contract";
import type { AnyResource } from "@aarohan/fhir";
import type { Context } from "hono";
import type { GatewayEnv } from "./gateway-env.ts";

/** A MeasureReport of released numbers. */
export interface ReleasedReport {
  readonly report: AnyResource;
  /** The release that they are of: the same question has the same answer within it. */
  readonly release: string;
}

export interface ReleasedQuestion {
  readonly tenant: string;
  readonly scope: EmbedScope;
  /** `period`, `group` and `stratifier`, as searches of MeasureReport have them. */
  readonly cuts: readonly (readonly [name: string, value: string])[];
}

/** The report that this tenant has released for the widget. */
export async function releasedReport(
  _c: Context<GatewayEnv>,
  _question: ReleasedQuestion,
): Promise<ReleasedReport> {
  throw new EdgeError("indicators-unavailable", "Nothing has been released yet: ask again soon.", {
    retryAfterSeconds: 60,
  });
}
