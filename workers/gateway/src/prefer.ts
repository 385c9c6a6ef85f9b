import type { Handling } from "@aarohan/deid";

/** An element of the list: nothing in a quoted string divides it. */
const ELEMENT = /(?:[^,"]|"(?:[^"\\]|\\.)*"?)+/g;
/** Its name, and its value as a word or quoted; parameters of the preference may follow. */
const PREFERENCE =
  /^\s*([\w!#$%&'*+.^`|~-]+)\s*(?:=\s*(?:([\w!#$%&'*+.^`|~-]+)|"((?:[^"\\]|\\.)*)")?\s*)?(?:;|$)/;

/**
 * `Prefer` → its preferences, name and value in small letters, "" for none; of one that stands twice the first counts
 * (RFC 7240 §2). What is no preference is passed over.
 */
export function readPreferences(header: string | undefined): ReadonlyMap<string, string> {
  const preferences = new Map<string, string>();
  for (const [element] of (header ?? "").matchAll(ELEMENT)) {
    const [whole, name = "", word, quoted] = PREFERENCE.exec(element) ?? [];
    if (whole === undefined || preferences.has(name.toLowerCase())) continue;
    const value = word ?? quoted?.replace(/\\(.)/g, "$1") ?? "";
    preferences.set(name.toLowerCase(), value.toLowerCase());
  }
  return preferences;
}

/** `handling` (RFC 7240 §4.4, FHIR R4 §3.1.1.1): strict unless `lenient` is preferred. */
export function handlingOf(preferences: ReadonlyMap<string, string>): Handling {
  return preferences.get("handling") === "lenient" ? "lenient" : "strict";
}
