import { EdgeError } from "@aarohan/contract";
import { type AnyResource, type ElementSubset, parseResource, subsetOf } from "@aarohan/fhir";
import { type GzipContent, GzipWriter } from "@aarohan/files";
import { encodeCsv, encodeNdjson, encodeParquet, type Table } from "@aarohan/formats";
import {
  inTotalOrder,
  pageAfter,
  positionAfter,
  type ReleaseOptions,
  releasePage,
  type SearchPosition,
} from "@aarohan/pipeline";
import type { Call, Upstream, UpstreamPage } from "@aarohan/upstream";

/** How far one search of a job was read: all that is needed to go on, as JSON. */
export interface SliceState {
  readonly resourceType: string;
  /** In the upstream's terms, without order and page size. */
  readonly search: readonly (readonly [name: string, value: string])[];
  /** Where the upstream goes on; `undefined` before the first page. */
  readonly cursor?: string;
  /** Where the search stands, for when the upstream has forgotten the cursor. */
  readonly position?: SearchPosition;
  /** Resources that the upstream gave so far, each once. */
  readonly read: number;
  readonly finished: boolean;
}

/** What one slice made: at most one part, and where the next one begins. */
export interface Slice {
  readonly state: SliceState;
  /** `undefined` where nothing of it leaves. */
  readonly part: (GzipContent & { readonly lines: number }) | undefined;
  /** Ids of the resources that were read, and of the patients whom those name that leave. */
  readonly ids: readonly string[];
  readonly patients: ReadonlySet<string>;
  readonly released: number;
  readonly withheld: number;
}

export interface SliceOptions {
  readonly upstream: Upstream;
  readonly call: Call;
  readonly release: Pick<
    ReleaseOptions,
    "anonymiserFor" | "withheldOf" | "isAuthorised" | "prepare" | "matches" | "pause"
  >;
  readonly format: "ndjson" | "csv" | "parquet";
  /** Of CSV and Parquet. */
  readonly table: Table | undefined;
  readonly elements: ElementSubset | undefined;
  /** False for a resource that an earlier slice has read: a page may repeat what the one before had. */
  readonly isNew: (id: string) => boolean;
  readonly limits?: SliceLimits;
  /** Milliseconds since 1970. Default the platform's clock. */
  readonly now?: () => number;
}

export interface SliceLimits {
  /** Resources per page. Default 1,000. */
  readonly pageSize: number;
  /** Default 25. */
  readonly pages: number;
  /** Compressed bytes. Default 8 MiB. */
  readonly bytes: number;
}

const LIMITS: SliceLimits = { pageSize: 1000, pages: 25, bytes: 8 * 1024 * 1024 };

/**
 * Reads pages until the part is full or the search ends: consent ▸ anonymise ▸ format ▸ gzip. Cut by data and never by
 * time, so that the same state over unchanged data gives the same part. Holds one page, and the part as it is compressed;
 * of Parquet the resources of the part.
 */
export async function readSlice(state: SliceState, options: SliceOptions): Promise<Slice> {
  const limits = options.limits ?? LIMITS;
  const part = new PartBuilder(options);
  const seen = new Set<string>();
  const patients = new Set<string>();
  let withheld = 0;
  let current = state;
  for (let pages = 0; pages < limits.pages && part.size < limits.bytes && !current.finished; pages += 1) {
    const page = await nextPage(current, options, limits);
    const fresh = withoutRepeated(page, seen, options.isNew);
    const released = await releasePage(fresh, { ...options.release, visibleOrder: undefined });
    await part.add(released.entries.map(({ resource }) => resource));
    for (const id of released.patients) patients.add(id);
    withheld += released.withheld;
    current = after(current, page, fresh.bundle.entries.length, limits, options.now?.() ?? Date.now());
  }
  return {
    state: current,
    part: await part.finish(),
    ids: [...seen],
    patients,
    released: part.lines,
    withheld,
  };
}

async function nextPage(
  { resourceType, search, cursor, position }: SliceState,
  { upstream, call }: SliceOptions,
  { pageSize }: SliceLimits,
): Promise<UpstreamPage> {
  if (cursor === undefined || position === undefined) {
    return upstream.search(resourceType, [...inTotalOrder(search), ["_count", String(pageSize)]], call);
  }
  try {
    return await upstream.follow(cursor, call);
  } catch (error) {
    if (!(error instanceof EdgeError) || error.code !== "page-expired") throw error;
    return pageAfter(upstream, resourceType, search, position, call);
  }
}

function after(
  state: SliceState,
  page: UpstreamPage,
  read: number,
  { pageSize }: SliceLimits,
  now: number,
): SliceState {
  const { cursor: _cursor, ...rest } = state;
  const started = state.position?.started ?? now;
  return {
    ...rest,
    read: state.read + read,
    position: positionAfter(page, { started, count: pageSize }),
    ...(page.next === undefined ? { finished: true } : { cursor: page.next }),
  };
}

/** The page's matches that were not read before. */
function withoutRepeated(
  page: UpstreamPage,
  seen: Set<string>,
  isNew: (id: string) => boolean,
): UpstreamPage {
  const entries = page.bundle.entries.filter((entry) => {
    if (entry.mode !== "match") return false;
    const id = String(parseResource(page.bytes, entry).id);
    if (seen.has(id) || !isNew(id)) return false;
    seen.add(id);
    return true;
  });
  return { ...page, bundle: { ...page.bundle, entries } };
}

/** Gathers what leaves into one file. */
class PartBuilder {
  readonly #options: SliceOptions;
  readonly #writer = new GzipWriter();
  readonly #rows: AnyResource[] = [];
  lines = 0;

  constructor(options: SliceOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#writer.compressedSize;
  }

  async add(resources: readonly AnyResource[]): Promise<void> {
    const { format, table, elements } = this.#options;
    const rows =
      elements === undefined ? resources : resources.map((resource) => subsetOf(resource, elements));
    if (format === "parquet") this.#rows.push(...rows);
    else if (format === "ndjson") await this.#write(encodeNdjson(rows));
    else if (rows.length > 0)
      await this.#write(encodeCsv(tableFor(table), rows, { header: this.lines === 0 }));
    this.lines += rows.length;
  }

  async finish(): Promise<Slice["part"]> {
    if (this.lines === 0) return undefined;
    if (this.#options.format === "parquet") {
      await this.#write(encodeParquet(tableFor(this.#options.table), this.#rows));
    }
    return { ...(await this.#writer.finish()), lines: this.lines };
  }

  async #write(chunks: Iterable<Uint8Array>): Promise<void> {
    for (const chunk of chunks) await this.#writer.write(chunk);
  }
}

function tableFor(table: Table | undefined): Table {
  if (table === undefined) throw new Error("csv and parquet need a table");
  return table;
}
