import type { AnyResource, Json, JsonObject } from "@aarohan/fhir";
import { isoDay } from "./indian-day.ts";
import { type Indicator, MEASURE_BASE } from "./indicators.ts";
import { agreementScores, type Numbers, type Shown } from "./numbers.ts";
import type { DayPeriod, Dimension } from "./tally.ts";

/** One value of a dimension, and its numbers. */
export interface Stratum {
  readonly value: string;
  readonly numbers: Numbers;
}

/** What was evaluated: of a region, or of everything. */
export interface EvaluatedGroup {
  /** State, or `state|district`; absent for everything that was asked for. */
  readonly region?: string;
  /** Absent where only the strata are told. */
  readonly numbers?: Numbers;
  readonly strata: readonly { readonly dimension: Dimension; readonly values: readonly Stratum[] }[];
}

export interface Evaluation {
  readonly indicator: Indicator;
  /** As the report names the Measure. Default: the canonical URL with its version. */
  readonly measure?: string;
  readonly period: DayPeriod;
  /** Milliseconds since 1970: when it was computed, and up to when the data are known. */
  readonly date: number;
  readonly dataAsOf: number;
  readonly groups: readonly EvaluatedGroup[];
  /** Counts below this, and above 0, are marked as small; default: none is. */
  readonly smallBelow?: number;
  /** Release of the aggregate tier that the numbers are from. */
  readonly release?: string;
}

const POPULATIONS = "http://terminology.hl7.org/CodeSystem/measure-population";
const REGION_SYSTEM = "https://artpark.in/region";
const STRUCTURES = "https://artpark.in/fhir/StructureDefinition";
const MASKED = {
  url: "http://hl7.org/fhir/StructureDefinition/data-absent-reason",
  valueCode: "masked",
};
const NAMES: Readonly<Record<string, string>> = {
  "initial-population": "Initial Population",
  denominator: "Denominator",
  numerator: "Numerator",
  "measure-population": "Measure Population",
};

/**
 * A summary MeasureReport (FHIR R4). Several regions are a group each, coded by the region; within a group each dimension is a
 * stratifier, and so are the indicator's own categories. What is suppressed has no value, and says that it is masked.
 */
export function measureReport(evaluation: Evaluation): AnyResource {
  const { indicator, period, date, dataAsOf, release } = evaluation;
  const extension: Json[] = [
    { url: `${STRUCTURES}/data-as-of`, valueInstant: new Date(dataAsOf).toISOString() },
    ...(release === undefined ? [] : [{ url: `${STRUCTURES}/release`, valueString: release }]),
  ];
  return {
    resourceType: "MeasureReport",
    extension,
    status: "complete",
    type: "summary",
    measure: evaluation.measure ?? canonicalOf(indicator),
    date: new Date(date).toISOString(),
    period: { start: isoDay(period.from), end: isoDay(period.to) },
    ...(evaluation.groups.length === 0
      ? {}
      : { group: evaluation.groups.map((group) => groupOf(group, evaluation)) }),
  };
}

export function canonicalOf({ id, version }: Indicator): string {
  return `${MEASURE_BASE}/${id}|${version}`;
}

/** `Karnataka|Bengaluru Urban` → the code and the name of the region. */
export function regionCoding(region: string): JsonObject {
  const name = region.split("|").at(-1) ?? "";
  return { system: REGION_SYSTEM, code: slugOf(name), display: name };
}

/** Lower case, letters and digits, words joined by `-`; `unknown` of nothing. */
export function slugOf(name: string): string {
  const slug = name
    .toLowerCase()
    .replace(/\([^)]*\)/g, " ")
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, "-")
    .replace(/^-+|-+$/g, "");
  return slug === "" ? "unknown" : slug;
}

function groupOf({ region, numbers, strata }: EvaluatedGroup, evaluation: Evaluation): JsonObject {
  const { indicator } = evaluation;
  const code =
    region === undefined
      ? { coding: [{ system: MEASURE_BASE, code: indicator.id, display: indicator.title }] }
      : { coding: [regionCoding(region)] };
  const stratifiers = [
    ...(numbers === undefined ? [] : categoryStratifier(numbers, evaluation)),
    ...strata.flatMap(({ dimension, values }) => [
      {
        code: [{ text: dimension }],
        stratum: values.map((one) => ({ value: stratumValue(one), ...bodyOf(one.numbers, evaluation) })),
      },
      ...splitCategories(dimension, values, evaluation),
    ]),
  ];
  const { extension: scores = [], ...body } = numbers === undefined ? {} : bodyOf(numbers, evaluation);
  const extension = [...stateExtension(region), ...scores];
  return {
    ...(extension.length === 0 ? {} : { extension }),
    code,
    ...body,
    ...(stratifiers.length === 0 ? {} : { stratifier: stratifiers }),
  };
}

