import type { MeasureId } from "@aarohan/kit";
import type { Filters, Split } from "./filters.ts";

/** What a view asks of the gateway. */
export interface ReportQuery {
  /** Default: every Measure, a report for each. */
  readonly measure?: MeasureId;
  /** A group for each region, or one for everything. */
  readonly group: "state" | "district" | "none";
  readonly split?: Split;
  readonly filters: Filters;
}

/** Path and query of the MeasureReports, as everybody asks for them. `csv`: a row for each number. */
export function reportPath(query: ReportQuery, format: "json" | "csv" = "json"): string {
  const { measure, group, split, filters } = query;
  const parameters = new URLSearchParams();
  if (measure !== undefined) parameters.set("measure", measure);
  for (const period of periodsOf(filters.period)) parameters.append("period", period);
  parameters.set("group", group);
  if (split !== undefined) parameters.set("stratifier", split);
  const narrowing = {
    state: filters.state,
    district: filters.district,
    setting: filters.setting,
    sex: filters.sex,
    "age-band": filters.ageBand,
  };
  for (const [name, value] of Object.entries(narrowing)) if (value !== "") parameters.set(name, value);
  if (format === "csv") parameters.set("_format", "csv");
  return `/fhir/MeasureReport?${parameters}`;
}

/**
 * All that the filters name, as one group. A place is asked for as a region: published numbers and denominators are of places,
 * and of nothing between.
 */
export function wholeGroup({ state, district }: Filters): ReportQuery["group"] {
  if (district !== "") return "district";
  return state === "" ? "none" : "state";
}

/** The same of one Measure. */
export function ofMeasure(query: ReportQuery, measure: MeasureId): ReportQuery {
  return { ...query, measure };
}

/** The page that says what a Measure means. */
export function measureHref(measure: string): string {
  return `/definition/${measure}`;
}

function periodsOf(period: string): string[] {
  const [from, to] = period.split("..");
  return from === undefined || to === undefined ? [period] : [`ge${from}`, `le${to}`];
}
