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

/** The resources of one of HL7's Bundles of definitions, which are among its examples. */
export function readOfficial<T>(file: string): T[] {
  const path = require.resolve(`hl7.fhir.r4.examples/${file}`);
  const bundle: { entry: { resource: T }[] } = JSON.parse(readFileSync(path, "utf8"));
  return bundle.entry.map(({ resource }) => resource);
}

/** HL7's definitions of all resource and data types; no profiles. */
export function officialDefinitions(): StructureDefinition[] {
  return ["Bundle-types.json", "Bundle-resources.json"].flatMap((file) =>
    readOfficial<StructureDefinition>(file).filter(
      ({ derivation, kind }) =>
        derivation !== "constraint" && (kind === "resource" || kind === "complex-type"),
    ),
  );
}
