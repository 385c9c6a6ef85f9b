import { appendFileSync, existsSync, readFileSync } from "node:fs";
import type { AnyResource } from "@aarohan/fhir";
import { buildColumn, type Column } from "./column.ts";
import { FhirError } from "./outcome.ts";
import { parameterFor } from "./search-parameter-table.ts";

/** Everything that the server holds of one resource type, and what its searches have needed so far. */
interface Shelf {
  readonly resources: AnyResource[];
  readonly places: Map<string, number>;
  readonly columns: Map<string, Column>;
}

/** Resources in memory, indexed by type, id, and each search parameter that is used. */
export class Store {
  readonly #shelves = new Map<string, Shelf>();
  readonly #deleted = new Set<string>();
  readonly #journal: string | undefined;

  /** `journal`: a file of NDJSON that keeps what is written after loading. */
  constructor(journal?: string) {
    this.#journal = journal;
  }

  /** Takes a resource as it is, `meta` included. */
  load(resource: AnyResource): void {
    const { id } = resource;
    if (typeof id !== "string") throw new FhirError(400, "invalid", "a resource without id cannot be loaded");
    const shelf = this.#shelf(resource.resourceType);
    const place = shelf.places.get(id);
    if (place === undefined) {
      shelf.places.set(id, shelf.resources.length);
      shelf.resources.push(resource);
    } else shelf.resources[place] = resource;
    shelf.columns.clear();
    this.#deleted.delete(`${resource.resourceType}/${id}`);
  }

  /** Repeats what the journal holds. */
  replay(): void {
    if (this.#journal === undefined || !existsSync(this.#journal)) return;
    for (const line of readFileSync(this.#journal, "utf8").split("\n")) {
      if (line === "") continue;
      const entry: { put?: AnyResource; delete?: string } = JSON.parse(line);
      if (entry.put !== undefined) this.load(entry.put);
      if (entry.delete !== undefined) this.#remove(entry.delete);
    }
  }

  get(resourceType: string, id: string): AnyResource {
    const shelf = this.#shelves.get(resourceType);
    const place = shelf?.places.get(id);
    const resource = place === undefined ? undefined : shelf?.resources[place];
    if (resource !== undefined) return resource;
    const gone = this.#deleted.has(`${resourceType}/${id}`);
    throw new FhirError(gone ? 410 : 404, gone ? "deleted" : "not-found", "there is no such resource");
  }

  /** Creates or replaces; version and time are the server's. */
  put(resource: AnyResource, id: string): AnyResource {
    const before = this.#versionOf(resource.resourceType, id);
    const meta =
      typeof resource.meta === "object" && resource.meta !== null && !Array.isArray(resource.meta)
        ? resource.meta
        : {};
    const stored = {
      ...resource,
      id,
      meta: { ...meta, versionId: String(before + 1), lastUpdated: new Date().toISOString() },
    };
    this.load(stored);
    this.#write({ put: stored });
    return stored;
  }

  delete(resourceType: string, id: string): void {
    this.#remove(`${resourceType}/${id}`);
    this.#write({ delete: `${resourceType}/${id}` });
  }

  resources(resourceType: string): readonly AnyResource[] {
    return this.#shelves.get(resourceType)?.resources ?? [];
  }

  /** What a search parameter sees of a type; throws 400 for one that this server does not answer. */
  column(resourceType: string, name: string): { readonly column: Column; readonly type: string } {
    const definition = parameterFor(resourceType, name);
    if (definition === undefined) {
      throw new FhirError(
        400,
        "not-supported",
        `unknown or unsupported search parameter for ${resourceType}: ${name}`,
      );
    }
    const shelf = this.#shelf(resourceType);
    const column = shelf.columns.get(name) ?? buildColumn(definition, shelf.resources);
    shelf.columns.set(name, column);
    return { column, type: definition.type };
  }

  place(resourceType: string, id: string): number | undefined {
    return this.#shelves.get(resourceType)?.places.get(id);
  }

  #remove(name: string): void {
    const [type = "", id = ""] = name.split("/");
    const shelf = this.#shelves.get(type);
    const place = shelf?.places.get(id);
    if (shelf === undefined || place === undefined) return;
    shelf.resources.splice(place, 1);
    shelf.places.clear();
    for (const [index, resource] of shelf.resources.entries()) shelf.places.set(String(resource.id), index);
    shelf.columns.clear();
    this.#deleted.add(name);
  }

  #versionOf(resourceType: string, id: string): number {
    const place = this.place(resourceType, id);
    const meta = place === undefined ? undefined : this.#shelf(resourceType).resources[place]?.meta;
    const version =
      typeof meta === "object" && meta !== null && "versionId" in meta ? Number(meta.versionId) : 0;
    return Number.isNaN(version) ? 0 : version;
  }

  #write(entry: { readonly put?: AnyResource; readonly delete?: string }): void {
    if (this.#journal !== undefined) appendFileSync(this.#journal, `${JSON.stringify(entry)}\n`);
  }

  #shelf(resourceType: string): Shelf {
    const shelf = this.#shelves.get(resourceType) ?? { resources: [], places: new Map(), columns: new Map() };
    this.#shelves.set(resourceType, shelf);
    return shelf;
  }
}
