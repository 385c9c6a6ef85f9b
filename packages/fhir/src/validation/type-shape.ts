import { choiceName, type ElementInfo, elementsOf } from "../element-table.ts";
import { isResourceType } from "../resource-type.ts";
import { type PrimitiveCheck, primitiveCheck } from "./primitive-value.ts";

interface PropertyBase {
  readonly repeats: boolean;
  /** One bit for each choice of the type; 0 for what is no choice. */
  readonly choiceBit: number;
}

/** The value of a primitive: `birthDate`. */
export interface ValueProperty extends PropertyBase {
  readonly kind: "value";
  readonly check: PrimitiveCheck;
  readonly codes: ReadonlySet<string> | undefined;
  /** Whether a value that starts with `#` names a contained resource (dom-3). */
  readonly refers: boolean;
  /** The property with id and extensions (FHIR R4 §2.6.1.3): `_birthDate`; `undefined` where R4 allows none. */
  readonly partner: string | undefined;
}

/** Id and extensions of a primitive: `_birthDate`. */
export interface ExtrasProperty extends PropertyBase {
  readonly kind: "extras";
  /** The property with the value: `birthDate`. */
  readonly partner: string;
}

/** An element with elements of its own. */
export interface ComplexProperty extends PropertyBase {
  readonly kind: "complex";
  readonly type: string;
}

/** A resource within a resource: contained, or in a Bundle or Parameters. */
export interface ResourceProperty extends PropertyBase {
  readonly kind: "resource";
}

export type Property = ValueProperty | ExtrasProperty | ComplexProperty | ResourceProperty;

/** A choice (FHIR R4 §2.6.1.4), `value[x]`, and the JSON properties it may have. */
export interface Choice {
  readonly name: string;
  readonly bit: number;
  readonly properties: readonly string[];
}

/** A type of R4 as JSON writes it. */
export interface TypeShape {
  readonly isExtension: boolean;
  readonly isResource: boolean;
  /** By name in JSON. */
  readonly properties: ReadonlyMap<string, Property>;
  /** Names of the required elements that are no choice. */
  readonly required: readonly string[];
  readonly choices: readonly Choice[];
  readonly requiredChoices: readonly Choice[];
}

const REFERRING_TYPES = new Set(["uri", "url", "canonical"]);

const shapes = new Map<string, TypeShape>();

/** The shape of a resource, data or backbone type; computed once. A type that R4 does not have has no properties. */
export function shapeOf(typeName: string): TypeShape {
  const known = shapes.get(typeName);
  if (known !== undefined) return known;
  const elements = [...(elementsOf(typeName)?.values() ?? [])];
  const choices = elements.filter(isChoice).map(choiceOf);
  const shape = {
    isExtension: typeName === "Extension",
    isResource: isResourceType(typeName),
    properties: new Map(elements.flatMap((element) => propertiesOf(typeName, element, choices))),
    required: elements.filter((element) => element.required && !isChoice(element)).map(({ name }) => name),
    choices,
    requiredChoices: choices.filter(({ name }) => elements.some((e) => e.name === name && e.required)),
  };
  shapes.set(typeName, shape);
  return shape;
}

function isChoice(element: ElementInfo): boolean {
  return element.name.endsWith("[x]");
}

function choiceOf({ name, types }: ElementInfo, index: number): Choice {
  return { name, bit: 1 << index, properties: types.map((type) => choiceName(name, type)) };
}

function propertiesOf(
  typeName: string,
  element: ElementInfo,
  choices: readonly Choice[],
): (readonly [string, Property])[] {
  const choiceBit = choices.find(({ name }) => name === element.name)?.bit ?? 0;
  const base = { repeats: element.repeats, choiceBit };
  return element.types.flatMap((type): (readonly [string, Property])[] => {
    const name = choiceName(element.name, type);
    const check = primitiveCheck(type);
    if (check !== undefined) {
      const partner = hasExtras(typeName, name) ? `_${name}` : undefined;
      const refers = REFERRING_TYPES.has(type) || (typeName === "Reference" && name === "reference");
      const value = { ...base, kind: "value", check, codes: element.codes, refers, partner } as const;
      const extras = { ...base, kind: "extras", partner: name } as const;
      return partner === undefined
        ? [[name, value]]
        : [
            [name, value],
            [partner, extras],
          ];
    }
    return [[name, type === "Resource" ? { ...base, kind: "resource" } : { ...base, kind: "complex", type }]];
  });
}

/** Ids, the URL of an extension and a narrative's XHTML have no extensions: in XML they are no elements of FHIR's. */
function hasExtras(typeName: string, name: string): boolean {
  return (
    name !== "id" &&
    !(typeName === "Extension" && name === "url") &&
    !(typeName === "Narrative" && name === "div")
  );
}
