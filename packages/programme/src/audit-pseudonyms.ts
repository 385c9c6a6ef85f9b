import { createPseudonymCodec, type PseudonymKey } from "@aarohan/deid";

/** Patients as the audit trail names them: pseudonyms of its own domain, which no recipient of data shares. */
export interface AuditPseudonyms {
  of(patientId: string): string;
  /** By each of the keys: a trail outlives a key. */
  everyOf(patientId: string): readonly string[];
}

export function createAuditPseudonyms(keys: readonly PseudonymKey[], tenant: string): AuditPseudonyms {
  const domain = { tenant, recipient: "audit", policy: "audit" };
  const codecs = keys.map((key) => createPseudonymCodec({ keys: [key], domain }));
  return {
    of: (patientId) => codecs[0]?.seal("Patient", patientId) ?? "",
    everyOf: (patientId) => codecs.map((codec) => codec.seal("Patient", patientId)),
  };
}
