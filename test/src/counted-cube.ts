import { listedRegion } from "@aarohan/deid";
import type { AnyResource } from "@aarohan/fhir";
import { allRows, Cube, createFactStore, readFact, takeFacts } from "@aarohan/measures";
import { withheldByConsent } from "./withheld-by-consent.ts";

/** Id of the patient whom a resource is about. */
export function patientOf({
  resourceType,
  id,
  subject,
  for: about,
}: Readonly<Record<string, unknown>>): string {
  return resourceType === "Patient"
    ? String(id)
    : String(Object(subject ?? about).reference).replace("Patient/", "");
}

/** The cube of these resources, as somebody would count who has them; who is withheld by consent is not in it. */
export function countedCube(resources: readonly AnyResource[]): Cube {
  const withheld = withheldByConsent(resources, "opt-out");
  const store = createFactStore();
  const shown = resources.filter((resource) => !withheld.has(patientOf(resource)));
  const facts = shown.flatMap((resource) => readFact(resource, { regionOf: listedRegion }) ?? []);
  takeFacts(store, facts);
  const cube = new Cube();
  cube.add(allRows(store, new Set(facts.map(({ patient }) => patient))));
  return cube;
}
