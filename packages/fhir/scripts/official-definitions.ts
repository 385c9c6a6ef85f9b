import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

export interface ElementDefinition {
  readonly path: string;
  readonly min: number;
  readonly max: string;
  readonly type?: readonly { readonly code: string; readonly extension?: readonly { valueUrl?: string }[] }[];
  readonly contentReference?: string;
  readonly binding?: { readonly strength: string; readonly valueSet?: string };
}

export interface StructureDefinition {
  readonly kind?: string;
  readonly derivation?: string;
  readonly snapshot: { readonly element: readonly ElementDefinition[] };
}

const require = createRequire(import.meta.url);

/** HL7's definitions of all resource and data types, which are among its examples; no profiles. */
export function officialDefinitions(): StructureDefinition[] {
  return ["Bundle-types.json", "Bundle-resources.json"].flatMap((file) => {
    const path = require.resolve(`hl7.fhir.r4.examples/${file}`);
    const bundle: { entry: { resource: StructureDefinition }[] } = JSON.parse(readFileSync(path, "utf8"));
    return bundle.entry
      .map(({ resource }) => resource)
      .filter(({ derivation }) => derivation !== "constraint")
      .filter(({ kind }) => kind === "resource" || kind === "complex-type");
  });
}
