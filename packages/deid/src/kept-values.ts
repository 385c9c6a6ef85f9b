import type { Json, JsonObject } from "@aarohan/fhir";
import { isObject, listOf } from "./json-object.ts";

/** What becomes of the value of an extension, by its data type: itself, another, or `undefined` where it is to go. */
export type ReleaseByType = (type: string, value: Json, depth: number) => Json | undefined;

/** Values inside values deeper than this are dropped: no resource of R4 needs as many. */
const MAXIMUM_DEPTH = 64;
const VALUE = "value";

/**
 * Identified data that stay whole, but for the values of extensions in them (`valueAttachment`), which go by their data
 * type like values elsewhere. The same object where nothing changes.
 */
export function keptValue(value: Json, release: ReleaseByType, depth: number): Json | undefined {
  if (typeof value !== "object" || value === null) return value;
  if (depth >= MAXIMUM_DEPTH) return undefined;
  return isObject(value) ? keptObject(value, release, depth) : keptList(listOf(value), release, depth);
}

function keptList(list: readonly Json[], release: ReleaseByType, depth: number): Json {
  const kept = list.map((item) => keptValue(item, release, depth + 1));
  if (kept.every((item, index) => item === list[index])) return list;
  return kept.filter((item) => item !== undefined);
}

function keptObject(object: JsonObject, release: ReleaseByType, depth: number): Json {
  let copy: Record<string, Json> | undefined;
  for (const name of Object.keys(object)) {
    const value = object[name] ?? null;
    const released = name.startsWith(VALUE) ? release(name.slice(VALUE.length), value, depth + 1) : value;
    const kept = released === undefined ? undefined : keptValue(released, release, depth + 1);
    if (kept === value) continue;
    copy ??= { ...object };
    if (kept === undefined) delete copy[name];
    else copy[name] = kept;
  }
  return copy ?? object;
}
