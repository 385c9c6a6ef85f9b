const INSTANT = /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d)(:\d\d(?:\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/;

/**
 * A FHIR instant, a dateTime with its zone, or a date (midnight in UTC) → milliseconds since 1970; `undefined` for
 * anything else. A `+05:30` whose plus arrived as a space is still read.
 */
export function parseInstant(text: string): number | undefined {
  const [whole, date = "", time = "00:00", seconds = ":00", zone = "Z"] =
    INSTANT.exec(text.trim().replace(/ (\d\d:\d\d)$/, "+$1")) ?? [];
  if (whole === undefined) return undefined;
  const milliseconds = Date.parse(`${date}T${time}${seconds}${zone}`);
  const day = new Date(`${date}T00:00:00Z`);
  if (Number.isNaN(milliseconds) || Number.isNaN(day.getTime())) return undefined;
  // 30 February would be 2 March.
  return day.toISOString().startsWith(date) ? milliseconds : undefined;
}
