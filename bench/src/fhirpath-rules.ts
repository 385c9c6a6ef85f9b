import type { AnyResource } from "@aarohan/fhir";
import fhirpath from "fhirpath";
import r4 from "fhirpath/fhir-context/r4";

/** The data types of R4 that names, addresses, numbers, dates, words, pictures and links stand in. */
const IDENTIFYING_TYPES = [
  "HumanName",
  "Address",
  "Identifier",
  "ContactPoint",
  "Attachment",
  "Annotation",
  "Narrative",
  "Reference",
  "Extension",
  "date",
  "dateTime",
  "instant",
  "id",
  "string",
  "markdown",
  "base64Binary",
];

/** A rule a type, as de-identification by FHIRPath is configured. One expression with all types is slower. */
const rules = IDENTIFYING_TYPES.map((type) =>
  fhirpath.compile(`descendants().ofType(FHIR.${type})`, r4, { resolveInternalTypes: false }),
);

/** How many elements the rules find: evaluation alone, nothing is changed. */
export function evaluateRules(resource: AnyResource): number {
  return rules.reduce((found, rule) => found + rule(resource).length, 0);
}

export const RULE_COUNT = rules.length;
