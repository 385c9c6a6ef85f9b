/** A canonical from the list, alone or with a version of digits (FHIR R4 §2.24.0.1 canonical). */
export function isListedCanonical(values: ReadonlySet<string>, text: string): boolean {
  if (values.has(text)) return true;
  const bar = text.indexOf("|");
  if (bar < 0 || !values.has(text.slice(0, bar))) return false;
  return /^\d{1,4}(?:\.\d{1,4}){0,3}$/.test(text.slice(bar + 1));
}

/** A URL without what may open it: user, password, query (signatures of signed URLs) and fragment. */
export function publicUrl(text: string): string | undefined {
  if (!URL.canParse(text)) return text === "" || /[?#@]/.test(text) ? undefined : text;
  const url = new URL(text);
  if (url.protocol !== "http:" && url.protocol !== "https:") return undefined;
  return `${url.origin}${url.pathname}`;
}
