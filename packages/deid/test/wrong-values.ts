import { type AnyResource, choiceName, type ElementInfo, elementsOf, type Json } from "@aarohan/fhir";

/** What must not come out, at whatever place it was. */
export const SECRET_TEXT = "Lakshmi of 12 Gandhi Road";
export const SECRET_NUMBER = 987_654_321.5;

const secretive: Json = Object.fromEntries(
  (
    "text value code system display reference url coding start end low high linkId item answer valueString " +
    "valueCoding district state div data family given lastUpdated div contentType resourceType id"
  )
    .split(" ")
    .map((name) => [name, SECRET_TEXT]),
);

/** A value of every JSON type: at each place of R4 all but one or two are wrong. */
export const WRONG_VALUES: readonly (readonly [kind: string, value: Json])[] = [
  ["a text", SECRET_TEXT],
  ["an empty text", ""],
  ["a number", SECRET_NUMBER],
  ["a boolean", true],
  ["null", null],
  ["an object", secretive],
  ["an empty object", {}],
  ["a list of texts", [SECRET_TEXT]],
  ["a list of numbers", [SECRET_NUMBER, null]],
  ["a list of objects", [secretive, {}, null]],
  ["a list of lists", [[SECRET_TEXT], [secretive], []]],
  ["an empty list", []],
  ["a prototype", JSON.parse(`{"__proto__":{"text":"${SECRET_TEXT}"},"constructor":["${SECRET_TEXT}"]}`)],
  ["a lone surrogate", `\ud800${SECRET_TEXT}`],
  ["a day", "2025-03-31"],
  ["a month", "2025-03"],
  ["an instant", "2025-03-31T10:11:12.345Z"],
  ["a time of day without seconds", "2025-03-31T10:11"],
  ["a time of day without a zone", "2025-03-31T10:11:12"],
  ["a zone that nobody lives in", "2025-03-31T10:11:12+14:59"],
  ["a fraction", 0.5],
  ["a negative number", -1],
];

/** A resource in which every element that is `level` objects deep has the value, and every one above it is as it should be. */
export function resourceWithWrong(resourceType: string, value: Json, level: number): AnyResource {
  return { ...membersOf(resourceType, value, level, [resourceType]), resourceType, id: "hostile" };
}

function membersOf(
  type: string,
  value: Json,
  level: number,
  around: readonly string[],
): Readonly<Record<string, Json>> {
  const members: Record<string, Json> = {};
  for (const info of elementsOf(type)?.values() ?? []) {
    // They withhold all of it: no other place would be reached.
    if (info.name === "modifierExtension" || info.name === "implicitRules") continue;
    for (const dataType of info.types) {
      const inner = level === 0 ? value : innerValue(dataType, info, value, level, around);
      if (inner === undefined) continue;
      members[info.name.endsWith("[x]") ? choiceName(info.name, dataType) : info.name] = inner;
    }
  }
  return members;
}

function innerValue(
  type: string,
  { repeats }: ElementInfo,
  value: Json,
  level: number,
  around: readonly string[],
): Json | undefined {
  if (elementsOf(type) === undefined || around.includes(type)) return undefined;
  const inner = membersOf(type, value, level - 1, [...around, type]);
  if (Object.keys(inner).length === 0) return undefined;
  return repeats ? [inner] : inner;
}
