import { EdgeError, type Role } from "@aarohan/contract";
import { listedRegion } from "@aarohan/deid";
import {
  type DayPeriod,
  DIMENSIONS,
  type Dimension,
  INDICATORS,
  type Indicator,
  indianDay,
  indianDayAt,
  indicatorNamed,
  isoDay,
} from "@aarohan/measures";

/** What a report is asked to tell. */
export interface ReportQuery {
  readonly indicators: readonly Indicator[];
  /** As the Measure was named, where it was. */
  readonly named: string | undefined;
  readonly period: DayPeriod;
  readonly filter: Partial<Readonly<Record<Dimension, readonly string[]>>>;
  /** One group for each region, or one for everything. */
  readonly group: "district" | "state" | "none";
  readonly stratifiers: readonly Dimension[];
  /** Whether the numbers are to be those that are released to who may not see rows. */
  readonly isReleased: boolean;
  /** Whether it is asked by who sees no days: then neither periods nor medians of a few tell any. */
  readonly hidesDays: boolean;
}

/** What a caller of reports sees of rows. */
export interface ReportCaller {
  /** Whether organisations, as who sees identified data alone. */
  readonly mayFilterOrganisation: boolean;
  /** Whether no days, as who sees anonymised data: periods are then whole months. */
  readonly hidesDays: boolean;
}

export function reportCaller(role: Role): ReportCaller {
  return { mayFilterOrganisation: role === "system-administrator", hidesDays: role === "data-analyst" };
}

/** Values that a filter may have. */
const VALUES: Partial<Readonly<Record<Dimension, readonly string[]>>> = {
  setting: ["field", "hospital", "unknown"],
  sex: ["male", "female", "other", "unknown"],
  "age-band": ["0-29", "30-39", "40-49", "50-59", "60-65", "66+", "unknown"],
  tobacco: ["yes", "no", "unknown"],
};
/** The same: the word of R4's $evaluate-measure, and that of the MeasureReport that it gives. */
const REPORT_TYPES = ["population", "summary"];
/** They shape the answer. */
const SHAPING = ["_format", "_pretty"];
/** Reports are filtered by them as periods. */
const PERIODS = new Set<Dimension>(["month", "year"]);
/** Only who sees identified data knows organisations. */
const IDENTIFIED = new Set<string>(["organisation"] satisfies Dimension[]);
const NO_STRATIFIER = new Set<Dimension>(["organisation"]);
const DAY_MILLISECONDS = 86_400_000;

/** A parameter of reports, as a SearchParameter or an OperationDefinition tells it. */
export interface ReportParameter {
  readonly name: string;
  readonly type: "reference" | "date" | "string" | "token";
  readonly description: string;
}

const PARAMETERS: readonly ReportParameter[] = [
  { name: "measure", type: "reference", description: "A Measure, by its id, its name or its canonical URL." },
  {
    name: "period",
    type: "date",
    description: "A year, a month or a day, or the first and the last of them with ge and le.",
  },
  { name: "periodStart", type: "date", description: "The first year, month or day, beside periodEnd." },
  { name: "periodEnd", type: "date", description: "The last year, month or day, beside periodStart." },
  { name: "subject", type: "token", description: "A state or a district, as groups are coded." },
  { name: "reportType", type: "token", description: `One of: ${REPORT_TYPES.join(", ")}.` },
  { name: "group", type: "token", description: "One of: district, state, none." },
  {
    name: "stratifier",
    type: "token",
    description: `One of: ${DIMENSIONS.filter((one) => !NO_STRATIFIER.has(one)).join(", ")}.`,
  },
  { name: "release", type: "token", description: "One of: latest." },
  ...DIMENSIONS.filter((one) => !PERIODS.has(one)).map((one) => ({
    name: one,
    type: "token" as const,
    description: filterDescription(one),
  })),
];

/** What reports may be asked by. */
export function reportParameters(mayFilterOrganisation: boolean): readonly ReportParameter[] {
  return PARAMETERS.filter(({ name }) => mayFilterOrganisation || !IDENTIFIED.has(name));
}

function filterDescription(dimension: Dimension): string {
  const values = VALUES[dimension];
  return values === undefined ? `Names of ${dimension}s.` : `One of: ${values.join(", ")}.`;
}

