import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Corpus, corpusOf } from "./corpus.ts";

const folder = dirname(fileURLToPath(import.meta.resolve("hl7.fhir.r4.examples/package.json")));

/** HL7's examples of R4, a resource each, without the white space of their files. */
export function hl7Examples(): Corpus {
  const files = readdirSync(folder).filter((file) => file.endsWith(".json") && file !== "package.json");
  return corpusOf(
    "HL7 examples",
    files.map((file) => JSON.stringify(JSON.parse(readFileSync(join(folder, file), "utf8")))),
  );
}
