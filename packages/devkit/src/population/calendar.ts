import type { Random } from "./random.ts";

const MINUTE_MS = 60_000;
export const DAY_MS = 86_400_000;
/** The programme's clocks: Asia/Kolkata, UTC+05:30 the whole year. */
const OFFSET_MS = 330 * MINUTE_MS;

interface Month {
  readonly startMs: number;
  readonly days: number;
  readonly weight: number;
}

/** The months of the programme. Screenings per month grow to about three times the first month's. */
export interface Calendar {
  /** First instant of the first month, and last second of the end date, in milliseconds since 1970. */
  readonly startMs: number;
  readonly endMs: number;
  /** The instant of a screening that lies at this share (0 to 1) of all. */
  screeningAt(share: number, random: Random): number;
}

export function createCalendar(endDate: string, count: number): Calendar {
  const end = Date.parse(`${endDate}T00:00:00Z`);
  const months = Array.from({ length: count }, (_, index) => monthOf(end, index, count));
  const startMs = (months[0]?.startMs ?? end) - OFFSET_MS;
  return { startMs, endMs: end - OFFSET_MS + DAY_MS - 1000, screeningAt };

  function screeningAt(share: number, random: Random): number {
    const { startMs: monthMs, days } = monthAt(months, share);
    return monthMs - OFFSET_MS + random.integer(0, days - 1) * DAY_MS + timeOfDayMs(random);
  }
}

function monthOf(end: number, index: number, count: number): Month {
  const last = new Date(end);
  const startMs = Date.UTC(last.getUTCFullYear(), last.getUTCMonth() - (count - 1 - index), 1);
  const start = new Date(startMs);
  const nextMs = Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + 1, 1);
  const days = Math.min(nextMs - startMs, end + DAY_MS - startMs) / DAY_MS;
  return { startMs, days, weight: days * (1 + (2 * index) / count) };
}

function monthAt(months: readonly Month[], share: number): Month {
  let rest = share * months.reduce((sum, { weight }) => sum + weight, 0);
  for (const month of months) {
    rest -= month.weight;
    if (rest < 0) return month;
  }
  throw new RangeError("A share lies between 0 and 1");
}

/** Mostly office hours; some clocks are wrong, so that night hours, and days that differ from UTC's, occur. */
function timeOfDayMs(random: Random): number {
  const minutes = random.chance(0.02) ? random.integer(0, 299) : random.integer(9 * 60, 17 * 60);
  return minutes * MINUTE_MS + random.integer(1, 59) * 1000;
}

/** `2025-03-14T10:32:11+05:30`, as the app writes it. */
export function localDateTime(ms: number): string {
  return `${new Date(ms + OFFSET_MS).toISOString().slice(0, 19)}+05:30`;
}

/** `2025-03-14T05:02:11.000+00:00`, as HAPI writes an instant. */
export function serverInstant(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 23)}+00:00`;
}

/** `2025-03-14`, in the programme's zone. */
export function localDay(ms: number): string {
  return new Date(ms + OFFSET_MS).toISOString().slice(0, 10);
}
