/**
 * Writes src/elements.generated.ts and src/search-parameters.generated.ts from HL7's own definitions of FHIR R4 (4.0.1):
 * every element of every resource and data type, the codes of the required bindings, where a resource names its patient,
 * and the search parameters. With `--check`, fails where the
 * file differs. One line per type: `name`, `*` if it repeats, `!` if it is required, `:` its types joined by `|`, `#` the
 * number of its required binding; a backbone element's type is its path.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { type ElementDefinition, officialDefinitions } from "./official-definitions.ts";
import { searchParameterLines } from "./search-parameters.ts";
import { requiredCodes } from "./value-sets.ts";

const resourceTypes = new Set(requiredCodes("http://hl7.org/fhir/ValueSet/resource-types"));

function typeName(element: ElementDefinition): string {
  // The definitions of R4 name the element type "string" here; the specification's text and its regex say id.
  if (resourceTypes.has(element.path.replace(/\.id$/, ""))) return "id";
  if (element.contentReference !== undefined) return element.contentReference.replace(/^.*#/, "");
  const names = (element.type ?? []).map((type) => {
    const fhirType = type.extension?.find((extension) => extension.valueUrl !== undefined)?.valueUrl;
    return type.code.startsWith("http://hl7.org/fhirpath/") ? (fhirType ?? "string") : type.code;
  });
  return names.some((name) => name === "BackboneElement" || name === "Element")
    ? element.path
    : names.join("|");
}

const bindings: string[] = [];

/** `#n` for a code with a required binding of which R4 itself lists the codes. */
function bindingMark(element: ElementDefinition): string {
  const { strength, valueSet } = element.binding ?? {};
  if (strength !== "required" || valueSet === undefined || typeName(element) !== "code") return "";
  const codes = requiredCodes(valueSet.split("|")[0] ?? "").join("|");
  if (codes === "") return "";
  const known = bindings.indexOf(codes);
  return `#${known < 0 ? bindings.push(codes) - 1 : known}`;
}

const types = new Map<string, string[]>();
for (const { snapshot } of officialDefinitions()) {
  for (const element of snapshot.element) {
    const owner = element.path.slice(0, Math.max(0, element.path.lastIndexOf(".")));
    if (owner === "") continue;
    const marks = (element.max === "1" ? "" : "*") + (element.min > 0 ? "!" : "");
    const lines = types.get(owner) ?? [];
    lines.push(`${element.path.slice(owner.length + 1)}${marks}:${typeName(element)}${bindingMark(element)}`);
    types.set(owner, lines);
  }
}

/** Type → path of the reference to its patient, from R4's search parameters `patient` and `subject`. */
function patientPaths(lines: readonly (readonly [string, string])[]): [string, string][] {
  return lines.flatMap(([type, line]): [string, string][] => {
    const paths = new Map(
      line
        .split(";")
        .map((parameter) => parameter.split(":"))
        .map(([name, , path]) => [name, path]),
    );
    const path = paths.get("patient") || paths.get("subject");
    return path ? [[type, path]] : [];
  });
}

function record(name: string, entries: Iterable<readonly [string, string]>): string {
  const body = [...entries]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `  ${JSON.stringify(key)}: ${JSON.stringify(value)},`)
    .join("\n");
  return `export const ${name}: Readonly<Record<string, string>> = {\n${body}\n};\n`;
}

const searchParameters = searchParameterLines(resourceTypes);

function elementsText(): string {
  return [
    "// Generated from the FHIR R4 (4.0.1) definitions by scripts/generate-elements.ts.\n",
    record(
      "ELEMENTS",
      [...types].map(([name, elements]) => [name, elements.join(",")] as const),
    ),
    "/** Codes of the required bindings, by number. */\n",
    `export const BINDINGS: readonly string[] = [\n${bindings.map((codes) => `  ${JSON.stringify(codes)},`).join("\n")}\n];\n`,
    "/** Resource type → path of the reference to its patient. */\n",
    record("PATIENT_PATHS", patientPaths(searchParameters)),
  ].join("");
}

function searchParametersText(): string {
  return [
    "// Generated from the FHIR R4 (4.0.1) definitions by scripts/generate-elements.ts.\n",
    "/** Resource type → its search parameters: `name:type:path@cast|path:targets`, joined by `;`. */\n",
    record("SEARCH_PARAMETERS", searchParameters),
  ].join("");
}

for (const [name, text] of [
  ["elements", elementsText()],
  ["search-parameters", searchParametersText()],
] as const) {
  const target = new URL(`../src/${name}.generated.ts`, import.meta.url);
  if (!process.argv.includes("--check")) writeFileSync(target, text);
  else if (readFileSync(target, "utf8") !== text) {
    console.error(`src/${name}.generated.ts is not what its generator writes: run it`);
    process.exitCode = 1;
  }
}
