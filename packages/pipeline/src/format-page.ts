import type { AnyResource, OutputFormat } from "@aarohan/fhir";
import {
  type AnswerColumn,
  type Audience,
  type BundleHead,
  encodeBundle,
  encodeCsv,
  encodeNdjson,
  encodeResource,
  tableOf,
} from "@aarohan/formats";
import type { ReleasedEntry } from "./release.ts";

export interface FormatOptions {
  readonly format: OutputFormat;
  readonly pretty: boolean;
  readonly resourceType: string;
  readonly audience: Audience;
  /** Columns of QuestionnaireResponse in CSV. */
  readonly answers: readonly AnswerColumn[];
  /** The gateway's FHIR base URL, for `fullUrl`. */
  readonly baseUrl: string;
}

/** A page in one of the formats, chunk by chunk. Throws `resource-type-unknown` before the first chunk. */
export function formatPage(
  page: { readonly entries: readonly Pick<ReleasedEntry, "resource" | "mode">[] },
  head: BundleHead,
  options: FormatOptions,
): Iterable<Uint8Array> {
  if (options.format === "json") {
    const items = page.entries.map(({ resource, mode }) => ({
      resource,
      mode,
      fullUrl: `${options.baseUrl}/${resource.resourceType}/${resource.id}`,
    }));
    return encodeBundle(head, items, { pretty: options.pretty });
  }
  // A table and a stream of resources have no place for what was included.
  const matches = page.entries.filter(({ mode }) => mode === "match").map(({ resource }) => resource);
  return options.format === "ndjson"
    ? encodeNdjson(matches)
    : encodeCsv(tableOf(options.resourceType, options), matches);
}

/** One resource in one of the formats. */
export function formatResource(resource: AnyResource, options: FormatOptions): Iterable<Uint8Array> {
  if (options.format === "json") return encodeResource(resource, { pretty: options.pretty });
  if (options.format === "ndjson") return encodeNdjson([resource]);
  return encodeCsv(tableOf(options.resourceType, options), [resource]);
}
