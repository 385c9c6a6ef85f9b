import { EdgeError } from "@aarohan/contract";
import { parseResource } from "@aarohan/fhir";
import type { Call, Upstream } from "@aarohan/upstream";

/** Knows whose general practitioner somebody is (`Patient.generalPractitioner`). */
export interface PatientsInCare {
  /**
   * Ids of the patients of these practitioners, as they were within the last 30 s. Throws `role-not-served` for more than
   * 2,000.
   */
  of(practitionerIds: readonly string[], call: Call): Promise<readonly string[]>;
}

const BELIEVED_MILLISECONDS = 30_000;
const MOST_PATIENTS = 2000;
const MOST_KEPT = 500;

interface Known {
  readonly patients: readonly string[];
  readonly until: number;
}

export function createPatientsInCare(upstream: Upstream, now: () => number = Date.now): PatientsInCare {
  const known = new Map<string, Known>();

  async function ask(practitioners: string, call: Call): Promise<string[]> {
    const ids = new Set<string>();
    let page = await upstream.search(
      "Patient",
      [
        ["general-practitioner", practitioners],
        ["_count", "1000"],
      ],
      call,
    );
    for (;;) {
      for (const entry of page.bundle.entries) {
        if (entry.mode !== "match") continue;
        const { resourceType, id } = parseResource(page.bytes, entry);
        if (resourceType === "Patient" && typeof id === "string") ids.add(id);
      }
      if (ids.size > MOST_PATIENTS) throw tooMany();
      if (page.next === undefined) return [...ids];
      page = await upstream.follow(page.next, call);
    }
  }

  return {
    async of(practitionerIds, call) {
      const practitioners = practitionerIds
        .map((id) => `Practitioner/${id}`)
        .sort()
        .join(",");
      const before = known.get(practitioners);
      if (before !== undefined && before.until > now()) return before.patients;
      const patients = await ask(practitioners, call);
      if (known.size >= MOST_KEPT) known.clear();
      known.set(practitioners, { patients, until: now() + BELIEVED_MILLISECONDS });
      return patients;
    },
  };
}

function tooMany(): EdgeError {
  return new EdgeError(
    "role-not-served",
    `More than ${MOST_PATIENTS} patients are in this practitioner's care: let the token name a care team or a place.`,
  );
}
