import type { Json } from "@aarohan/fhir";

/** What becomes of the value of an extension, by its data type: itself, another, or `undefined` where it is to go. */
export type ReleaseByType = (type: string, value: Json) => Json | undefined;

/** Values inside values deeper than this are dropped: no resource of R4 needs as many. */
const MAXIMUM_DEPTH = 64;
const VALUE = /^value([A-Z]\w*)$/;

/**
 * Identified data that stay whole, but for the values of extensions in them (`valueAttachment`), which go by their data
 * type like values elsewhere. The same object where nothing changes.
 */
export function keptValue(value: Json, release: ReleaseByType, depth = 0): Json | undefined {
  if (typeof value !== "object" || value === null) return value;
  if (depth >= MAXIMUM_DEPTH) return undefined;
  return Array.isArray(value) ? keptList(value, release, depth) : keptObject(value, release, depth);
}

function keptList(list: readonly Json[], release: ReleaseByType, depth: number): Json {
  const kept = list.map((item) => keptValue(item, release, depth + 1));
  if (kept.every((item, index) => item === list[index])) return list;
  return kept.filter((item) => item !== undefined);
}

function keptObject(object: { readonly [name: string]: Json }, release: ReleaseByType, depth: number): Json {
  let isChanged = false;
  const kept: [string, Json][] = [];
  for (const [name, value] of Object.entries(object)) {
    const type = VALUE.exec(name)?.[1];
    const released = type === undefined ? value : release(type, value);
    const result = released === undefined ? undefined : keptValue(released, release, depth + 1);
    if (result !== value) isChanged = true;
    if (result !== undefined) kept.push([name, result]);
  }
  return isChanged ? Object.fromEntries(kept) : object;
}
