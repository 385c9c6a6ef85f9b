import { EdgeError } from "@aarohan/contract";
import type { AnyResource, ElementSubset } from "@aarohan/fhir";
import type { GzipContent, GzipPorts } from "@aarohan/files";
import type { Table } from "@aarohan/formats";
import { type ReleaseOptions, releasePage } from "@aarohan/pipeline";
import type { Call, Upstream, UpstreamPage } from "@aarohan/upstream";
import { type LastUpdatedWindow, windowParameters } from "./lastupdated-window.ts";
import { PartBuilder } from "./part-builder.ts";

/** One of the searches whose results, taken together, are what is exported of a type. */
export interface SliceSearch {
  /** In the upstream's terms, without window, order and page size. */
  readonly parameters: readonly (readonly [name: string, value: string])[];
  /** What of the anonymised resources is an answer; `undefined`: all. */
  readonly matches: ((resource: AnyResource) => boolean) | undefined;
}

/** How far the searches were read: all that is needed to go on, as JSON. */
export interface SliceState {
  /** Which of the searches is being read. */
  readonly search: number;
  /** Where the upstream goes on; `undefined` at the begin of a search. */
  readonly cursor?: string;
  /** Latest `meta.lastUpdated` so far, in milliseconds since 1970: from here a search can be asked anew. */
  readonly reached?: number;
  /** False once the upstream answered out of order: then a search is asked anew from its begin. */
  readonly isOrdered: boolean;
  /** Resources per page: less where pages were too large. */
  readonly pageSize: number;
  /** Resources of the search that is being read, each once. */
  readonly found: number;
  /** True where the search is read a second time, because fewer were found than the upstream counts. */
  readonly isRepeated: boolean;
  readonly isFinished: boolean;
}

export const FIRST_SLICE: SliceState = {
  search: 0,
  isOrdered: true,
  pageSize: 1000,
  found: 0,
  isRepeated: false,
  isFinished: false,
};

/** What one slice made: at most one part, and where the next one begins. */
export interface Slice {
  readonly state: SliceState;
  /** `undefined` where nothing of it leaves. */
  readonly part: (GzipContent & { readonly lines: number }) | undefined;
  /** Ids of the resources that were read, and of the patients whom those name that leave. */
  readonly ids: readonly string[];
  readonly patients: ReadonlySet<string>;
  readonly withheld: number;
  /** Resources that could not be read, or were too large. */
  readonly malformed: number;
  /** Searches of which the upstream counts more than it gave, even when asked again. */
  readonly short: number;
}

export interface SliceOptions {
  /** Also a file that is read like pages. */
  readonly upstream: Pick<Upstream, "search" | "follow">;
  readonly call: Call;
  readonly resourceType: string;
  readonly searches: readonly SliceSearch[];
  readonly window: LastUpdatedWindow;
  readonly release: Pick<
    ReleaseOptions,
    "anonymiserFor" | "withheldOf" | "isAuthorised" | "prepare" | "pause" | "visibleOrder"
  >;
  readonly format: "ndjson" | "csv" | "parquet";
  /** Of CSV and Parquet. */
  readonly table: Table | undefined;
  readonly elements: ElementSubset | undefined;
  /** False for a resource that an earlier slice has read: a page may repeat what the one before had. */
  readonly isNew: (id: string) => boolean;
  /** Changes what is about to be written; `undefined` withholds it. Default: nothing is changed. */
  readonly generalise?: (resources: readonly AnyResource[]) => Promise<readonly AnyResource[]>;
  readonly gzip: GzipPorts;
  readonly limits?: SliceLimits;
}

export interface SliceLimits {
  /** Default 25. */
  readonly pages: number;
  /** Compressed bytes. Default 8 MiB. */
  readonly bytes: number;
}

const LIMITS: SliceLimits = { pages: 25, bytes: 8 * 1024 * 1024 };

/** Behind a larger page the next one is not asked for ahead: two of them would be held. */
const AHEAD_BYTES = 4 * 1024 * 1024;

/**
 * Reads pages until the part is full or the searches end: consent ▸ anonymise ▸ format ▸ gzip. Cut by data and never by
 * time, so that the same state over unchanged data gives the same part. Holds two pages of at most 4 MiB (the next one comes
 * while the one before is worked on) or one that is larger, and the part as it is compressed; of Parquet the cells of the part.
 */
export async function readSlice(state: SliceState, options: SliceOptions): Promise<Slice> {
  return new SliceReader(state, options).read();
}

class SliceReader {
  readonly #options: SliceOptions;
  readonly #limits: SliceLimits;
  readonly #part: PartBuilder;
  readonly #ids = new Set<string>();
  readonly #patients = new Set<string>();
  #state: SliceState;
  #withheld = 0;
  #malformed = 0;
  #short = 0;

  constructor(state: SliceState, options: SliceOptions) {
    this.#state = state;
    this.#options = options;
    this.#limits = options.limits ?? LIMITS;
    this.#part = new PartBuilder(options);
  }

