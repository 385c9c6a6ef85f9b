import type { AuditQuery } from "@aarohan/contract";
import type { AuditEvent } from "@aarohan/fhir";

/** What the trail is searched by, of one event. */
export interface AuditFields {
  readonly requestId: string;
  /** Milliseconds since 1970. */
  readonly recorded: number;
  readonly issuer: string;
  readonly subject: string;
  readonly clientId: string;
  readonly role: string;
  readonly type: string;
  readonly interaction: string;
  readonly action: string;
  readonly resourceType: string;
  readonly outcome: string;
  readonly patients: readonly string[];
}

export function fieldsOf(event: AuditEvent): AuditFields {
  const [agent] = event.agent;
  const entities = event.entity ?? [];
  const references = entities.flatMap(({ what }) => (what?.reference === undefined ? [] : [what.reference]));
  return {
    requestId: event.id ?? "",
    recorded: Date.parse(event.recorded),
    issuer: agent?.who?.identifier?.system ?? "",
    subject: agent?.who?.identifier?.value ?? "",
    clientId: agent?.altId ?? "",
    role: agent?.role?.[0]?.coding?.[0]?.code ?? "",
    type: event.type.code ?? "",
    interaction: event.subtype?.[0]?.code ?? "",
    action: event.action ?? "",
    resourceType: entities[0]?.type?.code ?? "",
    outcome: event.outcome ?? "",
    patients: references.map((reference) => reference.slice("Patient/".length)),
  };
}

/** By which fields a query asks for one value. */
export const EXACT_FIELDS = [
  "requestId",
  "issuer",
  "subject",
  "clientId",
  "role",
  "type",
  "interaction",
  "action",
  "resourceType",
  "outcome",
] as const satisfies readonly (keyof AuditFields & keyof AuditQuery)[];

export function matches(query: AuditQuery, fields: AuditFields): boolean {
  const { from = Number.NEGATIVE_INFINITY, until = Number.POSITIVE_INFINITY, patients } = query;
  return (
    fields.recorded >= from &&
    fields.recorded < until &&
    EXACT_FIELDS.every((name) => query[name] === undefined || query[name] === fields[name]) &&
    (patients === undefined || patients.some((patient) => fields.patients.includes(patient)))
  );
}
