import { describe, expect, it } from "vitest";
import { type ElementInfo, elementsOf, elementTypes } from "../src/index.ts";
import { readExample } from "./validation-hl7.ts";

interface ElementDefinition {
  readonly path: string;
  readonly min: number;
  readonly max: string;
  readonly type?: readonly { readonly code: string }[];
}

interface Definitions {
  readonly entry: readonly {
    readonly resource: {
      readonly kind?: string;
      readonly derivation?: string;
      readonly snapshot?: { readonly element: readonly ElementDefinition[] };
    };
  }[];
}

/** Path, cardinality and types; no types for a backbone element, and for what XML writes as an attribute. */
function line(path: string, required: boolean, repeats: boolean, types: readonly string[]): string {
  const isNamed = types.every((type) => /^[A-Za-z0-9]+$/.test(type) && !/^(?:Backbone)?Element$/.test(type));
  const isAttribute = path.endsWith(".id") || path === "Extension.url";
  return `${path} ${required ? 1 : 0}..${repeats ? "*" : 1} ${isNamed && !isAttribute ? types.join("|") : ""}`;
}

/** HL7's own definitions, which are among its examples. */
function definedLines(file: string): string[] {
  const { entry } = readExample(file) as Definitions;
  return entry
    .filter(({ resource }) => resource.derivation !== "constraint")
    .filter(({ resource }) => /^(?:resource|complex-type)$/.test(resource.kind ?? ""))
    .flatMap(({ resource }) => resource.snapshot?.element ?? [])
    .filter(({ path }) => path.includes("."))
    .map(({ path, min, max, type }) =>
      line(path, min > 0, max !== "1", type?.map(({ code }) => code) ?? ["#"]),
    );
}

function tableLines(typeName: string): string[] {
  const elements: ElementInfo[] = [...(elementsOf(typeName)?.values() ?? [])];
  return elements.map(({ name, required, repeats, types }) =>
    line(`${typeName}.${name}`, required, repeats, types),
  );
}

describe("the element table", () => {
  it("holds the elements of HL7's StructureDefinitions, no more and no fewer", () => {
    const defined = ["Bundle-types.json", "Bundle-resources.json"].flatMap(definedLines);
    expect(elementTypes().flatMap(tableLines).toSorted()).toEqual(defined.toSorted());
  });
});
