import type { AnyResource, Json, JsonObject } from "@aarohan/fhir";
import { type DateRange, dateRange } from "./date-range.ts";
import type { ElementPath, ParameterDefinition } from "./search-parameter-table.ts";

/** What a search parameter sees of all resources of a type, by their place in it. */
export interface Column {
  /**
   * Tokens, references and URIs: key → places. A token stands under `code`, `system|code` and `system|`, a reference
   * under `Type/id` and `id`, a canonical URL with and without its version.
   */
  readonly keys: ReadonlyMap<string, readonly number[]>;
  readonly dates: readonly (readonly DateRange[])[];
  readonly texts: readonly (readonly Text[])[];
  /** Sort key of each place: the first value. */
  readonly order: readonly (string | number | undefined)[];
}

export interface Text {
  readonly exact: string;
  /** Without case and accents. */
  readonly folded: string;
}

/** `undefined` stands at the place of a resource that was deleted. */
export function buildColumn(
  definition: ParameterDefinition,
  resources: readonly (AnyResource | undefined)[],
): Column {
  const keys = new Map<string, number[]>();
  const dates: (readonly DateRange[])[] = [];
  const texts: (readonly Text[])[] = [];
  const order: (string | number | undefined)[] = [];
  resources.forEach((resource, place) => {
    const values = resource === undefined ? [] : valuesOf(definition, resource);
    if (definition.type === "date") {
      dates[place] = values.map(rangeOf).filter((range) => range !== undefined);
      order[place] = dates[place]?.[0]?.from;
    } else if (definition.type === "string") {
      texts[place] = values.flatMap(textsOf).map((exact) => ({ exact, folded: fold(exact) }));
      order[place] = texts[place]?.[0]?.folded;
    } else {
      const found = values.flatMap((value) => keysOf(definition, value));
      for (const key of new Set(found)) append(keys, key, place);
      order[place] = found[0];
    }
  });
  return { keys, dates, texts, order };
}

/** What the resource refers to by this parameter, as it is written: `Patient/1`. */
export function referencesOf(definition: ParameterDefinition, resource: AnyResource): string[] {
  return valuesOf(definition, resource).flatMap((value) => referenceOf(value) ?? []);
}

function valuesOf(definition: ParameterDefinition, resource: AnyResource): Json[] {
  return definition.paths.flatMap((path) => valuesAt(resource, path));
}

const TEXT_PARTS = new Set(
  "text family given prefix suffix line city district state postalCode country".split(" "),
);

function append(keys: Map<string, number[]>, key: string, place: number): void {
  const places = keys.get(key);
  if (places === undefined) keys.set(key, [place]);
  else places.push(place);
}

function valuesAt(resource: AnyResource, { steps, cast, target }: ElementPath): Json[] {
  let values: Json[] = [resource];
  for (const [index, step] of steps.entries()) {
    const last = index === steps.length - 1;
    values = values.flatMap((value) => childrenOf(value, step, last ? cast : undefined));
  }
  return target === undefined ? values : values.filter((value) => isReferenceTo(value, target));
}

/** Children by name; a choice element by any of its typed names. */
function childrenOf(value: Json, name: string, cast: string | undefined): Json[] {
  if (!isObject(value)) return [];
  const found: Json[] = [];
  for (const [key, child] of Object.entries(value)) {
    const rest = key.startsWith(name) ? key.slice(name.length) : undefined;
    const isChoice = rest !== undefined && rest !== "" && /^[A-Z]/.test(rest) && isChoiceType(rest);
    if (rest !== "" && !isChoice) continue;
    if (cast !== undefined && rest !== "" && rest?.toLowerCase() !== cast.toLowerCase()) continue;
    if (Array.isArray(child)) found.push(...child);
    else found.push(child);
  }
  return found;
}

function isChoiceType(text: string): boolean {
  return /^(?:DateTime|Date|Period|Instant|Timing|CodeableConcept|Coding|String|Boolean|Integer|Quantity|Reference|Uri|Canonical|Age|Range)$/.test(
    text,
  );
}

function isReferenceTo(value: Json, target: string): boolean {
  return isObject(value) && typeof value.reference === "string" && value.reference.startsWith(`${target}/`);
}

function rangeOf(value: Json): DateRange | undefined {
  if (typeof value === "string") return dateRange(value);
  if (!isObject(value)) return undefined;
  const from = typeof value.start === "string" ? dateRange(value.start)?.from : Number.NEGATIVE_INFINITY;
  const to = typeof value.end === "string" ? dateRange(value.end)?.to : Number.POSITIVE_INFINITY;
  return from === undefined || to === undefined || (value.start === undefined && value.end === undefined)
    ? undefined
    : { from, to };
}

/** Of a HumanName or Address its texts; `use` and `type` are codes. */
function textsOf(value: Json): string[] {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return value.flatMap(textsOf);
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, part]) => (TEXT_PARTS.has(name) ? textsOf(part) : []));
}

function keysOf(definition: ParameterDefinition, value: Json): string[] {
  if (definition.type === "token") return tokenKeys(value);
  const reference = referenceOf(value);
  if (reference === undefined) return [];
  if (typeof value === "string") return [value, value.replace(/\|.*$/, "")];
  return /^[A-Z][A-Za-z]+\/[^/]+$/.test(reference)
    ? [reference, reference.slice(reference.indexOf("/") + 1)]
    : [reference];
}

/** A canonical URL, a URI, or a Reference without its version. */
function referenceOf(value: Json): string | undefined {
  if (typeof value === "string") return value;
  if (!isObject(value) || typeof value.reference !== "string") return undefined;
  return value.reference.replace(/\/_history\/.*$/, "");
}

function tokenKeys(value: Json): string[] {
  if (typeof value === "string" || typeof value === "boolean") return [String(value), `|${value}`];
  if (!isObject(value)) return [];
  if (Array.isArray(value.coding)) return value.coding.flatMap(tokenKeys);
  const code = value.code ?? value.value;
  const system = typeof value.system === "string" ? value.system : "";
  return typeof code === "string" ? [code, `${system}|${code}`, `${system}|`] : [];
}

/** FHIR strings are compared without case and accents (FHIR R4 §3.1.1.4.8). */
export function fold(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/\p{Mn}/gu, "")
    .toLowerCase();
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
