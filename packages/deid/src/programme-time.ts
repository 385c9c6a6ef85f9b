/** Months and days as the programme's clocks show them. All functions take the zone's offset from UTC in minutes. */

const DATE_TIME = /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)?)?)?)?$/;

/**
 * A FHIR date, dateTime or instant → its month (`2025-03`), or its year where it has no more. An instant counts in the
 * programme's zone; a date without a time is what it says. `undefined` for anything else.
 */
export function monthOf(text: string, utcOffsetMinutes: number): string | undefined {
  const match = DATE_TIME.exec(text);
  if (match === null) return undefined;
  const [, year, month, day] = match;
  if (month === undefined) return year;
  if (day === undefined || !text.includes("T")) return isMonth(month) ? `${year}-${month}` : undefined;
  return localDate(text, utcOffsetMinutes)?.slice(0, 7);
}

/** An instant → the day (`2025-03-31`) on which it falls in the programme's zone. */
export function localDate(text: string, utcOffsetMinutes: number): string | undefined {
  const match = DATE_TIME.exec(text);
  if (match === null) return undefined;
  if (!text.includes("T")) return match[3] === undefined ? undefined : text;
  // FHIR demands a zone with a time; where it is missing, the programme's own is meant.
  const instant = Date.parse(/(?:Z|[+-]\d\d:\d\d)$/.test(text) ? text : `${text}Z`);
  if (Number.isNaN(instant)) return undefined;
  const shift = /(?:Z|[+-]\d\d:\d\d)$/.test(text) ? utcOffsetMinutes : 0;
  return new Date(instant + shift * 60_000).toISOString().slice(0, 10);
}

function isMonth(text: string): boolean {
  return text >= "01" && text <= "12";
}

/** The calendar year of an instant in the programme's zone. */
export function yearOf(instant: Date, utcOffsetMinutes: number): number {
  return new Date(instant.getTime() + utcOffsetMinutes * 60_000).getUTCFullYear();
}
