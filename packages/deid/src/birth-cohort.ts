import type { JsonObject } from "@aarohan/fhir";

/** Extension that holds the ages of a birth cohort (valueRange, years). */
const AGE_RANGE_URL = "https://artpark.in/fhir/StructureDefinition/age-range";

export interface CohortOptions {
  /** Length of a cohort in years. */
  readonly years: number;
  /** From this age on, the cohort itself is not told. */
  readonly topAge: number;
  /** Calendar year of the release. */
  readonly releaseYear: number;
}

export interface BirthCohort {
  /** 1 January of the cohort's first year; `undefined` at the top age and over. */
  readonly birthDate: string | undefined;
  /**
   * Ages that the cohort attains in the release year: from the cohort and the calendar year alone, never from the day of
   * birth, so that two exports on either side of a birthday do not differ.
   */
  readonly ageRange: JsonObject;
}

/** A FHIR date, whole or partial → its cohort. `undefined` for what is no date, or lies after the release year. */
export function birthCohort(date: string, options: CohortOptions): BirthCohort | undefined {
  const [, year] = /^(\d{4})(?:-\d\d(?:-\d\d)?)?$/.exec(date) ?? [];
  if (year === undefined || Number(year) < 1850 || Number(year) > options.releaseYear) return undefined;
  const first = Math.floor(Number(year) / options.years) * options.years;
  const oldest = options.releaseYear - first;
  if (oldest >= options.topAge)
    return { birthDate: undefined, ageRange: ageRange(options.topAge, undefined) };
  return { birthDate: `${first}-01-01`, ageRange: ageRange(Math.max(0, oldest - options.years + 1), oldest) };
}

function ageRange(low: number, high: number | undefined): JsonObject {
  return {
    url: AGE_RANGE_URL,
    valueRange: { low: years(low), ...(high === undefined ? {} : { high: years(high) }) },
  };
}

function years(value: number): JsonObject {
  return { value, unit: "years", system: "http://unitsofmeasure.org", code: "a" };
}

/** The date of birth that the programme's form derives from an age in years: the day of the form less 365 days a year. */
export function birthDateFromAge(years: number, authored: string): string | undefined {
  const day = Date.parse(authored.slice(0, 10));
  if (Number.isNaN(day)) return undefined;
  return new Date(day - years * 365 * 86_400_000).toISOString().slice(0, 10);
}
