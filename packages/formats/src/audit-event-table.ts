import { codeColumn, column, listColumn } from "./columns.ts";
import { at, listAt, textAt } from "./read-element.ts";
import type { Column } from "./table.ts";

const detail = (name: string, description: string) =>
  column(name, "string", `AuditEvent.entity.detail.where(type='${name}').value`, description, (event) =>
    detailOf(at(event, "entity", 0), name),
  );
const count = (name: string, description: string) =>
  column(name, "integer", `AuditEvent.entity.detail.where(type='${name}').value`, description, (event) => {
    const text = detailOf(at(event, "entity", 0), name);
    return text === undefined ? undefined : Number(text);
  });

/** Columns of the gateway's own trail: who asked for what, and what came of it. */
export const AUDIT_EVENT_COLUMNS: readonly Column[] = [
  column("id", "string", "AuditEvent.id", "Id of the request, which its answer carried as X-Request-Id."),
  column("recorded", "dateTime", "AuditEvent.recorded", "When it was answered."),
  column(
    "subject",
    "string",
    "AuditEvent.agent.who.identifier.value",
    "Who asked; empty before authentication.",
  ),
  column("issuer", "string", "AuditEvent.agent.who.identifier.system", "Who vouches for the subject."),
  column("client", "string", "AuditEvent.agent.altId", "OAuth client."),
  column("role", "string", "AuditEvent.agent.role.coding.code", "Role that served."),
  column("type", "string", "AuditEvent.type.code", "rest, or 110114 for refusals before authentication."),
  codeColumn(
    "interaction",
    "http://hl7.org/fhir/restful-interaction",
    "AuditEvent.subtype.code",
    "Kind of request.",
  ),
  codeColumn(
    "resource_type",
    "http://hl7.org/fhir/resource-types",
    "AuditEvent.entity.type.code",
    "Resource type that was asked for.",
  ),
  detail("method", "HTTP method."),
  detail("parameters", "Names of the parameters, without their values."),
  detail("policy", "Policy in force: name, version and hash."),
  codeColumn(
    "outcome",
    "http://hl7.org/fhir/audit-event-outcome",
    "AuditEvent.outcome",
    "0 success, 4 refused, 8 failed.",
  ),
  column("outcome_desc", "string", "AuditEvent.outcomeDesc", "Error code, else the HTTP status."),
  count("resources", "Resources that left."),
  count("withheld", "Resources that were withheld by consent."),
  count("bytes", "Bytes of the answer."),
  detail("file", "File that was downloaded."),
  detail("closes", "Request that this one ends."),
  listColumn(
    "patients",
    "AuditEvent.entity",
    "Pseudonyms, of the trail's own, of the patients whose data left.",
    (entity) => textAt(entity, "what", "reference")?.slice("Patient/".length),
  ),
];

function detailOf(entity: Parameters<typeof listAt>[0], name: string): string | undefined {
  const found = listAt(entity, "detail").find((each) => textAt(each, "type") === name);
  return textAt(found, "valueString");
}
