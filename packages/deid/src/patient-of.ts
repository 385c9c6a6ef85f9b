import type { AnyResource, Json } from "@aarohan/fhir";
import { isObject } from "./json-object.ts";
import type { References } from "./references.ts";

/**
 * Id of the one patient that a resource is about: its own, or that of the reference at `path`. `undefined` where it names
 * none, or more than one.
 */
export function patientIdOf(
  resource: AnyResource,
  path: string | undefined,
  references: References,
): string | undefined {
  const ids = patientIdsOf(resource, path, references);
  const [id] = ids;
  return ids.size === 1 ? id : undefined;
}

/** Ids of all patients that a resource is about. */
export function patientIdsOf(
  resource: AnyResource,
  path: string | undefined,
  references: References,
): ReadonlySet<string> {
  if (resource.resourceType === "Patient")
    return new Set(typeof resource.id === "string" ? [resource.id] : []);
  const ids = new Set<string>();
  for (const value of (path ?? "").split("|").flatMap((one) => valuesAt(resource, one.split(".")))) {
    const reference = isObject(value) ? value.reference : undefined;
    const id = typeof reference === "string" ? references.idOf("Patient", reference) : undefined;
    if (id !== undefined) ids.add(id);
  }
  return ids;
}

function valuesAt(value: Json, steps: readonly string[]): readonly Json[] {
  // R4 has no lists of lists: what stands in one leaves nowhere, and may be too deep to follow.
  if (Array.isArray(value))
    return value.flatMap((item) => (Array.isArray(item) ? [] : valuesAt(item, steps)));
  const [step, ...rest] = steps;
  if (step === undefined) return [value];
  if (!isObject(value) || !Object.hasOwn(value, step)) return [];
  return valuesAt(value[step] ?? null, rest);
}
