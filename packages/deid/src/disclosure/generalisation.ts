import type { PatientClass } from "./class-report.ts";
import type { QuasiIdentifiers } from "./quasi-identifiers.ts";

/**
 * How coarse a patient's data leave: 0 as the policy has them; 1 without the district; 2 also with the birth cohort twice
 * as wide and dates by the quarter; 3 also without birth and age, and dates by the year.
 */
export type GeneralisationLevel = 0 | 1 | 2 | 3;

const GENERALISATION_LEVELS: readonly GeneralisationLevel[] = [0, 1, 2, 3];

/** `withheld`: too few look alike even at the coarsest level. */
export type ClassDecision = GeneralisationLevel | "withheld";

/** Years of the cohort at level 2. */
export const WIDE_COHORT_YEARS = 10;

/** What is shown of a class at a level. */
export function generalisedClass(shown: QuasiIdentifiers, level: GeneralisationLevel): QuasiIdentifiers {
  if (level === 0) return shown;
  const { birth, month, ...rest } = shown;
  if (level === 1) return { ...shown, district: "" };
  return {
    ...rest,
    district: "",
    birth: level === 3 ? "" : wideBirth(birth),
    month: generalisedDate(month, level),
  };
}

/**
 * The level at which the patients of each class leave, in the order of the classes: the finest at which at least `minimum`
 * patients who leave at that level look alike. So every class of the released data has `minimum` patients at least: those
 * of one level are counted among themselves, and what levels have in common only adds to that. Does not depend on the
 * order of the classes.
 */
export function decideGeneralisation(classes: readonly PatientClass[], minimum: number): ClassDecision[] {
  const decisions: ClassDecision[] = classes.map(() => "withheld");
  let left = classes.map((_, index) => index);
  for (const level of GENERALISATION_LEVELS) {
    const keys = new Map(left.map((index) => [index, keyAt(classes[index], level)]));
    const sizes = new Map<string, number>();
    for (const [index, key] of keys) sizes.set(key, (sizes.get(key) ?? 0) + (classes[index]?.count ?? 0));
    const isEnough = (index: number) => (sizes.get(keys.get(index) ?? "") ?? 0) >= minimum;
    for (const index of left) if (isEnough(index)) decisions[index] = level;
    left = left.filter((index) => !isEnough(index));
  }
  return decisions;
}

function keyAt(patientClass: PatientClass | undefined, level: GeneralisationLevel): string {
  if (patientClass === undefined) return "";
  const { birth, gender, district, state, month } = generalisedClass(patientClass.shown, level);
  return JSON.stringify([birth, gender, district, state, month]);
}

/** First day of the cohort of ten years; an age range without a cohort (90 and over) stays. */
function wideBirth(birth: string): string {
  const [, year] = /^(\d{4})-01-01$/.exec(birth) ?? [];
  if (year === undefined) return birth;
  return `${Math.floor(Number(year) / WIDE_COHORT_YEARS) * WIDE_COHORT_YEARS}-01-01`;
}

/** A FHIR date or dateTime of month precision or finer, at the precision of the level, in the same form. */
export function generalisedDate(date: string, level: GeneralisationLevel): string {
  if (level < 2) return date;
  const [, year, month, rest = ""] = /^(\d{4})-(\d\d)(.*)$/s.exec(date) ?? [];
  if (year === undefined || month === undefined) return date;
  if (level === 3 && rest === "") return year;
  const shown = level === 3 ? "01" : String(Math.floor((Number(month) - 1) / 3) * 3 + 1).padStart(2, "0");
  const day = rest.startsWith("-") ? `-01${rest.slice(3).replace(/^T[\d:.]*/, "T00:00:00")}` : "";
  return `${year}-${shown}${day}`;
}
