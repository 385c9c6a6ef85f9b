import { ELEMENTS } from "./elements.generated.ts";

/** One element of a FHIR R4 type, as its StructureDefinition gives it. */
export interface ElementInfo {
  /** `value[x]` for a choice. */
  readonly name: string;
  readonly repeats: boolean;
  readonly required: boolean;
  /** Data types; a backbone element's type is its path (`Patient.contact`). */
  readonly types: readonly string[];
}

const parsed = new Map<string, ReadonlyMap<string, ElementInfo>>();

/** Elements of a resource, data or backbone type by name; `undefined` for what R4 does not have, primitives included. */
export function elementsOf(typeName: string): ReadonlyMap<string, ElementInfo> | undefined {
  const known = parsed.get(typeName);
  if (known !== undefined || !Object.hasOwn(ELEMENTS, typeName)) return known;
  const elements = new Map((ELEMENTS[typeName] ?? "").split(",").map(parseElement));
  parsed.set(typeName, elements);
  return elements;
}

function parseElement(text: string): [string, ElementInfo] {
  const [, name = "", marks = "", types = ""] = /^([A-Za-z[\]]+)([*!]*):(.*)$/.exec(text) ?? [];
  return [
    name,
    { name, repeats: marks.includes("*"), required: marks.includes("!"), types: types.split("|") },
  ];
}

/** `value[x]` and `Quantity` → `valueQuantity` (FHIR R4 §2.6.1.4). */
export function choiceName(name: string, type: string): string {
  return name.replace("[x]", type.slice(0, 1).toUpperCase() + type.slice(1));
}
