import { choiceName, type ElementInfo, elementsOf, type Json, type JsonObject } from "@aarohan/fhir";

const MASKED: JsonObject = {
  extension: [{ url: "http://hl7.org/fhir/StructureDefinition/data-absent-reason", valueCode: "masked" }],
};
const known = new Map<string, JsonObject>();

/**
 * What stands in the place of a value of the data type: data-absent-reason, in each of its required elements where it has
 * some. Of a primitive it is the content of its `_name` (FHIR R4 §2.6.2.2).
 */
export function maskedValue(type: string): JsonObject {
  const made = known.get(type);
  if (made !== undefined) return made;
  // Known before its elements are: a type may require itself.
  known.set(type, MASKED);
  const required = [...(elementsOf(type)?.values() ?? [])].filter(
    (info) => info.required && type !== "Extension",
  );
  const value = required.length === 0 ? MASKED : Object.fromEntries(required.map(maskedElement));
  known.set(type, value);
  return value;
}

/** The element's name and value, masked: a required choice as a concept, if it can be one. */
export function maskedElement(info: ElementInfo): [name: string, value: Json] {
  const type = info.types.find((name) => name === "CodeableConcept") ?? info.types[0] ?? "";
  const name = info.name.endsWith("[x]") ? choiceName(info.name, type) : info.name;
  const value = maskedValue(type);
  return [/^[a-z]/.test(type) ? `_${name}` : name, info.repeats ? [value] : value];
}