/** Throws `parameter-invalid`, `parameter-unknown`, `parameter-repeated` or `precision-hidden`, naming the parameter. */
export function readReportQuery(
  pairs: readonly (readonly [string, string])[],
  defaults: ReportCaller & {
    readonly group: ReportQuery["group"];
    readonly measure: string | undefined;
    readonly now: number;
  },
): ReportQuery {
  const asked = new Map<string, string[]>();
  for (const [name, value] of pairs) asked.set(name, [...(asked.get(name) ?? []), value]);
  for (const name of asked.keys()) assertKnown(name, defaults.mayFilterOrganisation);
  const once = (name: string) => {
    const values = asked.get(name) ?? [];
    if (values.length > 1)
      throw new EdgeError("parameter-repeated", `${name} may stand only once.`, { parameter: name });
    return values[0];
  };
  if (!REPORT_TYPES.includes(once("reportType") ?? "population"))
    throw invalid("reportType", "is population or summary: there are no reports about single patients");
  const release = once("release");
  if (release !== undefined && release !== "latest") throw invalid("release", "is latest");
  const named = defaults.measure ?? once("measure");
  return {
    indicators: indicatorsOf(named),
    named,
    period: periodOf(asked.get("period") ?? [], once("periodStart"), once("periodEnd"), defaults),
    filter: filterOf(once),
    group: groupOf(once("group"), defaults.group),
    stratifiers: listOf(once("stratifier")).map(dimensionOf),
    isReleased: release !== undefined,
    hidesDays: defaults.hidesDays,
  };
}

/** The name that the export guide has for a Measure stands in the report as it was asked for. */
export function namedAsAsked({ named }: ReportQuery): { readonly measure?: string } {
  if (named === undefined || !/^(?:Measure\/)?oral-/.test(named)) return {};
  return { measure: `Measure/${named.replace(/^Measure\//, "")}` };
}

function assertKnown(name: string, mayFilterOrganisation: boolean): void {
  if (IDENTIFIED.has(name) && !mayFilterOrganisation)
    throw new EdgeError("parameter-hidden", `${name} is for who sees identified data.`, {
      parameter: name,
    });
  if (!PARAMETERS.some((one) => one.name === name) && !SHAPING.includes(name)) {
    const parameter = /^_?[A-Za-z-]{1,40}$/.test(name) ? name : "(malformed)";
    throw new EdgeError("parameter-unknown", "Reports do not know this parameter.", { parameter });
  }
}

function indicatorsOf(named: string | undefined): readonly Indicator[] {
  if (named === undefined) return INDICATORS;
  const indicator = indicatorNamed(named);
  if (indicator === undefined) throw invalid("measure", "names no Measure that there is");
  return [indicator];
}

/**
 * `period`: a year, a month or a day, or the first and the last of them (`ge2025-01-01` and `le2025-03-31`). Default: the last
 * calendar year that is over in India.
 */
function periodOf(
  texts: readonly string[],
  start: string | undefined,
  end: string | undefined,
  { now, hidesDays }: { readonly now: number; readonly hidesDays: boolean },
): DayPeriod {
  if ((start === undefined) !== (end === undefined))
    throw invalid(start === undefined ? "periodStart" : "periodEnd", "belongs to the other one");
  if (start !== undefined && end !== undefined) {
    if (texts.length > 0) throw invalid("period", "does not go with periodStart");
    const { from } = dayRange(start, "periodStart");
    const { to } = dayRange(end, "periodEnd");
    const period = spanning(from, to, "periodEnd");
    if (hidesDays) assertMonths(period, "periodStart", "periodEnd");
    return period;
  }
  if (texts.length === 0) return dayRange(String(Number(isoDay(indianDayAt(now)).slice(0, 4)) - 1), "period");
  const [only = ""] = texts;
  const isOne = texts.length === 1 && /^\d/.test(only);
  const first = isOne ? only : texts.find((text) => /^ge\d/.test(text))?.slice(2);
  const last = isOne ? only : texts.find((text) => /^le\d/.test(text))?.slice(2);
  if (texts.length !== (isOne ? 1 : 2) || first === undefined || last === undefined)
    throw invalid("period", "is a year, a month or a day, or has ge and le");
  const { from } = dayRange(first, "period");
  const { to } = dayRange(last, "period");
  const period = spanning(from, to, "period");
  if (hidesDays) assertMonths(period, "period", "period");
  return period;
}

