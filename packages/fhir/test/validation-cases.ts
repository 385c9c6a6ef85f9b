/** A resource and what is wrong with it: `code path`, in the order of discovery. */
export interface ValidationCase {
  readonly what: string;
  readonly resource: unknown;
  readonly issues: readonly string[];
}

export const ABSENT = {
  extension: [{ url: "http://hl7.org/fhir/StructureDefinition/data-absent-reason", valueCode: "unknown" }],
};
export const CODE = { text: "Lesion" };
export const observation = { resourceType: "Observation", status: "final", code: CODE };
export const patient = { resourceType: "Patient" };
export const extended = (extension: unknown) => ({ ...patient, extension: [extension] });
export const containing = (contained: readonly unknown[], rest = {}) => ({ ...patient, contained, ...rest });
