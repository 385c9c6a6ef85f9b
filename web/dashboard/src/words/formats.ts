import { computed } from "@preact/signals";
import { type Language, language } from "./languages.ts";

/** Groups as in India, with Latin digits in every language. */
const NUMBERS = new Intl.NumberFormat("en-IN");
const BYTES = new Intl.NumberFormat("en-IN", { maximumFractionDigits: 1 });

const LOCALES: Readonly<Record<Language, string>> = {
  en: "en-IN",
  hi: "hi-IN-u-nu-latn",
  kn: "kn-IN-u-nu-latn",
};
const instants = computed(
  () => new Intl.DateTimeFormat(LOCALES[language.value], { dateStyle: "medium", timeStyle: "short" }),
);

export function formatNumber(value: number): string {
  return NUMBERS.format(value);
}

/** In the largest decimal unit that has a whole number: `12.3 MB`. */
export function formatBytes(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  const step = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  return `${BYTES.format(bytes / 1000 ** step)} ${units[step]}`;
}

/** `milliseconds` since 1970, in the zone of who looks. */
export function formatInstant(milliseconds: number): string {
  return instants.value.format(milliseconds);
}
