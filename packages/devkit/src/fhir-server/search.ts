import type { AnyResource } from "@aarohan/fhir";
import { type Column, fold } from "./column.ts";
import { type DateTest, parseDateTest, passes } from "./date-range.ts";
import { FhirError } from "./outcome.ts";
import type { Store } from "./store.ts";

/** What a search found, in order; pages are cut from it. */
export interface Found {
  readonly matches: readonly AnyResource[];
  readonly includes: readonly string[];
  readonly revincludes: readonly string[];
  readonly count: number;
  readonly summaryCount: boolean;
}

const DEFAULT_COUNT = 20;
const MAXIMUM_COUNT = 1000;
const IGNORED = new Set(["_format", "_pretty", "_total"]);
/** Asked for elsewhere, and never silently answered with everything or nothing. */
const MODIFIERS: Readonly<Record<string, readonly string[]>> = {
  token: ["not"],
  string: ["exact", "contains"],
  reference: [],
  date: [],
  uri: [],
};

export function search(store: Store, resourceType: string, query: URLSearchParams): Found {
  const places = new PlaceFilter(store, resourceType);
  let sort = "";
  let count = DEFAULT_COUNT;
  let summaryCount = false;
  const includes: string[] = [];
  const revincludes: string[] = [];
  for (const [name, value] of query) {
    if (IGNORED.has(name)) continue;
    if (name === "_sort") sort = value;
    else if (name === "_count") count = countOf(value);
    else if (name === "_summary" && value === "count") summaryCount = true;
    else if (name === "_include") includes.push(value);
    else if (name === "_revinclude") revincludes.push(value);
    else places.narrow(name, value);
  }
  const matches = sorted(store, resourceType, places.matching(), sort);
  return { matches, includes, revincludes, count, summaryCount: summaryCount || count === 0 };
}

function countOf(value: string): number {
  if (!/^\d+$/.test(value)) throw new FhirError(400, "value", "_count is a number");
  return Math.min(Number(value), MAXIMUM_COUNT);
}

/** The places of a type that are still in, parameter by parameter. */
class PlaceFilter {
  readonly #store: Store;
  readonly #type: string;
  #in: Set<number> | undefined;

  constructor(store: Store, resourceType: string) {
    this.#store = store;
    this.#type = resourceType;
  }

  narrow(key: string, value: string): void {
    const [name = "", modifier] = key.split(":");
    if (name.includes(".") || name === "_has") throw unsupported(key);
    if (name === "_id") {
      this.#keep(new Set(value.split(",").flatMap((id) => this.#store.place(this.#type, id) ?? [])));
      return;
    }
    const { column, type } = this.#store.column(this.#type, name);
    if (modifier !== undefined && !MODIFIERS[type]?.includes(modifier)) throw unsupported(key);
    if (type === "date") this.#keep(this.#dates(column, name, value));
    else if (type === "string") this.#keep(this.#texts(column, modifier, value));
    else this.#keep(this.#keys(column, type, name, modifier, value));
  }

