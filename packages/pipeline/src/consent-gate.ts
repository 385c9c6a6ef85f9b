import { EdgeError } from "@aarohan/contract";
import { type ConsentMode, isReleasable } from "@aarohan/deid";
import { type AnyResource, parseResource } from "@aarohan/fhir";
import type { Call, Upstream } from "@aarohan/upstream";

export interface ConsentSettings {
  readonly mode: ConsentMode;
  /** Code of v3-ActReason: what the data are for. */
  readonly purpose: string;
  /** Of the programme's days from UTC's. */
  readonly utcOffsetMinutes: number;
}

/** Decides by the programme's Consent resources whose data may be released, while real ids exist. */
export interface ConsentGate {
  /**
   * Of these patients those whose data are withheld: by one query to the programme's server, for those not decided in the
   * last 30 s. Throws where the decision cannot be had: then nothing is released.
   */
  withheldOf(patientIds: readonly string[], call: Call): Promise<ReadonlySet<string>>;
}

/** How long a decision is believed: a withdrawal counts after this time at the latest. */
const BELIEVED_MILLISECONDS = 30_000;
const MOST_KEPT = 20_000;
/** Pages of Consents that one decision may take, 1,000 each. */
const MOST_PAGES = 20;

interface Decision {
  readonly withheld: boolean;
  readonly until: number;
}

export function createConsentGate(
  upstream: Upstream,
  settings: ConsentSettings,
  now: () => number = Date.now,
): ConsentGate {
  /** What may be forgotten at any time: an answer does not come from it once another question is asked. */
  const decided = new Map<string, Decision>();

  async function decide(patientIds: readonly string[], call: Call): Promise<Map<string, boolean>> {
    const byPatient = await consentsOf(upstream, patientIds, call);
    if (decided.size + patientIds.length > MOST_KEPT) decided.clear();
    const nowMilliseconds = now();
    const withheld = new Map<string, boolean>();
    for (const id of patientIds) {
      const isWithheld = !isReleasable(byPatient.get(id) ?? [], { ...settings, nowMilliseconds });
      withheld.set(id, isWithheld);
      decided.set(id, { withheld: isWithheld, until: nowMilliseconds + BELIEVED_MILLISECONDS });
    }
    return withheld;
  }

  return {
    async withheldOf(patientIds, call) {
      const known = new Map<string, boolean>();
      const unknown: string[] = [];
      for (const id of patientIds) {
        const decision = decided.get(id);
        if (decision !== undefined && decision.until > now()) known.set(id, decision.withheld);
        else unknown.push(id);
      }
      const asked = unknown.length === 0 ? undefined : await decide(unknown, call);
      return new Set(patientIds.filter((id) => (asked?.get(id) ?? known.get(id)) !== false));
    },
  };
}

/** All Consents of the patients, by patient. */
async function consentsOf(
  upstream: Upstream,
  patientIds: readonly string[],
  call: Call,
): Promise<ReadonlyMap<string, AnyResource[]>> {
  const found = new Map<string, AnyResource[]>();
  const patients = patientIds.map((id) => `Patient/${id}`).join(",");
  let page = await upstream.search(
    "Consent",
    [
      ["patient", patients],
      ["_count", "1000"],
    ],
    call,
  );
  for (let pages = 1; ; pages += 1) {
    for (const entry of page.bundle.entries) {
      if (entry.mode === "match") add(found, parseResource(page.bytes, entry));
    }
    if (page.next === undefined) return found;
    if (pages >= MOST_PAGES) throw tooMany();
    page = await upstream.follow(page.next, call);
  }
}

function add(found: Map<string, AnyResource[]>, consent: AnyResource): void {
  if (consent.resourceType !== "Consent") return;
  const id = patientOf(consent);
  if (id === undefined) throw unassigned();
  found.set(id, [...(found.get(id) ?? []), consent]);
}

function patientOf({ patient }: AnyResource): string | undefined {
  const reference =
    typeof patient === "object" && patient !== null && "reference" in patient ? patient.reference : "";
  const [, id] =
    /(?:^|\/)Patient\/([A-Za-z0-9.-]{1,64})(?:\/_history\/[^/]+)?$/.exec(String(reference)) ?? [];
  return id;
}

function tooMany(): EdgeError {
  return new EdgeError(
    "consent-unavailable",
    "There are more Consents than can be read for one page: ask for fewer resources.",
  );
}

function unassigned(): EdgeError {
  return new EdgeError("consent-unavailable", "A Consent names no patient that could be read.");
}
