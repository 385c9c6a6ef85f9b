/** A date as the time it may mean: both ends in milliseconds since 1970, inclusive. */
export interface DateRange {
  readonly from: number;
  readonly to: number;
}

const DATE =
  /^(\d{4})(?:-(0[1-9]|1[0-2])(?:-(0[1-9]|[12]\d|3[01])(?:T([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?)?)?$/;

/** A FHIR date, dateTime or instant → its range; a date without a zone counts in UTC; `undefined` for no date. */
export function dateRange(text: string): DateRange | undefined {
  const match = DATE.exec(text);
  if (match === null) return undefined;
  const [, year = "", month, day, hour, minute, second, fraction, zone = "Z"] = match;
  if (month === undefined) return calendarRange(Number(year), 0, Number(year) + 1, 0);
  if (day === undefined) return calendarRange(Number(year), Number(month) - 1, Number(year), Number(month));
  if (Number(day) > daysIn(Number(year), Number(month))) return undefined;
  const from = Date.parse(
    `${year}-${month}-${day}T${hour ?? "00"}:${minute ?? "00"}:${second ?? "00"}${fraction ?? ""}${zone}`,
  );
  if (Number.isNaN(from)) return undefined;
  const length =
    hour === undefined ? 86_400_000 : second === undefined ? 60_000 : fraction === undefined ? 1000 : 1;
  return { from, to: from + length - 1 };
}

function calendarRange(year: number, month: number, endYear: number, endMonth: number): DateRange {
  return { from: Date.UTC(year, month), to: Date.UTC(endYear, endMonth) - 1 };
}

function daysIn(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

export interface DateTest {
  readonly prefix: string;
  readonly range: DateRange;
}

/** `ge2025-01-01` → prefix and range (FHIR R4 §3.1.1.4.7); `undefined` for what is no date. */
export function parseDateTest(value: string): DateTest | undefined {
  // A "+" that the client did not escape arrives as a space.
  const [, prefix = "eq", text = ""] =
    /^(eq|ne|gt|lt|ge|le|sa|eb|ap)?(\d.*)$/.exec(value.replace(/ (\d\d:\d\d)$/, "+$1")) ?? [];
  const range = dateRange(text);
  if (range === undefined) return undefined;
  return prefix === "ap" ? { prefix, range: approximately(range) } : { prefix, range };
}

/** 10 % of the time between now and the date is added on either side, as the specification recommends. */
function approximately({ from, to }: DateRange): DateRange {
  const now = Date.now();
  return { from: from - Math.abs(now - from) / 10, to: to + Math.abs(now - to) / 10 };
}

/** Whether a resource's range passes the test. */
export function passes({ prefix, range }: DateTest, target: DateRange): boolean {
  switch (prefix) {
    case "ne":
      return !(target.from >= range.from && target.to <= range.to);
    case "gt":
      return target.to > range.to;
    case "lt":
      return target.from < range.from;
    case "ge":
      return target.to >= range.from;
    case "le":
      return target.from <= range.to;
    case "sa":
      return target.from > range.to;
    case "eb":
      return target.to < range.from;
    case "ap":
      return target.from <= range.to && target.to >= range.from;
    default:
      return target.from >= range.from && target.to <= range.to;
  }
}