/** Districts of several states have the same name: each says of which state it is. */
function stateExtension(region: string | undefined): JsonObject[] {
  const [state = "", district] = region?.split("|") ?? [];
  if (district === undefined) return [];
  return [{ url: `${STRUCTURES}/region-of`, valueCoding: regionCoding(state) }];
}

function categoryStratifier(numbers: Numbers, evaluation: Evaluation): JsonObject[] {
  const { categories: known } = evaluation.indicator;
  if (known === undefined || numbers.categories.length === 0) return [];
  return [
    {
      code: [categoriesCode(evaluation.indicator, known)],
      stratum: categoriesOf(numbers, evaluation).map(({ value, population }) => ({ value, population })),
    },
  ];
}

/** The indicator's categories within each value of a dimension: a stratifier of two components. */
function splitCategories(
  dimension: Dimension,
  values: readonly Stratum[],
  evaluation: Evaluation,
): JsonObject[] {
  const { categories: known } = evaluation.indicator;
  if (known === undefined || values.every(({ numbers }) => numbers.categories.length === 0)) return [];
  const code = categoriesCode(evaluation.indicator, known);
  return [
    {
      code: [{ text: dimension }, code],
      stratum: values.flatMap((one) =>
        categoriesOf(one.numbers, evaluation).map(({ value, population }) => ({
          component: [
            { code: { text: dimension }, value: stratumValue(one) },
            { code, value },
          ],
          population,
        })),
      ),
    },
  ];
}

type Categories = NonNullable<Indicator["categories"]>;

function categoriesCode({ id }: Indicator, { code, title }: Categories): JsonObject {
  return { coding: [{ system: `${MEASURE_BASE}/${id}`, code, display: title }] };
}

function categoriesOf({ categories }: Numbers, { indicator, smallBelow }: Evaluation) {
  const { id, scoring, categories: known } = indicator;
  const population = scoring === "cohort" ? "initial-population" : "numerator";
  return categories.flatMap((count, index) => {
    const category = known?.values[index];
    if (known === undefined || category === undefined) return [];
    const { code, display } = category;
    return [
      {
        value: { coding: [{ system: `${MEASURE_BASE}/${id}/${known.code}`, code, display }] },
        population: [populationOf(population, count, smallBelow)],
      },
    ];
  });
}

function stratumValue({ value }: Stratum): JsonObject {
  return { text: value.split("|").at(-1) ?? "" };
}

/** Populations and score of a group or stratum. */
function bodyOf(
  numbers: Numbers,
  { indicator, smallBelow }: Evaluation,
): JsonObject & { readonly extension?: readonly JsonObject[] } {
  const { initial, denominator, numerator, score, ninetieth, categories } = numbers;
  const isContinuous = indicator.scoring === "continuous-variable";
  const population = [
    populationOf("initial-population", initial, smallBelow),
    ...(denominator === undefined
      ? []
      : [populationOf(isContinuous ? "measure-population" : "denominator", denominator, smallBelow)]),
    ...(numerator === undefined ? [] : [populationOf("numerator", numerator, smallBelow)]),
  ];
  const further = indicator.id === "ai-agreement" ? agreementScores(categories) : {};
  const extension = [
    ...(ninetieth === undefined ? [] : [scoreExtension("90th-percentile", ninetieth, indicator)]),
    ...Object.entries(further).map(([name, value]) => scoreExtension(name, value, indicator)),
  ];
  return {
    ...(extension.length === 0 ? {} : { extension }),
    population,
    ...(score === undefined ? {} : { measureScore: quantityOf(score, indicator) }),
  };
}

function populationOf(code: string, count: Shown, smallBelow = 0): JsonObject {
  const isSmall = count !== "suppressed" && count > 0 && count < smallBelow;
  return {
    ...(isSmall ? { extension: [{ url: `${STRUCTURES}/small-cell`, valueBoolean: true }] } : {}),
    code: { coding: [{ system: POPULATIONS, code, display: NAMES[code] ?? code }] },
    ...(count === "suppressed" ? { _count: { extension: [MASKED] } } : { count }),
  };
}

function scoreExtension(name: string, value: Shown, indicator: Indicator): JsonObject {
  return { url: `${STRUCTURES}/measure-score-${name}`, valueQuantity: quantityOf(value, indicator) };
}

/** As reports and tables tell it: six digits. */
export function roundedScore(score: number): number {
  return Number(score.toPrecision(6));
}

function quantityOf(score: Shown, { scoring, per = 1 }: Indicator): JsonObject {
  if (score === "suppressed") return { extension: [MASKED] };
  const value = roundedScore(score);
  if (scoring === "continuous-variable")
    return { value, unit: "days", system: "http://unitsofmeasure.org", code: "d" };
  return per === 1 ? { value } : { value, unit: `per ${per}` };
}
