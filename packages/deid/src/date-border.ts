import type { DateValue } from "@aarohan/fhir";

/** A half-open bound on a time line of calendar days: `ge` the start of the day, or `lt` it. */
export interface Bound {
  readonly prefix: "ge" | "lt";
  /** Which day of a shown date or period it bounds: that it may begin on, or that it may end on. */
  readonly bounded: "first" | "last";
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
}

/** Prefixes that are bounds. */
export const BOUND_PREFIXES = ["eq", "ge", "gt", "le", "lt", "sa", "eb"] as const;

type Day = Pick<Bound, "year" | "month" | "day">;

/**
 * A date of a search → the bounds that say the same (FHIR R4 §3.1.1.4.7): `eq` holds what lies within the date, `ge` and
 * `le` what overlaps it or lies beyond, `sa` and `eb` what lies beyond as a whole. `undefined` for prefixes that are no bounds
 * (`ne`, `ap`), and for a time of day unless `floor` cuts it off.
 */
export function boundsOf(value: DateValue, floor: boolean): Bound[] | undefined {
  if (!floor && !["year", "month", "day"].includes(value.precision)) return undefined;
  const first: Day = { year: value.year, month: value.month, day: value.day };
  const after = next(value);
  switch (value.prefix) {
    case "eq":
      return [
        { prefix: "ge", bounded: "first", ...first },
        { prefix: "lt", bounded: "last", ...after },
      ];
    case "ge":
      return [{ prefix: "ge", bounded: "last", ...first }];
    case "gt":
      return [{ prefix: "ge", bounded: "last", ...after }];
    case "sa":
      return [{ prefix: "ge", bounded: "first", ...after }];
    case "le":
      return [{ prefix: "lt", bounded: "first", ...after }];
    case "lt":
      return [{ prefix: "lt", bounded: "first", ...first }];
    case "eb":
      return [{ prefix: "lt", bounded: "last", ...first }];
    default:
      return undefined;
  }
}

/** The first day after the year, month or day that the value names. */
function next({ year, month, day, precision }: DateValue): Day {
  const years = precision === "year" ? 1 : 0;
  const months = precision === "month" ? 1 : 0;
  const days = years + months === 0 ? 1 : 0;
  const date = new Date(Date.UTC(year + years, month - 1 + months, day + days));
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}

/** `ge2025-01-01T00:00:00+05:30`: midnight in the programme's zone. */
export function boundText({ prefix, year, month, day }: Bound, utcOffsetMinutes: number): string {
  const pad = (value: number, length = 2) => String(value).padStart(length, "0");
  const sign = utcOffsetMinutes < 0 ? "-" : "+";
  const minutes = Math.abs(utcOffsetMinutes);
  const zone = `${sign}${pad(Math.floor(minutes / 60))}:${pad(minutes % 60)}`;
  return `${prefix}${pad(year, 4)}-${pad(month)}-${pad(day)}T00:00:00${zone}`;
}

/** `ge1980-01-01`: for elements that are dates without a time. */
export function boundDate({ prefix, year, month, day }: Bound): string {
  const pad = (value: number, length = 2) => String(value).padStart(length, "0");
  return `${prefix}${pad(year, 4)}-${pad(month)}-${pad(day)}`;
}
