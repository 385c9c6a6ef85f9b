import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { type AnyResource, isResourceType } from "@aarohan/fhir";

/** The example resources that HL7 publishes with FHIR R4 (4.0.1). */
export function hl7Examples(): readonly { readonly name: string; readonly resource: AnyResource }[] {
  const folder = dirname(createRequire(import.meta.url).resolve("hl7.fhir.r4.examples/package.json"));
  return readdirSync(folder)
    .filter((name) => /^[A-Z].*\.json$/.test(name))
    .map((name) => ({ name, resource: JSON.parse(readFileSync(join(folder, name), "utf8")) }))
    .filter(({ resource }) => isResourceType(resource.resourceType));
}