  async read(): Promise<Slice> {
    let coming: Promise<UpstreamPage> | undefined;
    for (let pages = 1; !this.#state.isFinished; pages += 1) {
      const page = await (coming ?? this.#page());
      const isLast = pages >= this.#limits.pages;
      const isAhead = page.bytes.length <= AHEAD_BYTES && !isLast;
      coming = page.next !== undefined && isAhead ? this.#ahead(page.next) : undefined;
      await this.#take(page);
      await this.#advance(page);
      if (isLast || this.#part.size >= this.#limits.bytes) break;
    }
    return {
      state: this.#state,
      part: this.#part.finish(),
      ids: [...this.#ids],
      patients: this.#patients,
      withheld: this.#withheld,
      malformed: this.#malformed,
      short: this.#short,
    };
  }

  get #search(): SliceSearch {
    return this.#options.searches[this.#state.search] ?? { parameters: [], matches: undefined };
  }

  /** The next page, asked for while the one before is worked on. It may never be looked at. */
  #ahead(cursor: string): Promise<UpstreamPage> {
    const coming = this.#follow(cursor);
    coming.catch(() => undefined);
    return coming;
  }

  async #page(): Promise<UpstreamPage> {
    const { cursor } = this.#state;
    return cursor === undefined ? this.#ask() : this.#follow(cursor);
  }

  /** The upstream forgets its cursors after a while, or when it is started anew: then the search is asked anew. */
  async #follow(cursor: string): Promise<UpstreamPage> {
    const { upstream, call } = this.#options;
    try {
      return await upstream.follow(cursor, call);
    } catch (error) {
      if (!(error instanceof EdgeError) || error.code !== "page-expired") throw error;
      return this.#ask();
    }
  }

  /** The search from its begin, or from where it was; what was read before is known by its id. */
  async #ask(): Promise<UpstreamPage> {
    const { upstream, call, resourceType, window } = this.#options;
    const { reached, isOrdered, pageSize } = this.#state;
    const from = isOrdered && reached !== undefined ? reached : window.from;
    return upstream.search(
      resourceType,
      [
        ...this.#search.parameters,
        ...windowParameters({ ...window, from }),
        ["_sort", "_lastUpdated,_id"],
        ["_count", String(pageSize)],
      ],
      call,
    );
  }

  async #take(page: UpstreamPage): Promise<void> {
    const { release, generalise } = this.#options;
    const { matches } = this.#search;
    const released = await releasePage(page, {
      ...release,
      ...(matches === undefined ? {} : { matches }),
      passOverMalformed: true,
      mayInclude: () => false,
      isWanted: (resource) => this.#isWanted(resource),
    });
    const resources = released.entries.map(({ resource }) => resource);
    this.#part.add(generalise === undefined ? resources : await generalise(resources));
    for (const id of released.patients) this.#patients.add(id);
    this.#withheld += released.withheld;
    this.#malformed += released.malformed + page.bundle.oversized;
  }

  #isWanted(resource: AnyResource): boolean {
    const { resourceType, window, isNew } = this.#options;
    const { id, meta } = resource;
    if (typeof id !== "string" || resource.resourceType !== resourceType) {
      this.#malformed += 1;
      return false;
    }
    const updated = Date.parse(String(Object(meta).lastUpdated));
    // Who changes while it is read has left the window, whatever the upstream's index says.
    if (updated >= window.before || updated < (window.from ?? Number.NEGATIVE_INFINITY)) return false;
    this.#reach(updated);
    if (this.#ids.has(id) || !isNew(id)) return false;
    this.#ids.add(id);
    this.#state = { ...this.#state, found: this.#state.found + 1 };
    return true;
  }

  #reach(updated: number): void {
    const { reached = Number.NEGATIVE_INFINITY, isOrdered } = this.#state;
    if (Number.isNaN(updated) || updated < reached) {
      if (isOrdered) this.#state = { ...this.#state, isOrdered: false };
    } else if (updated > reached) {
      this.#state = { ...this.#state, reached: updated };
    }
  }

  async #advance({ next }: UpstreamPage): Promise<void> {
    const { cursor: _, ...rest } = this.#state;
    if (next !== undefined) {
      this.#state = { ...rest, cursor: next };
      return;
    }
    const isShort = await this.#isShort();
    if (isShort && !rest.isRepeated) {
      const { reached: _reached, ...begin } = rest;
      this.#state = { ...begin, isRepeated: true };
      return;
    }
    if (isShort) this.#short += 1;
    const search = rest.search + 1;
    const isFinished = search >= this.#options.searches.length;
    this.#state = { ...FIRST_SLICE, pageSize: rest.pageSize, search, isFinished };
  }

  /** True where the upstream counts more than it gave. What several searches find counts for the first alone, so for one. */
  async #isShort(): Promise<boolean> {
    const { upstream, call, resourceType, window, searches } = this.#options;
    if (searches.length > 1) return false;
    const counted = [...this.#search.parameters, ...windowParameters(window), ["_summary", "count"] as const];
    const { bundle } = await upstream.search(resourceType, counted, call);
    return (bundle.total ?? 0) > this.#state.found;
  }
}
