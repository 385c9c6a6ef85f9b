import type { AnyResource } from "@aarohan/fhir";

interface Decision {
  readonly at: number;
  readonly permits: boolean;
}

/**
 * Patients of the synthetic population whose data an analyst must not receive: written down from how the population is
 * made, not from the gateway's own rules. `opt-in`: all without a permit.
 */
export function withheldByConsent(
  resources: readonly AnyResource[],
  mode: "opt-out" | "opt-in",
  nowMilliseconds = Date.now(),
): ReadonlySet<string> {
  const decisions = new Map<string, Decision>();
  for (const { resourceType, status, patient, provision, dateTime } of resources) {
    if (resourceType !== "Consent" || status !== "active") continue;
    const id = String(Object(patient).reference).replace("Patient/", "");
    const at = Date.parse(String(dateTime));
    const { type, period } = Object(provision);
    if (Date.parse(String(Object(period).end)) < nowMilliseconds) continue;
    const known = decisions.get(id);
    if (known === undefined || known.at < at) decisions.set(id, { at, permits: type === "permit" });
  }
  const patients = resources
    .filter(({ resourceType }) => resourceType === "Patient")
    .map(({ id }) => String(id));
  return new Set(patients.filter((id) => !(decisions.get(id)?.permits ?? mode === "opt-out")));
}
