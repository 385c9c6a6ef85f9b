import { EdgeError } from "@aarohan/contract";
import { daysInMonth } from "./calendar.ts";

/** Splits at commas that are not escaped (FHIR R4 §3.1.1.4.1, §3.1.1.4.0.1: `\,` `\|` `\$` `\\`); escapes stay. */
export function splitOr(value: string): string[] {
  return splitUnescaped(value, ",");
}

/** Takes the escapes off a value that needs no further splitting. */
export function unescapeValue(value: string): string {
  return value.replace(/\\([,|$\\])/g, "$1");
}

function splitUnescaped(value: string, separator: string): string[] {
  const parts: string[] = [];
  let start = 0;
  for (let index = 0; index < value.length; index += 1) {
    if (value[index] === "\\") index += 1;
    else if (value[index] === separator) {
      parts.push(value.slice(start, index));
      start = index + 1;
    }
  }
  parts.push(value.slice(start));
  return parts;
}

/** A token (§3.1.1.4.10): `code`, `system|code`, `|code` (system ""), `system|` (no code). */
export interface TokenValue {
  readonly system?: string;
  readonly code?: string;
}

export function parseToken(value: string): TokenValue {
  const [first = "", ...rest] = splitUnescaped(value, "|").map(unescapeValue);
  if (rest.length === 0) return { code: first };
  // A bar too many stays in the code, which then matches nothing: no part of a search is passed over.
  const code = rest.join("|");
  return { system: first, ...(code === "" ? {} : { code }) };
}

/** A literal reference (§3.1.1.4.12): `id`, `Type/id`, or an absolute URL. */
export interface ReferenceValue {
  readonly type?: string;
  readonly id?: string;
  readonly url?: string;
}

export function parseReference(value: string): ReferenceValue {
  const text = unescapeValue(value);
  if (/^[a-z][a-z0-9+.-]*:/i.test(text)) return { url: text };
  const match = /^(?:([A-Z][A-Za-z]{0,63})\/)?([A-Za-z0-9.-]{1,64})$/.exec(text);
  if (match === null) return {};
  const [, type, id = ""] = match;
  return type === undefined ? { id } : { type, id };
}

export const DATE_PREFIXES = ["eq", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap"] as const;
export type DatePrefix = (typeof DATE_PREFIXES)[number];
export type DatePrecision = "year" | "month" | "day" | "minute" | "second" | "fraction";

/** A date (§3.1.1.4.7): prefix, the text as FHIR writes it, and its parts. */
export interface DateValue {
  readonly prefix: DatePrefix;
  readonly text: string;
  readonly precision: DatePrecision;
  readonly year: number;
  /** 1 to 12, and 1 to 31; 1 where the text does not say. */
  readonly month: number;
  readonly day: number;
}

const DATE =
  /^(eq|ne|gt|lt|ge|le|sa|eb|ap)?(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(\.\d+)?)?(Z|[+-](?:(?:0\d|1[0-3]):[0-5]\d|14:00))?)?)?)?$/;

/** `undefined` for what is no date of the calendar. A `+05:30` whose plus arrived as a space is still read. */
export function parseDateValue(value: string): DateValue | undefined {
  const repaired = unescapeValue(value).replace(/ (\d\d:\d\d)$/, "+$1");
  const match = DATE.exec(repaired);
  if (match === null) return undefined;
  const [, prefix = "eq", year, month, day, hour, minute, second, fraction] = match;
  const parts = { year: Number(year), month: Number(month ?? 1), day: Number(day ?? 1) };
  if (!isCalendarDate(parts.year, parts.month, parts.day)) return undefined;
  if (Number(hour ?? 0) > 23 || Number(minute ?? 0) > 59 || Number(second ?? 0) > 60) return undefined;
  return {
    prefix: DATE_PREFIXES.find((known) => known === prefix) ?? "eq",
    text: /^[a-z]/.test(repaired) ? repaired.slice(2) : repaired,
    precision: precisionOf(month, day, minute, second, fraction),
    ...parts,
  };
}

function precisionOf(...parts: (string | undefined)[]): DatePrecision {
  const names: readonly DatePrecision[] = ["year", "month", "day", "minute", "second", "fraction"];
  const given = parts.indexOf(undefined);
  return names[given < 0 ? parts.length : given] ?? "fraction";
}

function isCalendarDate(year: number, month: number, day: number): boolean {
  if (year < 1 || month < 1 || month > 12 || day < 1) return false;
  return day <= daysInMonth(year, month);
}

export interface SortKey {
  readonly name: string;
  readonly descending: boolean;
}

/** `_sort` (§3.1.1.5.1): comma-separated names, each with an optional minus. */
export function parseSort(value: string): SortKey[] {
  return splitOr(value).map((key) => {
    const descending = key.startsWith("-");
    const name = descending ? key.slice(1) : key;
    if (!/^_?[A-Za-z][A-Za-z0-9-]{0,63}$/.test(name)) {
      throw new EdgeError(
        "parameter-invalid",
        "_sort names search parameters, each with an optional minus.",
        {
          parameter: "_sort",
        },
      );
    }
    return { name, descending };
  });
}

/**
 * `_count` (§3.1.1.5.3): a whole number; more than `maximum` is served as `maximum`, as the specification allows; 0 asks
 * for the total alone, like `_summary=count`.
 */
export function parseCount(value: string, maximum: number): number {
  if (!/^\d{1,9}$/.test(value)) {
    throw new EdgeError("parameter-invalid", `_count is a whole number from 0 to ${maximum}.`, {
      parameter: "_count",
    });
  }
  return Math.min(Number(value), maximum);
}
