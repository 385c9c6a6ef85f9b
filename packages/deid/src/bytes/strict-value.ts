import { type AnyResource, type Json, JsonCursor, MalformedJson } from "@aarohan/fhir";
import { isObject } from "../json-object.ts";

/** Throws MalformedJson unless the parsed value has as many members as its text has names: JSON.parse keeps the last of two. */
export function assertNamesOnce(value: Json, names: number): void {
  let count = 0;
  const left: Json[] = [value];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    if (typeof next !== "object" || next === null) continue;
    const members: readonly Json[] = Array.isArray(next) ? next : Object.values(next);
    if (!Array.isArray(next)) count += members.length;
    for (const member of members) if (typeof member === "object") left.push(member);
  }
  if (count !== names) throw new MalformedJson();
}

/** Where the value of a member stands in the object at the cursor's place; `undefined` where there is none. */
export function memberSpan(
  cursor: JsonCursor,
  wanted: string,
): { readonly start: number; readonly end: number } | undefined {
  if (!cursor.enterObject()) return undefined;
  let found: { readonly start: number; readonly end: number } | undefined;
  do {
    const nameStart = cursor.at;
    const behind = cursor.skipName();
    const name = cursor.valueOf(nameStart, behind);
    const start = cursor.at;
    cursor.skipValue();
    if (name === wanted) found = { start, end: cursor.at };
  } while (cursor.nextMember());
  return found;
}

/** The resource that stands there, parsed. Throws MalformedJson, for a name that stands twice too. */
export function strictResource(bytes: Uint8Array, start: number, end: number): AnyResource {
  const cursor = new JsonCursor();
  cursor.begin(bytes, start, end);
  const first = cursor.at;
  cursor.skipValue();
  const value = cursor.valueOf(first, cursor.at);
  assertNamesOnce(value, cursor.names);
  cursor.assertEnd();
  if (!isObject(value) || typeof value.resourceType !== "string") throw new MalformedJson();
  return { ...value, resourceType: value.resourceType };
}
