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
  /** Of the Observation, to the second. */
  readonly screenedAt: string;
}

export function victimsOf(population: readonly AnyResource[]): Victims {
  const patients = ofType(population, "Patient");
  const [practitioner] = ofType(population, "Practitioner");
  const [observation] = ofType(population, "Observation");
  const [encounter] = ofType(population, "Encounter");
  const first = (...steps: string[]) => firstAt(patients, steps);
  return {
    patientId: first("id"),
    given: first("name", "given"),
    family: first("name", "family"),
    phone: first("telecom", "value"),
    email:
      patients.flatMap((one) => textsAt(one, ["telecom", "value"])).find((text) => text.includes("@")) ?? "",
    abha: first("identifier", "value"),
    birthDate:
      patients.flatMap((one) => textsAt(one, ["birthDate"])).find((day) => !day.endsWith("-01-01")) ?? "",
    village: first("address", "city"),
    house: first("address", "line"),
    pincode: first("address", "postalCode"),
    practitionerId: String(practitioner?.id),
    practitionerName: firstAt(practitioner === undefined ? [] : [practitioner], ["name", "family"]),
    organizationId: first("managingOrganization", "reference").replace("Organization/", ""),
    observationId: String(observation?.id),
    encounterId: String(encounter?.id),
    screenedAt: String(observation?.effectiveDateTime),
  };
}

export function ofType(population: readonly AnyResource[], resourceType: string): AnyResource[] {
  return population.filter((resource) => resource.resourceType === resourceType);
}

/** The first text of four characters and more: of shorter ones nothing can be shown. */
function firstAt(resources: readonly AnyResource[], steps: readonly string[]): string {
  const texts = resources.flatMap((resource) => textsAt(resource, steps));
  return texts.find((text) => text.length >= 4 && !text.includes("@")) ?? "";
}

function textsAt(value: Json, steps: readonly string[]): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => textsAt(item, steps));
  const [step, ...rest] = steps;
  if (step === undefined) return typeof value === "string" ? [value] : [];
  return textsAt(Object(value)[step] ?? null, rest);
}
