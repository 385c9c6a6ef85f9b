import type { AnyResource } from "@aarohan/fhir";
import { FhirError } from "./outcome.ts";
import { type Found, included } from "./search.ts";
import type { Store } from "./store.ts";

interface Cursor {
  readonly found: Found;
  readonly self: string;
  readonly until: number;
}

export interface PageOptions {
  /** Base URL that links are written with. */
  readonly baseUrl: string;
  /** How long a cursor may be followed, in milliseconds. */
  readonly cursorMilliseconds: number;
}

/** Results that are frozen when they are found, and paged by `_getpages`, as HAPI does it. */
export class Pages {
  readonly #store: Store;
  readonly #options: PageOptions;
  readonly #cursors = new Map<string, Cursor>();
  /** Each resource's JSON, written once. */
  readonly #texts = new WeakMap<AnyResource, string>();

  constructor(store: Store, options: PageOptions) {
    this.#store = store;
    this.#options = options;
  }

  first(found: Found, self: string): string {
    if (found.summaryCount) {
      return JSON.stringify({ resourceType: "Bundle", type: "searchset", total: found.matches.length });
    }
    const cursor = { found, self, until: Date.now() + this.#options.cursorMilliseconds };
    return this.#page(crypto.randomUUID(), cursor, 0);
  }

  follow(query: URLSearchParams): string {
    const name = query.get("_getpages") ?? "";
    const cursor = this.#cursors.get(name);
    if (cursor === undefined || cursor.until < Date.now()) {
      throw new FhirError(410, "not-found", "the search has expired: repeat it");
    }
    return this.#page(name, cursor, Number(query.get("_getpagesoffset") ?? 0));
  }

  text(resource: AnyResource): string {
    const text = this.#texts.get(resource) ?? JSON.stringify(resource);
    this.#texts.set(resource, text);
    return text;
  }

  #page(name: string, cursor: Cursor, offset: number): string {
    const { found } = cursor;
    const { baseUrl } = this.#options;
    const page = found.matches.slice(offset, offset + found.count);
    const links = [{ relation: "self", url: cursor.self }];
    if (offset + found.count < found.matches.length) {
      this.#cursors.set(name, cursor);
      const next = new URLSearchParams({
        _getpages: name,
        _getpagesoffset: String(offset + found.count),
        _count: String(found.count),
        _bundletype: "searchset",
      });
      links.push({ relation: "next", url: `${baseUrl}?${next}` });
    }
    const entries = [
      ...page.map((resource) => this.#entry(resource, "match")),
      ...included(this.#store, found, page).map((resource) => this.#entry(resource, "include")),
    ];
    const head = JSON.stringify({
      resourceType: "Bundle",
      type: "searchset",
      total: found.matches.length,
      link: links,
    });
    return entries.length === 0 ? head : `${head.slice(0, -1)},"entry":[${entries.join(",")}]}`;
  }

  #entry(resource: AnyResource, mode: string): string {
    const url = JSON.stringify(`${this.#options.baseUrl}/${resource.resourceType}/${resource.id}`);
    return `{"fullUrl":${url},"resource":${this.text(resource)},"search":{"mode":"${mode}"}}`;
  }
}
