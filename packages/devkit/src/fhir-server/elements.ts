import type { AnyResource, Json } from "@aarohan/fhir";
import { FhirError } from "./outcome.ts";

const SUBSETTED = { system: "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", code: "SUBSETTED" };

/** The top-level elements that `_elements` names; `undefined` where it is absent. */
export function elementsOf(values: readonly string[]): ReadonlySet<string> | undefined {
  if (values.length === 0) return undefined;
  const names = values.flatMap((value) => value.split(","));
  if (!names.every((name) => /^[a-z][A-Za-z]*$/.test(name)))
    throw new FhirError(400, "value", "_elements takes names of top-level elements");
  return new Set(names);
}

/** The resource with these elements alone, id and meta beside them, marked as incomplete (FHIR R4 Search, "Elements"). */
export function subset(resource: AnyResource, elements: ReadonlySet<string>): AnyResource {
  const kept: Record<string, Json> = {};
  for (const [name, value] of Object.entries(resource)) {
    if (name === "id" || elements.has(name.replace(/^_/, ""))) kept[name] = value;
  }
  return { resourceType: resource.resourceType, ...kept, meta: markedMeta(resource.meta) };
}

function markedMeta(meta: Json | undefined): Json {
  if (typeof meta !== "object" || meta === null || Array.isArray(meta)) return { tag: [SUBSETTED] };
  const tags = "tag" in meta && Array.isArray(meta.tag) ? meta.tag : [];
  return { ...meta, tag: [...tags, SUBSETTED] };
}
