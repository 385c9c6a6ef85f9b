import type { AnyResource } from "@aarohan/fhir";
import { subset } from "./elements.ts";
import { included } from "./inclusion.ts";
import { FhirError } from "./outcome.ts";
import { countOf, type Found } from "./search.ts";
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

/** Each holds one reference per match: a tenth of a megabyte for 15,000 of them. */
const MAXIMUM_CURSORS = 500;

/**
 * Results that are frozen when they are found, and paged by `_getpages`, as HAPI does it. Holds at most 500 of them:
 * beyond that, the one that was followed least recently expires early.
 */
export class Pages {
  readonly #store: Store;
  readonly #options: PageOptions;
  readonly #cursors = new Map<string, Cursor>();
  /** Each resource's JSON, written once. */
  readonly #bytes = new WeakMap<AnyResource, Buffer>();

  constructor(store: Store, options: PageOptions) {
    this.#store = store;
    this.#options = options;
  }

  /** The first page of what was found; `self` is the URL of the search. */
  first(found: Found, self: string): Buffer {
    if (found.countOnly) return Buffer.from(JSON.stringify(headOf(found, [])));
    const cursor = { found, self, until: Date.now() + this.#options.cursorMilliseconds };
    return this.#page(crypto.randomUUID(), cursor, 0, found.count);
  }

  /** The page that a link leads to; 410 when it has expired. */
  follow(query: URLSearchParams): Buffer {
    const name = query.get("_getpages");
    if (name === null) throw new FhirError(400, "not-supported", "there is no search across all types");
    const offset = query.get("_getpagesoffset") ?? "0";
    if (!/^\d+$/.test(offset)) throw new FhirError(400, "value", "_getpagesoffset is no number");
    const cursor = this.#cursors.get(name);
    if (cursor === undefined || cursor.until < Date.now())
      throw new FhirError(410, "not-found", "the search has expired: repeat it");
    const count = query.has("_count") ? countOf(query.get("_count")) : cursor.found.count;
    return this.#page(name, cursor, Number(offset), Math.max(count, 1));
  }

  bytes(resource: AnyResource): Buffer {
    const bytes = this.#bytes.get(resource) ?? Buffer.from(JSON.stringify(resource));
    this.#bytes.set(resource, bytes);
    return bytes;
  }

  #page(name: string, cursor: Cursor, offset: number, count: number): Buffer {
    const { found } = cursor;
    const page = found.matches.slice(offset, offset + count);
    const links = [{ relation: "self", url: cursor.self }];
    if (offset + count < found.matches.length) {
      this.#keep(name, cursor);
      links.push({ relation: "next", url: this.#link(name, offset + count, count) });
    }
    if (offset > 0)
      links.push({ relation: "previous", url: this.#link(name, Math.max(offset - count, 0), count) });
    const matches = found.elements === undefined ? page : page.map(selecting(found.elements));
    return written(headOf(found, links), [
      ...matches.map((resource) => this.#entry(resource, "match")),
      ...included(this.#store, found, page).map((resource) => this.#entry(resource, "include")),
    ]);
  }

  /** Moves the cursor to the end of the line, and lets go of those that nobody follows. */
  #keep(name: string, cursor: Cursor): void {
    this.#cursors.delete(name);
    this.#cursors.set(name, cursor);
    const [oldest] = this.#cursors.keys();
    if (this.#cursors.size > MAXIMUM_CURSORS && oldest !== undefined) this.#cursors.delete(oldest);
  }

  #link(name: string, offset: number, count: number): string {
    const query = new URLSearchParams({
      _getpages: name,
      _getpagesoffset: String(offset),
      _count: String(count),
      _bundletype: "searchset",
    });
    return `${this.#options.baseUrl}?${query}`;
  }

  #entry(resource: AnyResource, mode: "match" | "include"): Entry {
    const url = JSON.stringify(`${this.#options.baseUrl}/${resource.resourceType}/${resource.id}`);
    return [Buffer.from(`{"fullUrl":${url},"resource":`), this.bytes(resource), END_OF_ENTRY[mode]];
  }
}

interface Link {
  readonly relation: string;
  readonly url: string;
}

function headOf(found: Found, link: readonly Link[]) {
  return {
    resourceType: "Bundle",
    type: "searchset",
    total: found.matches.length,
    ...(link.length === 0 ? {} : { link }),
  };
}

function selecting(elements: ReadonlySet<string>) {
  return (resource: AnyResource) => subset(resource, elements);
}

/** The Bundle's JSON; an empty `entry` is left out, as FHIR has no empty arrays. */
function written(head: object, entries: readonly Entry[]): Buffer {
  const text = JSON.stringify(head);
  if (entries.length === 0) return Buffer.from(text);
  const pieces: Buffer[] = [Buffer.from(`${text.slice(0, -1)},"entry":[`)];
  for (const [index, entry] of entries.entries()) {
    if (index > 0) pieces.push(COMMA);
    pieces.push(...entry);
  }
  return Buffer.concat([...pieces, Buffer.from("]}")]);
}

/** An entry's JSON in pieces, so that the resource's bytes are copied once. */
type Entry = readonly [start: Buffer, resource: Buffer, end: Buffer];

const COMMA = Buffer.from(",");
const END_OF_ENTRY = {
  match: Buffer.from(',"search":{"mode":"match"}}'),
  include: Buffer.from(',"search":{"mode":"include"}}'),
};
