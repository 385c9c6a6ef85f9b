import type { AnyResource, JsonObject } from "@aarohan/fhir";
import { encodeChunks } from "./chunks.ts";

/** What stands around the entries of a page. All URLs are the gateway's own. */
export interface BundleHead {
  readonly self: string;
  readonly next: string | undefined;
  readonly total: number | undefined;
  /** Told as an entry of mode outcome (FHIR R4 §3.1.1.2.4). */
  readonly notices: readonly string[];
}

export interface BundleItem {
  readonly fullUrl: string;
  readonly resource: AnyResource;
  readonly mode: "match" | "include";
}

export interface JsonLayout {
  /** Two spaces of indent (`_pretty`). */
  readonly pretty: boolean;
}

/** A searchset Bundle (R4 §3.1.0.1.3), resource by resource. Holds one resource and one chunk. */
export function encodeBundle(
  head: BundleHead,
  items: Iterable<BundleItem>,
  layout: JsonLayout,
): Iterable<Uint8Array> {
  return encodeChunks(bundlePieces(head, items, layout));
}

function* bundlePieces(head: BundleHead, items: Iterable<BundleItem>, layout: JsonLayout): Generator<string> {
  const start = stringify(headObject(head), layout, 0);
  // The head without its closing brace; entries follow inside.
  yield layout.pretty ? start.slice(0, -2) : start.slice(0, -1);
  let separator = layout.pretty ? ',\n  "entry": [\n    ' : ',"entry":[';
  let any = false;
  for (const entry of entryObjects(head, items)) {
    yield separator + stringify(entry, layout, 4);
    separator = layout.pretty ? ",\n    " : ",";
    any = true;
  }
  if (any) yield layout.pretty ? "\n  ]" : "]";
  yield layout.pretty ? "\n}" : "}";
}

function headObject({ self, next, total }: BundleHead): JsonObject {
  return {
    resourceType: "Bundle",
    type: "searchset",
    ...(total === undefined ? {} : { total }),
    link: [{ relation: "self", url: self }, ...(next === undefined ? [] : [{ relation: "next", url: next }])],
  };
}

function* entryObjects(head: BundleHead, items: Iterable<BundleItem>): Generator<JsonObject> {
  for (const { fullUrl, resource, mode } of items) yield { fullUrl, resource, search: { mode } };
  if (head.notices.length > 0) yield { resource: noticeOutcome(head.notices), search: { mode: "outcome" } };
}

function noticeOutcome(notices: readonly string[]): AnyResource {
  return {
    resourceType: "OperationOutcome",
    issue: notices.map((diagnostics) => ({ severity: "information", code: "informational", diagnostics })),
  };
}

/** One resource as FHIR JSON. */
export function encodeResource(resource: AnyResource, layout: JsonLayout): Iterable<Uint8Array> {
  return encodeChunks([stringify(resource, layout, 0)]);
}

function stringify(value: JsonObject, { pretty }: JsonLayout, indent: number): string {
  if (!pretty) return JSON.stringify(value);
  return JSON.stringify(value, null, 2).replaceAll("\n", `\n${" ".repeat(indent)}`);
}

/** Newline-delimited JSON: one resource a line. Holds one resource and one chunk. */
export function encodeNdjson(resources: Iterable<AnyResource>): Iterable<Uint8Array> {
  return encodeChunks(lines(resources));
}

function* lines(resources: Iterable<AnyResource>): Generator<string> {
  for (const resource of resources) yield `${JSON.stringify(resource)}\n`;
}
