import { EdgeError } from "@aarohan/contract";
import { isFhirId } from "@aarohan/fhir";
import { parsedJson } from "./parsed-json.ts";

/** One version of a resource, without what it holds. */
export interface HistoryVersion {
  readonly id: string;
  /** True for the version that is the resource's deletion. */
  readonly isDeletion: boolean;
  /** Milliseconds since 1970; `undefined` where the server does not say when it was written. */
  readonly at: number | undefined;
}

/** A page of a type's history, newest first (FHIR R4 RESTful API, "history"). */
export interface HistoryPage {
  readonly versions: readonly HistoryVersion[];
  /** Cursor of the next page, relative to the base; `undefined` on the last. */
  readonly next: string | undefined;
}

/** Bundle of type history → its versions, and the link to the next page as it stands. Throws `upstream-malformed`. */
export function readHistory(
  bytes: Uint8Array,
  resourceType: string,
): { readonly versions: HistoryVersion[]; readonly nextLink: string | undefined } {
  const { resourceType: type, type: kind, entry = [], link = [] } = Object(parsedJson(bytes, malformed));
  if (type !== "Bundle" || kind !== "history" || !Array.isArray(entry) || !Array.isArray(link))
    throw malformed();
  const next = link.find((one) => Object(one).relation === "next");
  return {
    versions: entry.map((one) => versionOf(Object(one), resourceType)),
    nextLink: next === undefined ? undefined : String(Object(next).url),
  };
}

function versionOf(entry: Readonly<Record<string, unknown>>, resourceType: string): HistoryVersion {
  const { method, url } = Object(entry.request);
  const { id = idIn(url, resourceType) ?? idIn(entry.fullUrl, resourceType), meta } = Object(entry.resource);
  if (typeof id !== "string" || !isFhirId(id)) throw malformed();
  const at = Date.parse(String(Object(entry.response).lastModified ?? Object(meta).lastUpdated));
  return { id, isDeletion: method === "DELETE", at: Number.isNaN(at) ? undefined : at };
}

/** The id in `Patient/1`, `https://…/Patient/1/_history/2`; `undefined` where there is none. */
function idIn(url: unknown, resourceType: string): string | undefined {
  const segments = String(url).split("?", 1)[0]?.split("/") ?? [];
  const at = segments.lastIndexOf(resourceType);
  return at < 0 ? undefined : segments[at + 1];
}

function malformed(): EdgeError {
  return new EdgeError(
    "upstream-malformed",
    "The programme's server answered a history as the specification does not have it.",
  );
}
