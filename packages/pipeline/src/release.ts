import { BATCH_BYTES } from "@aarohan/contract";
import type { Anonymiser } from "@aarohan/deid";
import { type AnyResource, type BundleEntry, parseResource } from "@aarohan/fhir";
import type { UpstreamPage } from "@aarohan/upstream";

export interface ReleasedEntry {
  readonly resource: AnyResource;
  readonly mode: "match" | "include";
}

export interface ReleasedPage {
  readonly entries: readonly ReleasedEntry[];
  /** Resources of the page that the policy withheld whole. */
  readonly withheld: number;
}

export interface ReleaseOptions {
  /** `undefined` for a caller who sees identified data: resources pass as they are. */
  readonly anonymiser: Anonymiser | undefined;
  /**
   * What an anonymised caller sees of the order: entries that are equal in it are put in order of their pseudonyms,
   * because the upstream's order among them (by the second, by registration) would tell what the policy truncated.
   */
  readonly visibleOrder: (resource: AnyResource) => string;
  /** Lets other requests run between two batches. */
  readonly pause: () => Promise<void>;
}

/**
 * page ▸ anonymise. Synchronous per resource; pauses after each 256 KiB of input. Holds the page's bytes (at most
 * 32 MiB) and what is released of it.
 */
export async function releasePage(page: UpstreamPage, options: ReleaseOptions): Promise<ReleasedPage> {
  const entries: ReleasedEntry[] = [];
  let withheld = 0;
  let batched = 0;
  for (const entry of page.bundle.entries) {
    batched += entry.end - entry.start;
    if (batched > BATCH_BYTES) {
      await options.pause();
      batched = 0;
    }
    const released = releaseEntry(page.bytes, entry, options.anonymiser);
    if (released === "withheld") withheld += 1;
    else if (released !== undefined) entries.push(released);
  }
  return { entries: options.anonymiser ? orderTies(entries, options.visibleOrder) : entries, withheld };
}

/** One resource, as `releasePage` does it; `undefined` where the policy withholds it. */
export function releaseResource(
  bytes: Uint8Array,
  anonymiser: Anonymiser | undefined,
): AnyResource | undefined {
  const released = releaseEntry(bytes, { start: 0, end: bytes.length, mode: "match" }, anonymiser);
  return typeof released === "object" ? released.resource : undefined;
}

function releaseEntry(
  bytes: Uint8Array,
  entry: BundleEntry,
  anonymiser: Anonymiser | undefined,
): ReleasedEntry | "withheld" | undefined {
  // The upstream's own remarks (mode outcome) may quote values: they end here.
  if (entry.mode === "outcome") return undefined;
  const resource = parseResource(bytes, entry);
  if (anonymiser === undefined) return { resource, mode: entry.mode };
  const result = anonymiser.anonymise(resource);
  if (result.kind === "withheld") return "withheld";
  return { resource: result.resource, mode: entry.mode };
}

/** Stable: runs of entries that can be told apart keep the upstream's order; within a run, pseudonyms decide. */
function orderTies(entries: readonly ReleasedEntry[], visibleOrder: (resource: AnyResource) => string) {
  let run = 0;
  let last: string | undefined;
  const placed = entries.map((entry) => {
    const key = `${entry.mode} ${visibleOrder(entry.resource)}`;
    if (key !== last) run += 1;
    last = key;
    return { entry, run, id: String(entry.resource.id) };
  });
  placed.sort((a, b) => a.run - b.run || (a.id < b.id ? -1 : 1));
  return placed.map(({ entry }) => entry);
}
