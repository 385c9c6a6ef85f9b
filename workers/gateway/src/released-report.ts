import { EdgeError, type EmbedScope } from "@aarohan/contract";
import type { AnyResource } from "@aarohan/fhir";
import { measureReport } from "@aarohan/measures";
import { type ReportQuery, readReportQuery } from "@aarohan/reports";
import type { Context } from "hono";
import type { GatewayEnv } from "./gateway-env.ts";
import { evaluateReleased } from "./released-reports.ts";

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

/** The report that the tenant has released for the widget: of nothing outside its region. */
export async function releasedReport(
  c: Context<GatewayEnv>,
  { tenant, scope, cuts }: ReleasedQuestion,
): Promise<ReleasedReport> {
  const [evaluation] = await evaluateReleased(c, queryOf(scope, cuts), tenant);
  if (evaluation?.release === undefined) throw new Error("a released report has no release");
  return { report: measureReport(evaluation), release: evaluation.release };
}

/** Groups are states; of a state, its districts; of a district, itself. */
function queryOf({ measure, region }: EmbedScope, cuts: ReleasedQuestion["cuts"]): ReportQuery {
  const isDistrict = region?.includes("|") === true;
  const query = readReportQuery([...cuts], {
    group: region === undefined ? "state" : "district",
    measure: `Measure/${measure}`,
    mayFilterOrganisation: false,
    hidesDays: false,
    now: Date.now(),
  });
  if (region === undefined) return query;
  if (query.group === "none" || (isDistrict && query.group === "state")) {
    throw new EdgeError("embed-not-granted", "The widget is for one region: its groups are of that.", {
      parameter: "group",
    });
  }
  return { ...query, filter: isDistrict ? { district: [region] } : { state: [region] } };
}
