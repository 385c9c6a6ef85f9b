const DAY_MILLISECONDS = 86_400_000;
/** The programme's calendar is India's: UTC+05:30. */
const OFFSET_MILLISECONDS = 19_800_000;

/** A FHIR date or instant → whole days since 1970 in India; `undefined` for what is neither, or lacks day or zone. */
export function indianDay(value: unknown): number | undefined {
  if (typeof value !== "string") return undefined;
  if (/^\d{4}-\d\d-\d\d$/.test(value)) return dayOf(Date.parse(value));
  if (!/^\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)$/.test(value)) return undefined;
  return dayOf(Date.parse(value) + OFFSET_MILLISECONDS);
}

/** An instant (milliseconds since 1970) → whole days since 1970 in India. */
export function indianDayAt(milliseconds: number): number {
  return Math.floor((milliseconds + OFFSET_MILLISECONDS) / DAY_MILLISECONDS);
}

function dayOf(milliseconds: number): number | undefined {
  return Number.isNaN(milliseconds) ? undefined : Math.floor(milliseconds / DAY_MILLISECONDS);
}

/** Days since 1970 → `2025-03-01`. */
export function isoDay(day: number): string {
  return new Date(day * DAY_MILLISECONDS).toISOString().slice(0, 10);
}

/** Days since 1970 → months since 1970. */
export function monthOf(day: number): number {
  const date = new Date(day * DAY_MILLISECONDS);
  return (date.getUTCFullYear() - 1970) * 12 + date.getUTCMonth();
}

/** Months since 1970 → `2025-03`. */
export function isoMonth(month: number): string {
  return `${1970 + Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, "0")}`;
}

/** First day of a month, by months since 1970. */
export function firstDayOf(month: number): number {
  return Date.UTC(1970 + Math.floor(month / 12), month % 12, 1) / DAY_MILLISECONDS;
}

/** Anonymised rows show births by cohorts of so many years. */
const COHORT_YEARS = 5;

/**
 * The age that an anonymised row tells of a day: its calendar year less the middle of the birth cohort. From nothing else: an
 * age that is counted from the day of birth tells, of somebody who stands alone, which year of the cohort it is.
 */
export function shownAge(birthDate: string, day: number): number | undefined {
  const year = /^\d{4}/.exec(birthDate)?.[0];
  if (year === undefined) return undefined;
  const middle = Math.floor(Number(year) / COHORT_YEARS) * COHORT_YEARS + Math.floor(COHORT_YEARS / 2);
  return Math.max(0, Number(isoDay(day).slice(0, 4)) - middle);
}

/** Whole years from a birth date (year, month or day) to a day; an unknown month or day counts as the first. */
export function ageAt(birthDate: string, day: number): number | undefined {
  const [, year, month = "01", date = "01"] = /^(\d{4})(?:-(\d\d)(?:-(\d\d))?)?$/.exec(birthDate) ?? [];
  if (year === undefined) return undefined;
  const now = isoDay(day);
  const years = Number(now.slice(0, 4)) - Number(year);
  return now.slice(5) < `${month}-${date}` ? years - 1 : years;
}
