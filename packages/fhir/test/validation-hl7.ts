import { readdirSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const folder = dirname(createRequire(import.meta.url).resolve("hl7.fhir.r4.examples/package.json"));

/** Names of the files of HL7's examples, one resource each; those of at most `maxBytes`, or all. */
export function exampleFiles(maxBytes = Number.POSITIVE_INFINITY): string[] {
  return readdirSync(folder)
    .filter((file) => /^[A-Za-z].*\.json$/.test(file) && file !== "package.json")
    .filter((file) => statSync(join(folder, file)).size <= maxBytes);
}

export function readExample(file: string): unknown {
  return JSON.parse(readFileSync(join(folder, file), "utf8"));
}
