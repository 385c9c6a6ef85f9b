import type { AnyResource, Json } from "@aarohan/fhir";

/** True values of people of a population, each of somebody who has one: what an attacker asks for. */
export interface Victims {
  readonly patientId: string;
  readonly given: string;
  readonly family: string;
  readonly phone: string;
  readonly email: string;
  readonly abha: string;
  readonly birthDate: string;
  readonly village: string;
  readonly house: string;
  readonly pincode: string;
  readonly practitionerId: string;
  readonly practitionerName: string;
  readonly organizationId: string;
  readonly observationId: string;
  readonly encounterId: string;
  /** When the Observation was made, to the second. */
  readonly screenedAt: string;
}

/** The first of each kind that the population has; "" where it has none. */
export function victimsOf(population: readonly AnyResource[]): Victims {
  const valueIn = (type: string, path: string, pattern: RegExp): string =>
    ofType(population, type)
      .flatMap((resource) => textsAt(resource, path.split(".")))
      .find((text) => pattern.test(text)) ?? "";
  return {
    patientId: valueIn("Patient", "id", UUID),
    given: valueIn("Patient", "name.given", LATIN),
    family: valueIn("Patient", "name.family", LATIN),
    phone: valueIn("Patient", "telecom.value", /^\d{10}$/),
    email: valueIn("Patient", "telecom.value", /@/),
    abha: valueIn("Patient", "identifier.value", /^\d{14}$/),
    birthDate: valueIn("Patient", "birthDate", /-(?!01-01)\d\d-\d\d$/),
    village: valueIn("Patient", "address.city", LATIN),
    house: valueIn("Patient", "address.line", LATIN),
    pincode: valueIn("Patient", "address.postalCode", /^\d{6}$/),
    practitionerId: valueIn("Practitioner", "id", UUID),
    practitionerName: valueIn("Practitioner", "name.family", LATIN),
    organizationId: valueIn("Organization", "id", UUID),
    observationId: valueIn("Observation", "id", UUID),
    encounterId: valueIn("Encounter", "id", UUID),
    screenedAt: valueIn("Observation", "effectiveDateTime", /T/),
  };
}

const UUID = /^[0-9a-f-]{36}$/;
/** Shorter words turn up by chance where nobody is meant. */
const LATIN = /^[A-Z][A-Za-z0-9 .,/-]{4,}$/;

export function ofType(population: readonly AnyResource[], resourceType: string): AnyResource[] {
  return population.filter((resource) => resource.resourceType === resourceType);
}

function textsAt(value: Json, steps: readonly string[]): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => textsAt(item, steps));
  const [step, ...rest] = steps;
  if (step === undefined) return typeof value === "string" ? [value] : [];
  return textsAt(Object(value)[step] ?? null, rest);
}