/** Numbers of days would tell the day of a row, of which the month is shown: whoever asks twice has it by subtraction. */
function assertMonths({ from, to }: DayPeriod, start: string, end: string): void {
  const isFirst = isoDay(from).endsWith("-01");
  if (isFirst && isoDay(to + 1).endsWith("-01")) return;
  const parameter = isFirst ? end : start;
  throw new EdgeError(
    "precision-hidden",
    `${parameter}: a period begins with the first day of a month and ends with the last of one, because anonymised data show no days.`,
    { parameter },
  );
}

function spanning(from: number, to: number, parameter: string): DayPeriod {
  if (to < from) throw invalid(parameter, "ends before it begins");
  return { from, to };
}

function dayRange(text: string, parameter: string): DayPeriod {
  const [, year, month, day] = /^(\d{4})(?:-(\d\d)(?:-(\d\d))?)?$/.exec(text) ?? [];
  const from = year === undefined ? undefined : indianDay(`${year}-${month ?? "01"}-${day ?? "01"}`);
  // What no calendar has would be read as a day after.
  const isThere = from !== undefined && isoDay(from).startsWith(text);
  if (year === undefined || !isThere || Number(year) < 1971 || Number(year) > 2148)
    throw invalid(parameter, "is a year, a month or a day");
  if (day !== undefined) return { from, to: from };
  const after =
    month === undefined ? Date.UTC(Number(year) + 1, 0, 1) : Date.UTC(Number(year), Number(month), 1);
  return { from, to: after / DAY_MILLISECONDS - 1 };
}

type Once = (name: string) => string | undefined;

function filterOf(once: Once): ReportQuery["filter"] {
  const filter: Partial<Record<Dimension, readonly string[]>> = {};
  for (const [dimension, known] of Object.entries(VALUES)) {
    const values = listOf(once(dimension));
    if (values.some((value) => !known.includes(value)))
      throw invalid(dimension, `is one of: ${known.join(", ")}`);
    if (values.length > 0) filter[dimension as Dimension] = values;
  }
  const organisations = listOf(once("organisation"));
  if (organisations.length > 0) filter.organisation = organisations;
  const regions = [
    ...listOf(once("district")).map((name) => regionNamed(name, once("state"), "district")),
    ...subjectOf(once("subject")),
  ];
  const districts = regions.flatMap(({ state, district }) =>
    district === undefined ? [] : [`${state}|${district}`],
  );
  const states = [
    ...listOf(once("state")).map((name) => regionNamed(name, undefined, "state").state),
    ...regions.flatMap(({ state, district }) => (district === undefined ? [state] : [])),
  ];
  if (districts.length > 0) filter.district = districts;
  if (states.length > 0) filter.state = states;
  return filter;
}

interface NamedRegion {
  readonly state: string;
  readonly district: string | undefined;
}

/** A state or a district by its name or by the code of its group. */
function regionNamed(name: string, state: string | undefined, parameter: "district" | "state"): NamedRegion {
  const { state: own, district } = listedRegion(
    parameter === "state"
      ? { state: name }
      : { district: name, ...(state === undefined || state.includes(",") ? {} : { state }) },
  );
  if (own === undefined || (parameter === "district" && district === undefined))
    throw invalid(parameter, `names no ${parameter} that there is`);
  return { state: own, district };
}

/** `subject`: a region, as its group is coded. */
function subjectOf(subject: string | undefined): NamedRegion[] {
  if (subject === undefined) return [];
  const { state, district } = listedRegion({ district: subject });
  const whole = state === undefined ? listedRegion({ state: subject }).state : state;
  if (whole === undefined) throw invalid("subject", "is a state or a district, as groups are coded");
  return [{ state: whole, district }];
}

function groupOf(text: string | undefined, otherwise: ReportQuery["group"]): ReportQuery["group"] {
  if (text === undefined) return otherwise;
  if (text !== "district" && text !== "state" && text !== "none")
    throw invalid("group", "is district, state or none");
  return text;
}

function dimensionOf(text: string): Dimension {
  const dimension = DIMENSIONS.find((one) => one === text);
  if (dimension === undefined || NO_STRATIFIER.has(dimension))
    throw invalid(
      "stratifier",
      `is one of: ${DIMENSIONS.filter((one) => !NO_STRATIFIER.has(one)).join(", ")}`,
    );
  return dimension;
}

function listOf(text: string | undefined): string[] {
  if (text === undefined) return [];
  return text.split(",").map((one) => one.trim());
}

function invalid(parameter: string, what: string): EdgeError {
  return new EdgeError("parameter-invalid", `${parameter} ${what}.`, { parameter });
}
