import { EdgeError } from "@aarohan/contract";
import { JsonScanner, MalformedJson } from "./json-scanner.ts";
import type { AnyResource } from "./resource.ts";

export type EntryMode = "match" | "include" | "outcome";

/** Where an entry's resource stands in the page's bytes. */
export interface BundleEntry {
  readonly start: number;
  readonly end: number;
  readonly mode: EntryMode;
}

/** A searchset Bundle (FHIR R4 §3.1.0.1.3) whose resources are still bytes. */
export interface BundlePage {
  readonly total: number | undefined;
  /** Relation → URL, as the server wrote it: check it before use. */
  readonly links: ReadonlyMap<string, string>;
  readonly entries: readonly BundleEntry[];
  /** Resources that were passed over because of their size. */
  readonly oversized: number;
}

export interface SplitLimits {
  readonly maximumResourceBytes: number;
  /** Passes over larger resources and counts them; by default the page is refused. */
  readonly passOverOversized?: boolean;
}

/**
 * Splits a Bundle into the spans of its resources in one walk. Throws `upstream-malformed` for what is not one whole
 * JSON text of a Bundle, `upstream-refused` for an OperationOutcome in its place, and `upstream-resource-too-large`.
 * Holds three numbers per entry beside the bytes.
 */
export function splitBundle(bytes: Uint8Array, limits: SplitLimits): BundlePage {
  try {
    return readBundle(new JsonScanner(bytes), limits);
  } catch (error) {
    if (error instanceof MalformedJson) throw malformed();
    throw error;
  }
}

function readBundle(scanner: JsonScanner, limits: SplitLimits): BundlePage {
  const links = new Map<string, string>();
  const entries: BundleEntry[] = [];
  let resourceType = "";
  let total: number | undefined;
  let oversized = 0;
  scanner.readObject((key) => {
    if (key === "resourceType") resourceType = scanner.readString();
    else if (key === "total") total = readTotal(scanner);
    else if (key === "link") scanner.readArray(() => readLink(scanner, links));
    else if (key === "entry")
      scanner.readArray(() => {
        const entry = readEntry(scanner);
        if (entry === undefined) return;
        if (entry.end - entry.start <= limits.maximumResourceBytes) entries.push(entry);
        else if (limits.passOverOversized === true) oversized += 1;
        else throw tooLarge(limits.maximumResourceBytes);
      });
    else scanner.skipValue();
  });
  scanner.assertEnd();
  if (resourceType === "OperationOutcome") throw refused();
  if (resourceType !== "Bundle") throw new MalformedJson();
  return { total, links, entries, oversized };
}

/** An unsignedInt (FHIR R4 §2.24.0.1). */
function readTotal(scanner: JsonScanner): number {
  const total = scanner.readNumber();
  if (!Number.isSafeInteger(total) || total < 0) throw new MalformedJson();
  return total;
}

function readLink(scanner: JsonScanner, links: Map<string, string>): void {
  let relation = "";
  let url = "";
  scanner.readObject((key) => {
    if (key === "relation") relation = scanner.readString();
    else if (key === "url") url = scanner.readString();
    else scanner.skipValue();
  });
  links.set(relation, url);
}

function readEntry(scanner: JsonScanner): BundleEntry | undefined {
  let span: { readonly start: number; readonly end: number } | undefined;
  let mode: EntryMode = "match";
  scanner.readObject((key) => {
    if (key === "resource") {
      if (!scanner.isObject) throw new MalformedJson();
      span = scanner.skipValue();
    } else if (key === "search") mode = readMode(scanner);
    else scanner.skipValue();
  });
  return span === undefined ? undefined : { ...span, mode };
}

function readMode(scanner: JsonScanner): EntryMode {
  let mode = "match";
  scanner.readObject((key) => {
    if (key === "mode") mode = scanner.readString();
    else scanner.skipValue();
  });
  return mode === "include" || mode === "outcome" ? mode : "match";
}

const decoder = new TextDecoder("utf-8", { fatal: true });

/** One span → its resource. Throws `upstream-malformed` for what is no JSON object with a resource type. */
export function parseResource(
  bytes: Uint8Array,
  span: { readonly start: number; readonly end: number },
): AnyResource {
  const value = parseJson(bytes.subarray(span.start, span.end));
  if (!isResource(value)) throw malformed();
  return value;
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(decoder.decode(bytes));
  } catch {
    // The parser's message quotes the text: it goes no further.
    throw malformed();
  }
}

function isResource(value: unknown): value is AnyResource {
  return (
    typeof value === "object" &&
    value !== null &&
    "resourceType" in value &&
    typeof value.resourceType === "string"
  );
}

function tooLarge(maximumBytes: number): EdgeError {
  return new EdgeError(
    "upstream-resource-too-large",
    `A resource of the page is larger than ${maximumBytes} bytes.`,
  );
}

function malformed(): EdgeError {
  return new EdgeError(
    "upstream-malformed",
    "The programme's server answered something that is not valid FHIR JSON.",
  );
}

function refused(): EdgeError {
  return new EdgeError(
    "upstream-refused",
    "The programme's server answered the search with an OperationOutcome instead of a Bundle.",
  );
}
