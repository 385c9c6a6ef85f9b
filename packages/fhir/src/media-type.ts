import { EdgeError } from "@aarohan/contract";

export type OutputFormat = "json" | "ndjson" | "csv";

/** Media type of each format, as answered. */
export const MEDIA_TYPES: Readonly<Record<OutputFormat, string>> = {
  json: "application/fhir+json; charset=utf-8",
  ndjson: "application/fhir+ndjson; charset=utf-8",
  csv: "text/csv; charset=utf-8; header=present",
};

const FORMATS: Readonly<Record<string, OutputFormat>> = {
  json: "json",
  "application/json": "json",
  "application/fhir+json": "json",
  "text/json": "json",
  ndjson: "ndjson",
  "application/ndjson": "ndjson",
  "application/x-ndjson": "ndjson",
  "application/fhir+ndjson": "ndjson",
  csv: "csv",
  "text/csv": "csv",
};

/** Ranges that any format satisfies; browsers send `text/html` first, and are answered JSON. */
const WILDCARDS: Readonly<Record<string, OutputFormat>> = {
  "*/*": "json",
  "application/*": "json",
  "text/*": "csv",
};

/**
 * `_format` (FHIR R4 §3.1.0.1.11), which wins, else Accept (RFC 9110 §12.5.1), else JSON. Throws `not-acceptable` where
 * neither names a format that is served: XML, Turtle and others are not.
 */
export function negotiate(asked: { readonly format?: string; readonly accept?: string }): OutputFormat {
  if (asked.format !== undefined) return formatOf(asked.format) ?? refuse("_format");
  if (asked.accept === undefined || asked.accept.trim() === "") return "json";
  const ranges = asked.accept.split(",").map(parseRange);
  ranges.sort((a, b) => b.quality - a.quality);
  for (const { type, quality } of ranges) {
    const format = quality > 0 ? (FORMATS[type] ?? WILDCARDS[type]) : undefined;
    if (format !== undefined) return format;
  }
  return refuse("Accept");
}

function formatOf(text: string): OutputFormat | undefined {
  // The plus of application/fhir+json arrives as a space where a client did not encode it.
  const { type, quality } = parseRange(text.replace(/ (json|ndjson)/, "+$1"));
  return quality > 0 && Object.hasOwn(FORMATS, type) ? FORMATS[type] : undefined;
}

function parseRange(text: string): { type: string; quality: number } {
  const [type = "", ...parameters] = text.split(";").map((part) => part.trim().toLowerCase());
  let quality = 1;
  for (const parameter of parameters) {
    const [name, value = ""] = parameter.split("=");
    if (name === "q") quality = Number(value) || 0;
    // R4 is version 4.0; a client that insists on another one cannot be served (FHIR R4 §3.1.0.1.12).
    if (name === "fhirversion" && value.replaceAll('"', "") !== "4.0") quality = 0;
  }
  return { type, quality };
}

function refuse(parameter: string): never {
  throw new EdgeError("not-acceptable", "Served are FHIR R4 as json, ndjson and csv.", { parameter });
}
