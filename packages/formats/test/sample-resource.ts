import { type AnyResource, choiceName, elementsOf, type Json } from "@aarohan/fhir";

const NUMBERS = ["decimal", "integer", "positiveInt", "unsignedInt"];

/** A resource with every element of its type that is a primitive or flat, lists with two entries. */
export function sampleResource(type: string): AnyResource {
  const resource: Record<string, Json> = {};
  for (const { name, types, repeats } of elementsOf(type)?.values() ?? []) {
    for (const dataType of types) {
      const member = choiceName(name, dataType);
      const values = [1, 2].map((number) => sampleValue(dataType, `${member} ${number}`, number));
      resource[member] = repeats ? values : (values[0] ?? null);
    }
  }
  return { ...resource, resourceType: type };
}

function sampleValue(type: string, text: string, number: number): Json {
  if (type === "boolean") return true;
  if (NUMBERS.includes(type)) return number;
  if (/^[a-z]/.test(type)) return text;
  const coding = { system: `system of ${text}`, code: `code of ${text}`, display: `display of ${text}` };
  return {
    ...coding,
    coding: [coding],
    reference: `Patient/${text}`,
    start: `start of ${text}`,
    end: `end of ${text}`,
    value: number / 8,
    lastUpdated: "2025-03-01T00:00:00Z",
  };
}
