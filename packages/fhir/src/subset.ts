import { EdgeError } from "@aarohan/contract";
import { type ElementInfo, elementsOf } from "./element-table.ts";
import type { AnyResource, Json } from "./resource.ts";
import { isResourceType } from "./resource-type.ts";

const SUBSETTED = { system: "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", code: "SUBSETTED" };
const ALWAYS = ["resourceType", "id", "meta"];

const ALWAYS_NAMED = new Set(["id", "meta"]);

/** JSON names of the top-level elements that stay (`valueQuantity` for `value`). */
export type ElementSubset = ReadonlySet<string>;

/**
 * `_elements` (FHIR R4 §3.1.1.5.6): `status,value` or `Observation.status` → what stays of the type; elements that R4
 * requires stay anyway. Throws `parameter-invalid` for a name that the type does not have.
 */
export function parseElements(value: string, resourceType: string): ElementSubset {
  const elements = elementsOf(resourceType);
  const staying = new Set(ALWAYS);
  for (const info of elements?.values() ?? []) if (info.required) addNames(staying, info.name, info.types);
  for (const part of value.split(",")) {
    const name = part.startsWith(`${resourceType}.`) ? part.slice(resourceType.length + 1) : part;
    const info = elementNamed(name, resourceType);
    if (info === undefined && !ALWAYS_NAMED.has(name)) {
      throw new EdgeError(
        "parameter-invalid",
        `_elements takes names of top-level elements of ${resourceType}.`,
        {
          parameter: "_elements",
        },
      );
    }
    if (info !== undefined) addNames(staying, info.name, info.types);
  }
  return staying;
}

/** True for what `_elements` may name of a resource type; false for what is none. */
export function isElement(name: string, resourceType: string): boolean {
  if (!isResourceType(resourceType)) return false;
  return ALWAYS_NAMED.has(name) || elementNamed(name, resourceType) !== undefined;
}

function elementNamed(name: string, resourceType: string): ElementInfo | undefined {
  const elements = elementsOf(resourceType);
  return elements?.get(name) ?? elements?.get(`${name}[x]`);
}

function addNames(staying: Set<string>, name: string, types: readonly string[]): void {
  if (!name.endsWith("[x]")) {
    staying.add(name);
    return;
  }
  for (const type of types) staying.add(name.slice(0, -3) + type.slice(0, 1).toUpperCase() + type.slice(1));
}

/** The resource with these elements alone, marked as incomplete. */
export function subsetOf(resource: AnyResource, subset: ElementSubset): AnyResource {
  const kept: Record<string, Json> = {};
  for (const [name, value] of Object.entries(resource)) {
    if (subset.has(name.startsWith("_") ? name.slice(1) : name)) kept[name] = value;
  }
  const { tag, ...meta } = Object(resource.meta);
  const tags: readonly Json[] = Array.isArray(tag) ? tag : [];
  return { ...kept, resourceType: resource.resourceType, meta: { ...meta, tag: [...tags, SUBSETTED] } };
}
