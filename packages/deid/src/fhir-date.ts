import { daysInMonth } from "@aarohan/fhir";
import type { DatePrecision } from "./policy.ts";

/** A FHIR date, dateTime or instant, taken apart (R4 §2.24.0.1). */
interface FhirDate {
  readonly year: number;
  /** 0 where the text has none. */
  readonly month: number;
  /** 0 where the text has none. */
  readonly day: number;
  /** Minute of the day; -1 where the text has no time. */
  readonly minute: number;
  /** Minutes east of UTC; `undefined` where the text has none. */
  readonly zone: number | undefined;
}

/** The data types of FHIR that hold a date. */
export type DateType = "date" | "dateTime" | "instant";

const MINUTES_OF_DAY = 1440;
/** 14:00 either way (R4 §2.24.0.1 dateTime). */
const MOST_ZONE_MINUTES = 840;
const LENGTHS: Readonly<Record<DatePrecision, number>> = { year: 4, month: 7, day: 10 };

/** `undefined` for what is no date of the calendar. */
export function parseFhirDate(text: string): FhirDate | undefined {
  const year = digits(text, 0, 4);
  if (year < 1 || !isPunctuated(text)) return undefined;
  const month = text.length > 4 ? digits(text, 5, 7) : 0;
  const day = text.length > 7 ? digits(text, 8, 10) : 0;
  if (
    (text.length > 4 && (month < 1 || month > 12)) ||
    (text.length > 7 && (day < 1 || day > daysInMonth(year, month)))
  ) {
    return undefined;
  }
  if (text.length <= 10) return { year, month, day, minute: -1, zone: undefined };
  const minute = minuteOf(text);
  const end = endOfSeconds(text);
  if (minute < 0 || end < 0) return undefined;
  const zone = zoneOf(text, end);
  return Number.isNaN(zone) ? undefined : { year, month, day, minute, zone };
}

/** `YYYY`, `YYYY-MM`, `YYYY-MM-DD`, or that and a time. */
function isPunctuated(text: string): boolean {
  const { length } = text;
  if (length !== 4 && length !== 7 && length !== 10 && (length < 16 || length > 35)) return false;
  return (length <= 4 || text[4] === "-") && (length <= 7 || text[7] === "-");
}

function digits(text: string, start: number, end: number): number {
  let value = 0;
  for (let at = start; at < end; at += 1) {
    const digit = text.charCodeAt(at) - 48;
    if (!(digit >= 0 && digit <= 9)) return -1;
    value = value * 10 + digit;
  }
  return value;
}

/** Minute of the day in `Thh:mm`; -1 for what is no time. */
function minuteOf(text: string): number {
  const hour = digits(text, 11, 13);
  const minute = digits(text, 14, 16);
  if (text[10] !== "T" || text[13] !== ":" || hour < 0 || hour > 23 || minute < 0 || minute > 59) return -1;
  return hour * 60 + minute;
}

/** Behind `:ss` and a fraction, where they are there; -1 where they are wrong. */
function endOfSeconds(text: string): number {
  if (text[16] !== ":") return 16;
  const second = digits(text, 17, 19);
  if (second < 0 || second > 60) return -1;
  if (text[19] !== ".") return 19;
  let end = 20;
  while (end < text.length && digits(text, end, end + 1) >= 0) end += 1;
  return end > 20 && end <= 29 ? end : -1;
}

/** Minutes east of UTC in the rest of the text, `Z` or `+05:30`; `undefined` for no rest, NaN for another. */
function zoneOf(text: string, at: number): number | undefined {
  if (at === text.length) return undefined;
  if (text[at] === "Z") return at + 1 === text.length ? 0 : Number.NaN;
  const sign = text[at] === "+" ? 1 : text[at] === "-" ? -1 : 0;
  const hours = digits(text, at + 1, at + 3);
  const minutes = digits(text, at + 4, at + 6);
  const isZone = sign !== 0 && text[at + 3] === ":" && at + 6 === text.length;
  const distance = hours * 60 + minutes;
  if (!isZone || hours < 0 || minutes < 0 || minutes > 59 || distance > MOST_ZONE_MINUTES) return Number.NaN;
  return sign * distance;
}

/** The day on which it falls in a zone. FHIR demands a zone with a time; where it is missing, this one is meant. */
function inZone(date: FhirDate, utcOffsetMinutes: number): FhirDate {
  if (date.minute < 0 || date.zone === undefined) return date;
  const minute = date.minute - date.zone + utcOffsetMinutes;
  if (minute >= 0 && minute < MINUTES_OF_DAY) return date;
  return plusDays(date, Math.floor(minute / MINUTES_OF_DAY));
}

function plusDays(date: FhirDate, days: number): FhirDate {
  const moved = new Date(0);
  moved.setUTCFullYear(date.year, date.month - 1, date.day + days);
  return {
    ...date,
    year: moved.getUTCFullYear(),
    month: moved.getUTCMonth() + 1,
    day: moved.getUTCDate(),
  };
}

/**
 * A date or time → its year, month or day in the zone, or less where it has less (`2025-03`). `undefined` for anything
 * that is no date. A whole date without a time is what it says.
 */
export function truncateDate(
  text: string,
  precision: DatePrecision,
  utcOffsetMinutes: number,
): string | undefined {
  const parsed = parseFhirDate(text);
  if (parsed === undefined) return undefined;
  const local = inZone(parsed, utcOffsetMinutes);
  if (local === parsed) return text.slice(0, LENGTHS[precision]);
  const { year, month, day } = local;
  const yearText = String(year).padStart(4, "0");
  if (precision === "year") return yearText;
  const monthText = `${yearText}-${twoDigits(month)}`;
  return precision === "month" ? monthText : `${monthText}-${twoDigits(day)}`;
}

/**
 * Moved by whole days, the time of day as it was; `undefined` for a date that is not whole, and for one that is not as its
 * data type has it (R4 §2.24.0.1): it would leave as it came.
 */
export function shiftDate(text: string, days: number, type: DateType): string | undefined {
  const parsed = parseFhirDate(text);
  if (parsed === undefined || parsed.day === 0) return undefined;
  const isTime = parsed.minute >= 0;
  if (isTime ? type === "date" || parsed.zone === undefined || text[16] !== ":" : type === "instant") {
    return undefined;
  }
  const { year, month, day } = plusDays(parsed, days);
  if (year < 1 || year > 9999) return undefined;
  return `${String(year).padStart(4, "0")}-${twoDigits(month)}-${twoDigits(day)}${text.slice(10)}`;
}

function twoDigits(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}

/** The calendar year of an instant in the programme's zone. */
export function yearOf(instant: Date, utcOffsetMinutes: number): number {
  return new Date(instant.getTime() + utcOffsetMinutes * 60_000).getUTCFullYear();
}
