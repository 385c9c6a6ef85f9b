import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

export interface ElementDefinition {
  readonly path: string;
  readonly min: number;
  readonly max: string;
  readonly type?: readonly { readonly code: string; readonly extension?: readonly { valueUrl?: string }[] }[];
  readonly contentReference?: string;
  readonly binding?: { readonly strength: string; readonly valueSet?: string };
}

/** Path → definition of every element of R4, from HL7's package of data elements (one file an element). */
export function officialElements(): ReadonlyMap<string, ElementDefinition> {
  const folder = dirname(createRequire(import.meta.url).resolve("hl7.fhir.r4.elements/package.json"));
  const elements = new Map<string, ElementDefinition>();
  for (const file of readdirSync(folder).toSorted()) {
    if (!file.startsWith("StructureDefinition-de-")) continue;
    const definition: { snapshot: { element: ElementDefinition[] } } = JSON.parse(
      readFileSync(join(folder, file), "utf8"),
    );
    const [element] = definition.snapshot.element;
    if (element !== undefined) elements.set(element.path, element);
  }
  return elements;
}
