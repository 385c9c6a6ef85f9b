import { BINDINGS, ELEMENTS, PATIENT_PATHS } from "./elements.generated.ts";

/** One element of a FHIR R4 type, as its StructureDefinition gives it. */
export interface ElementInfo {
  /** `value[x]` for a choice. */
  readonly name: string;
  readonly repeats: boolean;
  readonly required: boolean;
  /** Data types; a backbone element's type is its path (`Patient.contact`). */
  readonly types: readonly string[];
  /** Of a `code` with a required binding: the codes that R4 allows, where R4 itself lists them. */
  readonly codes?: ReadonlySet<string>;
}

const parsed = new Map<string, ReadonlyMap<string, ElementInfo>>();
const codeSets = new Map<string, ReadonlySet<string>>();

/** Elements of a resource, data or backbone type by name; `undefined` for what R4 does not have, primitives included. */
export function elementsOf(typeName: string): ReadonlyMap<string, ElementInfo> | undefined {
  const known = parsed.get(typeName);
  if (known !== undefined || !Object.hasOwn(ELEMENTS, typeName)) return known;
  const elements = new Map((ELEMENTS[typeName] ?? "").split(",").map(parseElement));
  parsed.set(typeName, elements);
  return elements;
}

/** Names of all types of R4 that have elements: resources, data types and backbone elements (`Patient.contact`). */
export function elementTypes(): readonly string[] {
  return Object.keys(ELEMENTS);
}

/** Path of the element by which a resource names its patient (`subject`, `participant.actor`), from R4's search parameters. */
export function patientPath(resourceType: string): string | undefined {
  return Object.hasOwn(PATIENT_PATHS, resourceType) ? PATIENT_PATHS[resourceType] : undefined;
}

function parseElement(text: string): [string, ElementInfo] {
  const [, name = "", marks = "", types = "", binding] =
    /^([A-Za-z0-9[\]]+)([*!]*):([^#]*)(?:#(\d+))?$/.exec(text) ?? [];
  const info = { name, repeats: marks.includes("*"), required: marks.includes("!"), types: types.split("|") };
  return [name, binding === undefined ? info : { ...info, codes: codesOf(binding) }];
}

function codesOf(binding: string): ReadonlySet<string> {
  const known = codeSets.get(binding);
  if (known !== undefined) return known;
  const codes = new Set((BINDINGS[Number(binding)] ?? "").split("|"));
  codeSets.set(binding, codes);
  return codes;
}

/** `value[x]` and `Quantity` → `valueQuantity` (FHIR R4 §2.6.1.4). */
export function choiceName(name: string, type: string): string {
  return name.replace("[x]", type.slice(0, 1).toUpperCase() + type.slice(1));
}
