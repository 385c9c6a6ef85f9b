import { spokenLanguage } from "./own-language.ts";

/** Days are India's, wherever they are read. */
const ZONE = "Asia/Kolkata";

/** `2025-03-01` → `1 March 2025`, in the present language with Latin digits. */
export function formatDay(day: string): string {
  return written(new Date(`${day}T12:00:00+05:30`), { day: "numeric", month: "long", year: "numeric" });
}

/** `2025-03` → `March 2025`; `short`: `Mar 25`. */
export function formatMonth(month: string, style: "long" | "short" = "long"): string {
  const at = new Date(`${month}-15T12:00:00+05:30`);
  return written(at, { month: style, year: style === "long" ? "numeric" : "2-digit" });
}

/** An instant → day and time in India. */
export function formatInstant(instant: string | number): string {
  return written(new Date(instant), { dateStyle: "medium", timeStyle: "short" });
}

function written(at: Date, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(`${spokenLanguage()}-IN-u-nu-latn`, { timeZone: ZONE, ...options }).format(
    at,
  );
}
