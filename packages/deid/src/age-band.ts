import type { JsonObject } from "@aarohan/fhir";
import { parseFhirDate } from "./fhir-date.ts";

/** Extension that holds the ages of a birth cohort: valueRange, or valueQuantity where only a lower end is told. */
export const AGE_RANGE_URL = "https://artpark.in/fhir/StructureDefinition/age-range";

export interface CohortOptions {
  /** Length of a cohort in years. 1 tells the year alone. */
  readonly years: number;
  /** From this age on, the cohort itself is not told (45 CFR 164.514(b)(2)(i)(C): 90). */
  readonly topAge: number;
  /** Calendar year of the release. */
  readonly releaseYear: number;
}

export interface BirthCohort {
  /** 1 January of the cohort's first year, or that year; `undefined` at the top age and over. */
  readonly birthDate: string | undefined;
  /**
   * Ages that the cohort attains in the release year: from the cohort and the calendar year alone, never from the day of
   * birth, so that two exports on either side of a birthday do not differ.
   */
  readonly ageRange: JsonObject;
}

const EARLIEST_YEAR = 1850;

/** A FHIR date, whole or partial → its cohort. `undefined` for what is no date, or lies after the release year. */
export function birthCohort(date: string, options: CohortOptions): BirthCohort | undefined {
  const year = date.length <= 10 ? parseFhirDate(date)?.year : undefined;
  if (year === undefined || year < EARLIEST_YEAR || year > options.releaseYear) return undefined;
  const first = Math.floor(year / options.years) * options.years;
  const oldest = options.releaseYear - first;
  if (oldest >= options.topAge) return { birthDate: undefined, ageRange: topRange(options) };
  const range = { low: years(Math.max(0, oldest - options.years + 1)), high: years(oldest) };
  return {
    birthDate: options.years === 1 ? String(first) : `${first}-01-01`,
    ageRange: { url: AGE_RANGE_URL, valueRange: range },
  };
}

function topRange({ years: cohort, topAge }: CohortOptions): JsonObject {
  return cohort === 1
    ? { url: AGE_RANGE_URL, valueQuantity: { comparator: ">=", ...years(topAge) } }
    : { url: AGE_RANGE_URL, valueRange: { low: years(topAge) } };
}

/** An Age in years → its band: a Range, or an Age where the band is one year. `undefined` for another unit. */
export function ageBand(
  age: JsonObject,
  options: Omit<CohortOptions, "releaseYear">,
): JsonObject | undefined {
  const { value, code, unit, comparator } = age;
  const inYears = code === "a" || (code === undefined && (unit === "a" || unit === "years" || unit === "yr"));
  if (typeof value !== "number" || value < 0 || value > 150 || !inYears || comparator !== undefined)
    return undefined;
  const first = Math.floor(value / options.years) * options.years;
  const top = Math.floor(value) >= options.topAge;
  if (options.years === 1) {
    return top ? { comparator: ">=", ...years(options.topAge) } : years(first);
  }
  if (top) return { low: years(options.topAge) };
  return { low: years(first), high: years(Math.min(first + options.years, options.topAge) - 1) };
}

function years(value: number): JsonObject {
  return { value, unit: "years", system: "http://unitsofmeasure.org", code: "a" };
}

/** The date of birth that the programme's form derives from an age in years: the day of the form less 365 days a year. */
export function birthDateFromAge(age: number, authored: string): string | undefined {
  const day = Date.parse(authored.slice(0, 10));
  if (Number.isNaN(day)) return undefined;
  return new Date(day - age * 365 * 86_400_000).toISOString().slice(0, 10);
}