  matching(): AnyResource[] {
    const resources = this.#store.resources(this.#type);
    if (this.#in === undefined) return [...resources];
    return [...this.#in].sort((a, b) => a - b).flatMap((place) => resources[place] ?? []);
  }

  #keep(places: Set<number>): void {
    this.#in = this.#in === undefined ? places : this.#in.intersection(places);
  }

  #keys(
    column: Column,
    type: string,
    name: string,
    modifier: string | undefined,
    value: string,
  ): Set<number> {
    const wanted = value
      .split(",")
      .map((part) => (type === "reference" ? referenceKey(this.#type, name, part) : part));
    const found = new Set(wanted.flatMap((key) => column.keys.get(key) ?? []));
    if (modifier !== "not") return found;
    return new Set(this.#store.resources(this.#type).keys()).difference(found);
  }

  #dates(column: Column, name: string, value: string): Set<number> {
    const tests = value.split(",").map(parseDateTest);
    if (tests.includes(undefined)) throw new FhirError(400, "value", `${name} is not a date`);
    const given = tests.filter((test): test is DateTest => test !== undefined);
    return placesWhere(column.dates, (ranges) =>
      ranges.some((range) => given.some((test) => passes(test, range))),
    );
  }

  #texts(column: Column, modifier: string | undefined, value: string): Set<number> {
    const wanted = value.split(",").map(fold);
    return placesWhere(column.texts, (texts) =>
      texts.some((text) =>
        wanted.some((part) =>
          modifier === "exact"
            ? text === part
            : modifier === "contains"
              ? text.includes(part)
              : text.startsWith(part),
        ),
      ),
    );
  }
}

function placesWhere<T>(values: readonly T[], test: (value: T) => boolean): Set<number> {
  const places = new Set<number>();
  values.forEach((value, place) => {
    if (test(value)) places.add(place);
  });
  return places;
}

/** A bare id belongs to the one type that the parameter is about. */
function referenceKey(resourceType: string, name: string, value: string): string {
  if (value.includes("/") || value.includes(":")) return value;
  const type = { patient: "Patient", subject: "Patient", encounter: "Encounter" }[name];
  if (type === undefined)
    throw new FhirError(400, "value", `${resourceType}?${name} needs a type before the id`);
  return `${type}/${value}`;
}

function sorted(store: Store, resourceType: string, matches: AnyResource[], sort: string): AnyResource[] {
  if (sort === "") return matches;
  const keys = sort.split(",").map((text) => {
    const name = text.replace(/^-/, "");
    const order = name === "_id" ? undefined : store.column(resourceType, name).column.order;
    return { order, sign: text.startsWith("-") ? -1 : 1 };
  });
  const keyOf = (resource: AnyResource, order: Column["order"] | undefined) =>
    order === undefined ? String(resource.id) : order[store.place(resourceType, String(resource.id)) ?? -1];
  const placed = matches.map((resource) => ({
    resource,
    keys: keys.map(({ order }) => keyOf(resource, order)),
  }));
  placed.sort((a, b) => {
    for (const [index, { sign }] of keys.entries()) {
      const difference = compare(a.keys[index], b.keys[index]);
      if (difference !== 0) return sign * difference;
    }
    return 0;
  });
  return placed.map(({ resource }) => resource);
}

function compare(a: string | number | undefined, b: string | number | undefined): number {
  if (a === b) return 0;
  if (a === undefined) return -1;
  if (b === undefined) return 1;
  return a < b ? -1 : 1;
}

/** Resources that the page refers to, or that refer to it. */
export function included(store: Store, found: Found, page: readonly AnyResource[]): AnyResource[] {
  const names = new Set<string>();
  const own = new Set(page.map((resource) => `${resource.resourceType}/${resource.id}`));
  for (const include of found.includes) {
    const [type = "", parameter = ""] = include.split(":");
    const { column } = store.column(type, parameter);
    const places = new Set(page.map((resource) => store.place(type, String(resource.id))));
    for (const [key, at] of column.keys) if (at.some((place) => places.has(place))) names.add(key);
  }
  for (const include of found.revincludes) {
    const [type = "", parameter = ""] = include.split(":");
    const { column } = store.column(type, parameter);
    const resources = store.resources(type);
    for (const name of own) {
      for (const place of column.keys.get(name) ?? []) names.add(`${type}/${resources[place]?.id}`);
    }
  }
  return [...names].filter((name) => !own.has(name)).flatMap((name) => resolve(store, name));
}

function resolve(store: Store, name: string): AnyResource[] {
  const [type = "", id = ""] = name.split("/");
  const place = store.place(type, id);
  const resource = place === undefined ? undefined : store.resources(type)[place];
  return resource === undefined ? [] : [resource];
}

function unsupported(key: string): FhirError {
  return new FhirError(400, "not-supported", `unsupported search: ${key}`);
}
