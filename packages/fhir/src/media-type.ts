import { EdgeError } from "@aarohan/contract";

export type OutputFormat = "json" | "ndjson" | "csv";

/** Media type of each format, as answered. */
export const MEDIA_TYPES: Readonly<Record<OutputFormat, string>> = {
  json: "application/fhir+json; charset=utf-8",
  ndjson: "application/fhir+ndjson; charset=utf-8",
  csv: "text/csv; charset=utf-8; header=present",
};

const FORMATS: ReadonlyMap<string, OutputFormat> = new Map([
  ["json", "json"],
  ["application/json", "json"],
  ["application/fhir+json", "json"],
  ["text/json", "json"],
  ["ndjson", "ndjson"],
  ["application/ndjson", "ndjson"],
  ["application/x-ndjson", "ndjson"],
  ["application/fhir+ndjson", "ndjson"],
  ["csv", "csv"],
  ["text/csv", "csv"],
]);

/** What satisfies a wildcard, the best first; browsers send `text/html` before it, and are answered JSON. */
const WILDCARDS: ReadonlyMap<string, readonly OutputFormat[]> = new Map([
  ["*/*", ["json", "ndjson", "csv"]],
  ["application/*", ["json", "ndjson"]],
  ["text/*", ["csv"]],
]);

interface MediaRange {
  readonly type: string;
  /** 0 to 1; 0 refuses the type. */
  readonly quality: number;
  /** False where the range insists on another version than R4. */
  readonly isServed: boolean;
}

/**
 * `_format` (FHIR R4 §3.1.0.1.11), which wins, else Accept (RFC 9110 §12.5.1), else JSON. Throws `not-acceptable` where
 * neither names a format that is served: XML, Turtle and others are not.
 */
export function negotiate(asked: { readonly format?: string; readonly accept?: string }): OutputFormat {
  if (asked.format !== undefined) return formatOf(asked.format) ?? refuse("_format");
  if (asked.accept === undefined || asked.accept.trim() === "") return "json";
  return bestOf(asked.accept.split(",").map(parseRange)) ?? refuse("Accept");
}

/** The format of the highest quality; where two are equal, one that is named stands before a wildcard. */
function bestOf(ranges: readonly MediaRange[]): OutputFormat | undefined {
  const served = ranges.filter(({ isServed }) => isServed);
  const wanted = served.filter(({ quality }) => quality > 0);
  const named = new Set(wanted.map(({ type }) => FORMATS.get(type)));
  const refused = new Set(served.flatMap(({ type, quality }) => (quality > 0 ? [] : [FORMATS.get(type)])));
  wanted.sort((a, b) => b.quality - a.quality || Number(FORMATS.has(b.type)) - Number(FORMATS.has(a.type)));
  for (const { type } of wanted) {
    // A wildcard does not bring back what a more specific range refused.
    const candidates = WILDCARDS.get(type)?.filter((format) => named.has(format) || !refused.has(format));
    const format = FORMATS.get(type) ?? candidates?.[0];
    if (format !== undefined) return format;
  }
  return undefined;
}

function formatOf(text: string): OutputFormat | undefined {
  // The plus of application/fhir+json arrives as a space where a client did not encode it.
  const { type, isServed } = parseRange(text.replace(/ (json|ndjson)/, "+$1"));
  return isServed ? FORMATS.get(type) : undefined;
}

function parseRange(text: string): MediaRange {
  const [type = "", ...parameters] = text.split(";").map((part) => part.trim().toLowerCase());
  let quality = 1;
  let isServed = true;
  for (const parameter of parameters) {
    const [name, value = ""] = parameter.split("=");
    if (name === "q") quality = Number(value) || 0;
    // R4 is version 4.0; a client that insists on another one cannot be served (FHIR R4 §3.1.0.1.12).
    if (name === "fhirversion" && value.replaceAll('"', "") !== "4.0") isServed = false;
  }
  return { type, quality, isServed };
}

function refuse(parameter: string): never {
  throw new EdgeError("not-acceptable", "Served are FHIR R4 as json, ndjson and csv.", { parameter });
}
