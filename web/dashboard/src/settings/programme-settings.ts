import { type Parameter, readParameters, textOf, textsOf } from "../gateway/parameters.ts";

/** Eligible people of a place in a year, as it is typed: the denominator of coverage. */
export interface DenominatorRow {
  readonly state: string;
  /** "" for the whole state. */
  readonly district: string;
  readonly year: string;
  readonly eligible: string;
  /** Where the number comes from. */
  readonly source: string;
}

/** A chart that the public may see on these origins. */
export interface WidgetRow {
  readonly widget: string;
  readonly measure: string;
  /** `state` or `state|district`; "" for every region. */
  readonly region: string;
  /** Exact origins, apart by spaces; `*` for every page. */
  readonly origins: string;
}

/** What arrives by deployment, and is only shown. */
export interface ShownSetting {
  readonly name: string;
  readonly facts: readonly (readonly [name: string, value: string])[];
}

export interface ProgrammeSettings {
  readonly denominators: readonly DenominatorRow[];
  readonly widgets: readonly WidgetRow[];
  readonly shown: readonly ShownSetting[];
}

const SHOWN = new Set(["policy", "limit"]);

/** `GET $settings`. Throws GatewayError. */
export function readSettings(document: unknown): ProgrammeSettings {
  const parameters = readParameters(document);
  const partsOf = (name: string) => parameters.filter((each) => each.name === name).map(({ parts }) => parts);
  return {
    denominators: partsOf("denominator").map(readDenominator),
    widgets: partsOf("publishedWidget").map(readWidget),
    shown: parameters.filter(({ name }) => SHOWN.has(name)).map(readShown),
  };
}

function readDenominator(parts: readonly Parameter[]): DenominatorRow {
  const text = (name: string) => textOf(parts, name) ?? "";
  return {
    state: text("state"),
    district: text("district"),
    year: text("year"),
    eligible: text("eligible"),
    source: text("source"),
  };
}

function readWidget(parts: readonly Parameter[]): WidgetRow {
  const text = (name: string) => textOf(parts, name) ?? "";
  return {
    widget: text("widget"),
    measure: text("measure"),
    region: text("region"),
    origins: textsOf(parts, "origin").join(" "),
  };
}

function readShown({ name, value, parts }: Parameter): ShownSetting {
  const facts = parts.map((part) => [part.name, part.value ?? ""] as const);
  return { name, facts: value === undefined ? facts : [["", value], ...facts] };
}

/** Ids of the Measures of a searchset. */
export function readMeasureIds(document: unknown): string[] {
  const { entry } = Object(document);
  const ids = Array.isArray(entry) ? entry.map((each) => Object(Object(each).resource).id) : [];
  return ids.filter((id) => typeof id === "string");
}

/** The body of `POST $settings`: all that can be edited. */
export function settingsBody({ denominators, widgets }: Pick<ProgrammeSettings, "denominators" | "widgets">) {
  return {
    resourceType: "Parameters",
    parameter: [
      ...denominators.map(({ state, district, year, eligible, source }) => ({
        name: "denominator",
        part: [
          ...textPart("state", state),
          ...textPart("district", district),
          { name: "year", valueInteger: Number(year) },
          { name: "eligible", valueInteger: Number(eligible) },
          ...textPart("source", source),
        ],
      })),
      ...widgets.map(({ widget, measure, region, origins }) => ({
        name: "publishedWidget",
        part: [
          { name: "widget", valueCode: widget },
          { name: "measure", valueId: measure },
          ...textPart("region", region),
          ...listed(origins).map((origin) => ({ name: "origin", valueUri: origin })),
        ],
      })),
    ],
  };
}

function textPart(name: string, value: string) {
  return value.trim() === "" ? [] : [{ name, valueString: value.trim() }];
}

function listed(text: string): string[] {
  return text.split(/[\s,]+/).filter((each) => each !== "");
}

/** The first field of a row that cannot be so; `undefined` where all can. */
export function wrongDenominator(row: DenominatorRow): keyof DenominatorRow | undefined {
  if (row.state.trim() === "") return "state";
  if (!/^20\d\d$/.test(row.year)) return "year";
  if (!/^[1-9]\d{0,9}$/.test(row.eligible)) return "eligible";
  return row.source.trim() === "" ? "source" : undefined;
}

export function wrongWidget(row: WidgetRow): keyof WidgetRow | undefined {
  if (row.widget === "") return "widget";
  if (row.measure.trim() === "") return "measure";
  const origins = listed(row.origins);
  return origins.length > 0 && origins.every(isOrigin) ? undefined : "origins";
}

/** An exact origin (RFC 6454 §6.2) by https, http on this machine alone, or `*` for every page. */
export function isOrigin(text: string): boolean {
  if (text === "*") return true;
  if (!/^https:\/\/[a-z0-9.-]+(?::\d+)?$|^http:\/\/(?:127\.0\.0\.1|localhost)(?::\d+)?$/.test(text))
    return false;
  return URL.canParse(text) && new URL(text).origin === text;
}
