import type { AnyResource, JsonObject } from "@aarohan/fhir";
import { DAY_MS, localDateTime } from "./calendar.ts";
import type { CaseFile } from "./case-file.ts";
import { fullName } from "./person-name.ts";
import { type Elements, recorded, reference } from "./resource.ts";
import { ACT_REASON, CONSENT_SCOPE, coding, concept, LOINC } from "./terminology.ts";

type ConsentKind = "deny" | "permit" | "withdrawn" | "replaced" | "expired" | "undecided" | "malformed";

/** By residue of the case's index modulo 200, so that shares are exact and small populations have every kind. */
const KINDS: readonly (readonly [ConsentKind, readonly number[]])[] = [
  ["deny", [5, 45, 85, 125, 165]],
  ["permit", [10, 30, 50, 70, 90, 110, 130, 150, 170, 190]],
  ["withdrawn", [22, 122]],
  ["replaced", [37, 137]],
  ["expired", [58]],
  ["undecided", [77]],
  ["malformed", [143]],
];

/** The kind of Consent that a case has: a few percent deny research. Most have none. */
function consentKind(index: number): ConsentKind | undefined {
  return KINDS.find(([, residues]) => residues.includes(index % 200))?.[0];
}

export function* consentResources(file: CaseFile): Generator<AnyResource> {
  const { index, screenedMs } = file.screening;
  const laterMs = screenedMs + 3 * DAY_MS;
  switch (consentKind(index)) {
    case "deny":
      return yield consent(file, screenedMs, "active", { provision: provision("deny") });
    case "permit":
      return yield consent(file, screenedMs, "active", { provision: provision("permit") });
    case "withdrawn":
      return yield consent(file, screenedMs, "inactive", { provision: provision("permit") });
    case "expired":
      return yield consent(file, screenedMs, "active", { provision: expired(screenedMs) });
    case "undecided":
      // A scanned paper without a decision that a machine could read.
      return yield consent(file, screenedMs, "active", { sourceAttachment: scan(file) });
    case "malformed":
      // Against R4: a list where one provision is due.
      return yield consent(file, screenedMs, "active", { provision: [{ type: "as told to the worker" }] });
    case "replaced":
      // The newer one counts: by turns a permit that replaces a denial, and a denial that replaces a permit.
      yield consent(file, screenedMs, "active", {
        provision: provision(index % 400 < 200 ? "deny" : "permit"),
      });
      return yield consent(file, laterMs, "active", {
        provision: provision(index % 400 < 200 ? "permit" : "deny"),
      });
    case undefined:
      return;
  }
}

function consent(file: CaseFile, wishedMs: number, status: string, decision: Elements): AnyResource {
  const atMs = Math.min(wishedMs, file.origin.endMs);
  return recorded(file.origin, "Consent", file.ids.next("Consent"), atMs, {
    status,
    scope: concept(CONSENT_SCOPE, "research"),
    category: [concept(LOINC, "59284-0")],
    patient: reference("Patient", file.patientId, fullName(file.screening.person.name)),
    dateTime: localDateTime(atMs),
    performer: [reference("Patient", file.patientId)],
    organization: [reference("Organization", file.screening.post.organizationId)],
    policy: [{ uri: "https://midas.iisc.ac.in/consent/screening-1" }],
    ...decision,
  });
}

function provision(type: "deny" | "permit"): JsonObject {
  return { type, purpose: [coding(ACT_REASON, "HRESCH")] };
}

/** A denial for thirty days, which are over before the end of most populations. */
function expired(screenedMs: number): JsonObject {
  const period = { start: localDateTime(screenedMs), end: localDateTime(screenedMs + 30 * DAY_MS) };
  return { ...provision("deny"), period };
}

function scan({ screening, random }: CaseFile): JsonObject {
  return {
    contentType: "application/pdf",
    url: `https://images.example.in/consent/${random.uuid()}.pdf`,
    title: `Consent ${fullName(screening.person.name)} thumb print`,
  };
}
