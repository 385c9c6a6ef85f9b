import type { Json } from "@aarohan/fhir";
import type { Cell } from "./table.ts";

/** The value at a path of names; of an array its first element. Whatever is missing on the way gives `undefined`. */
export function at(value: Json | undefined, ...path: readonly (string | number)[]): Json | undefined {
  let current: Json | undefined = value;
  for (const step of path) current = memberOf(current, step);
  return current;
}

/** `at` for a path that is read again and again: it is taken apart once. */
export function readerOf(path: readonly string[]): (value: Json | undefined) => Json | undefined {
  return function readElement(value) {
    let current = value;
    for (let step = 0; step < path.length; step++) current = memberOf(current, path[step] ?? "");
    return current;
  };
}

function memberOf(owner: Json | undefined, step: string | number): Json | undefined {
  if (typeof owner !== "object" || owner === null) return undefined;
  if (isList(owner)) return typeof step === "number" ? owner[step] : memberOf(owner[0], step);
  return Object.hasOwn(owner, step) ? owner[step] : undefined;
}

export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

export function textAt(value: Json | undefined, ...path: readonly (string | number)[]): string | undefined {
  return textOf(at(value, ...path));
}

export function textOf(value: Json | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}

export function cellAt(value: Json | undefined, ...path: readonly (string | number)[]): Cell {
  return cellOf(at(value, ...path));
}

export function cellOf(value: Json | undefined): Cell {
  return typeof value === "object" ? undefined : value;
}

/** The id in a relative reference: `Patient/x` → `x`. */
export function referenceId(value: Json | undefined): string | undefined {
  const reference = textAt(value, "reference");
  return reference?.slice(reference.lastIndexOf("/") + 1);
}

/** All elements of an array that are there; `[]` for anything else. */
export function listAt(value: Json | undefined, ...path: readonly string[]): readonly Json[] {
  const found = at(value, ...path);
  return isList(found) ? found : [];
}

/** Several values in one cell: a single one as it is, more as a JSON array. */
export function joined(values: readonly (string | undefined)[]): string | undefined {
  const present = values.filter((value) => value !== undefined);
  return present.length > 1 ? JSON.stringify(present) : present[0];
}

/** One part of several things in one cell: nothing where none has it, else every thing keeps its place (`null`). */
export function aligned(values: readonly Cell[]): Cell {
  if (values.every((value) => value === undefined)) return undefined;
  return values.length > 1 ? JSON.stringify(values.map((value) => value ?? null)) : String(values[0]);
}
