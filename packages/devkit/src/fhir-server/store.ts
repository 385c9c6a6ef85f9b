import type { AnyResource } from "@aarohan/fhir";
import { buildColumn, type Column } from "./column.ts";
import { type Change, Journal } from "./journal.ts";
import { FhirError } from "./outcome.ts";
import type { ParameterDefinition } from "./search-parameter-table.ts";

/** Everything that the server holds of one resource type, and what its searches have needed so far. */
interface Shelf {
  /** By place; `undefined` where the resource was deleted. */
  readonly resources: (AnyResource | undefined)[];
  readonly places: Map<string, number>;
  readonly columns: Map<string, Column>;
}

/** The version that a deletion is, and its instant. */
export interface Deletion {
  readonly version: number;
  readonly at: string;
}

/** What a transaction would write, and how to take it back. */
interface Pending {
  readonly changes: Change[];
  readonly undo: (() => void)[];
}

/** Resources in memory, indexed by type, id, and each search parameter that is used. */
export class Store {
  readonly #shelves = new Map<string, Shelf>();
  /** By type and id, also of what has come back: a resource that comes back counts its versions on. */
  readonly #deletions = new Map<string, Deletion>();
  readonly #journal: Journal | undefined;
  #pending: Pending | undefined;

  /** `journal`: a file that keeps what is written after loading. */
  constructor(journal?: string) {
    this.#journal = journal === undefined ? undefined : new Journal(journal);
  }

  /** Takes a resource as it is, `meta` included. */
  load(resource: AnyResource): void {
    if (typeof resource.id !== "string")
      throw new FhirError(400, "invalid", "a resource without id cannot be loaded");
    this.#set(resource.resourceType, resource.id, resource);
  }

  /** Repeats what the journal holds. A deletion without its time counts as of now, so that nobody misses it. */
  replay(): void {
    const startedAt = new Date().toISOString();
    for (const change of this.#journal?.read() ?? []) {
      if ("put" in change) this.load(change.put);
      else this.#remove(...nameParts(change.delete), change.at ?? startedAt);
    }
  }

  get(resourceType: string, id: string): AnyResource {
    const place = this.place(resourceType, id);
    if (place === undefined) throw new FhirError(404, "not-found", "there is no such resource");
    const resource = this.#shelves.get(resourceType)?.resources[place];
    if (resource === undefined) throw new FhirError(410, "deleted", "the resource was deleted");
    return resource;
  }

  has(resourceType: string, id: string): boolean {
    const place = this.place(resourceType, id);
    return place !== undefined && this.#shelves.get(resourceType)?.resources[place] !== undefined;
  }

  /** Creates or replaces; version and time are the server's. */
  put(resource: AnyResource, id: string): AnyResource {
    const version = this.#versionOf(resource.resourceType, id) + 1;
    const meta = typeof resource.meta === "object" && resource.meta !== null ? resource.meta : {};
    const stored = {
      ...resource,
      id,
      meta: { ...meta, versionId: String(version), lastUpdated: new Date().toISOString() },
    };
    this.load(stored);
    this.#write({ put: stored });
    return stored;
  }

  /** What is not there stays away: deleting twice is no error (FHIR R4 RESTful API, "delete"). */
  delete(resourceType: string, id: string): void {
    if (!this.has(resourceType, id)) return;
    const at = new Date().toISOString();
    this.#remove(resourceType, id, at);
    this.#write({ delete: `${resourceType}/${id}`, at });
  }

  /** All of the work's writes, or, when it throws, none. The work is synchronous: nothing comes between. */
  atomically<T>(work: () => T): T {
    const pending: Pending = { changes: [], undo: [] };
    this.#pending = pending;
    try {
      const result = work();
      this.#journal?.append(pending.changes);
      return result;
    } catch (error) {
      for (const undo of pending.undo.reverse()) undo();
      throw error;
    } finally {
      this.#pending = undefined;
    }
  }

  types(): string[] {
    return [...this.#shelves.keys()].sort();
  }

  /** By place; `undefined` where a resource was deleted. */
  resources(resourceType: string): readonly (AnyResource | undefined)[] {
    return this.#shelves.get(resourceType)?.resources ?? [];
  }

  /** The last deletion of each resource that is gone now, by id. */
  deletions(resourceType: string): ReadonlyMap<string, Deletion> {
    const found = new Map<string, Deletion>();
    for (const [name, deletion] of this.#deletions) {
      const [type, id] = nameParts(name);
      if (type === resourceType && !this.has(type, id)) found.set(id, deletion);
    }
    return found;
  }

  /** What a search parameter sees of a type. Extracted at its first use, and again after a write to the type. */
  column(resourceType: string, definition: ParameterDefinition): Column {
    const shelf = this.#shelf(resourceType);
    const column = shelf.columns.get(definition.name) ?? buildColumn(definition, shelf.resources);
    shelf.columns.set(definition.name, column);
    return column;
  }

  place(resourceType: string, id: string): number | undefined {
    return this.#shelves.get(resourceType)?.places.get(id);
  }

  #remove(resourceType: string, id: string, at: string): void {
    this.#deletions.set(`${resourceType}/${id}`, { version: this.#versionOf(resourceType, id) + 1, at });
    this.#set(resourceType, id, undefined);
  }

  #set(resourceType: string, id: string, resource: AnyResource | undefined): void {
    const shelf = this.#shelf(resourceType);
    const known = shelf.places.get(id);
    const place = known ?? shelf.resources.length;
    const before = shelf.resources[place];
    shelf.places.set(id, place);
    shelf.resources[place] = resource;
    shelf.columns.clear();
    this.#pending?.undo.push(() => {
      shelf.resources[place] = before;
      if (known === undefined) shelf.places.delete(id);
      shelf.columns.clear();
    });
  }

  #versionOf(resourceType: string, id: string): number {
    if (!this.has(resourceType, id)) return this.#deletions.get(`${resourceType}/${id}`)?.version ?? 0;
    const { meta } = this.get(resourceType, id);
    const version =
      typeof meta === "object" && meta !== null && "versionId" in meta ? Number(meta.versionId) : 0;
    return Number.isNaN(version) ? 0 : version;
  }

  #write(change: Change): void {
    if (this.#pending === undefined) this.#journal?.append([change]);
    else this.#pending.changes.push(change);
  }

  #shelf(resourceType: string): Shelf {
    const shelf = this.#shelves.get(resourceType) ?? { resources: [], places: new Map(), columns: new Map() };
    this.#shelves.set(resourceType, shelf);
    return shelf;
  }
}

function nameParts(name: string): [resourceType: string, id: string] {
  const [resourceType = "", id = ""] = name.split("/");
  return [resourceType, id];
}
