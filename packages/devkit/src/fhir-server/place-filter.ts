import { type AnyResource, isResourceType } from "@aarohan/fhir";
import { type Column, fold } from "./column.ts";
import { type DateTest, parseDateTest, passes } from "./date-range.ts";
import { FhirError } from "./outcome.ts";
import { type ParameterType, requireParameter } from "./search-parameter-table.ts";
import { alternativesOf } from "./search-value.ts";
import type { Store } from "./store.ts";

const MODIFIERS: Readonly<Record<ParameterType, readonly string[]>> = {
  token: ["not"],
  string: ["exact", "contains"],
  reference: [],
  date: [],
  uri: [],
};

/** The places of a type that are still in, parameter by parameter: parameters are joined by AND, their values by OR. */
export class PlaceFilter {
  readonly #store: Store;
  readonly #type: string;
  readonly #baseUrl: string;
  #in: Set<number> | undefined;

  /** `baseUrl`: absolute references that start with it are this server's own. */
  constructor(store: Store, resourceType: string, baseUrl: string) {
    this.#store = store;
    this.#type = resourceType;
    this.#baseUrl = baseUrl;
  }

  /** `key` is the parameter's name, with its modifier: `code:not`. */
  narrow(key: string, value: string): void {
    const colon = key.indexOf(":");
    const name = colon === -1 ? key : key.slice(0, colon);
    const modifier = colon === -1 ? undefined : key.slice(colon + 1);
    if (name.includes(".") || name === "_has") throw unsupported(key);
    const wanted = alternativesOf(value);
    if (wanted.includes("")) throw new FhirError(400, "value", `${key} has an empty value`);
    if (name !== "_id") this.#keep(this.#placesOf(name, modifier, key, wanted));
    else if (modifier !== undefined) throw unsupported(key);
    else this.#keep(new Set(wanted.flatMap((id) => this.#store.place(this.#type, id) ?? [])));
  }

  matching(): AnyResource[] {
    const resources = this.#store.resources(this.#type);
    const places = this.#in === undefined ? resources.keys() : [...this.#in].sort((a, b) => a - b);
    return [...places].flatMap((place) => resources[place] ?? []);
  }

  #keep(places: Set<number>): void {
    this.#in = this.#in === undefined ? places : this.#in.intersection(places);
  }

  #placesOf(name: string, modifier: string | undefined, key: string, wanted: string[]): Set<number> {
    const definition = requireParameter(this.#type, name);
    const isTyped = definition.type === "reference" && modifier !== undefined && isResourceType(modifier);
    if (modifier !== undefined && !isTyped && !MODIFIERS[definition.type].includes(modifier))
      throw unsupported(key);
    const column = this.#store.column(this.#type, definition);
    switch (definition.type) {
      case "date":
        return placesWithDate(column, key, wanted);
      case "string":
        return placesWithText(column, modifier, wanted);
      case "reference":
        return placesWithKey(
          column,
          wanted.map((part) => this.#referenceKey(part, modifier, key)),
        );
      case "token":
      case "uri": {
        const found = placesWithKey(column, wanted);
        return modifier === "not"
          ? new Set(this.#store.resources(this.#type).keys()).difference(found)
          : found;
      }
    }
  }

  /** `Patient/1`, `1`, an URL of this server's own or a canonical one (FHIR R4 §3.1.1.4.12). */
  #referenceKey(value: string, type: string | undefined, key: string): string {
    const own = value.startsWith(`${this.#baseUrl}/`) ? value.slice(this.#baseUrl.length + 1) : value;
    const reference = own.replace(/\/_history\/.*$/, "");
    if (type === undefined || reference.startsWith(`${type}/`)) return reference;
    if (reference.includes("/")) throw new FhirError(400, "value", `${key} names another type in its value`);
    return `${type}/${reference}`;
  }
}

function placesWithKey(column: Column, wanted: readonly string[]): Set<number> {
  return new Set(wanted.flatMap((key) => column.keys.get(key) ?? []));
}

function placesWithDate(column: Column, key: string, wanted: readonly string[]): Set<number> {
  const tests = wanted.map((value): DateTest => {
    const test = parseDateTest(value);
    if (test === undefined) throw new FhirError(400, "value", `${key} is not a date`);
    return test;
  });
  return placesWhere(column.dates, (ranges) =>
    ranges.some((range) => tests.some((test) => passes(test, range))),
  );
}

function placesWithText(
  column: Column,
  modifier: string | undefined,
  wanted: readonly string[],
): Set<number> {
  if (modifier === "exact")
    return placesWhere(column.texts, (texts) => texts.some(({ exact }) => wanted.includes(exact)));
  const parts = wanted.map(fold);
  return placesWhere(column.texts, (texts) =>
    texts.some(({ folded }) =>
      parts.some((part) => (modifier === "contains" ? folded.includes(part) : folded.startsWith(part))),
    ),
  );
}

function placesWhere<T>(values: readonly T[], test: (value: T) => boolean): Set<number> {
  const places = new Set<number>();
  values.forEach((value, place) => {
    if (test(value)) places.add(place);
  });
  return places;
}

function unsupported(key: string): FhirError {
  return new FhirError(400, "not-supported", `unsupported search: ${key}`);
}
