import type { Json } from "@aarohan/fhir";
import type { Cell } from "./csv.ts";

/** The value at a path of names; of an array its first element. Whatever is missing on the way gives `undefined`. */
export function at(value: Json | undefined, ...path: readonly (string | number)[]): Json | undefined {
  let current: Json | undefined = value;
  for (const step of path) current = memberOf(current, step);
  return current;
}

function memberOf(owner: Json | undefined, step: string | number): Json | undefined {
  if (typeof owner !== "object" || owner === null) return undefined;
  if (isList(owner)) return typeof step === "number" ? owner[step] : memberOf(owner[0], step);
  return Object.hasOwn(owner, step) ? owner[step] : undefined;
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

export function textAt(value: Json | undefined, ...path: readonly (string | number)[]): string | undefined {
  const found = at(value, ...path);
  return typeof found === "string" ? found : undefined;
}

export function cellAt(value: Json | undefined, ...path: readonly (string | number)[]): Cell {
  const found = at(value, ...path);
  return typeof found === "object" ? undefined : found;
}

/** The id in a relative reference: `Patient/x` → `x`. */
export function referenceAt(value: Json | undefined, ...path: readonly string[]): string | undefined {
  const reference = textAt(value, ...path, "reference");
  return reference?.slice(reference.lastIndexOf("/") + 1);
}

/** All elements of an array that are there; `[]` for anything else. */
export function listAt(value: Json | undefined, ...path: readonly string[]): readonly Json[] {
  const found = at(value, ...path);
  return Array.isArray(found) ? found : [];
}

/** Several values in one cell: a single one as it is, more as a JSON array. */
export function joined(values: readonly (string | undefined)[]): string | undefined {
  const present = values.filter((value) => value !== undefined);
  return present.length > 1 ? JSON.stringify(present) : present[0];
}
