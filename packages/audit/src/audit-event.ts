import type { AuditAgent, AuditRecord, RefusalCount, SessionRecord } from "@aarohan/contract";
import type { AuditEvent, AuditEventEntity } from "@aarohan/fhir";

const ROLE_SYSTEM = "https://artpark.in/aarohan-edge/role";
const ENTITY_ROLE_SYSTEM = "http://terminology.hl7.org/CodeSystem/object-role";
const REST = {
  system: "http://terminology.hl7.org/CodeSystem/audit-event-type",
  code: "rest",
  display: "RESTful Operation",
};
const DICOM = "http://dicom.nema.org/resources/ontology/DCM";
const USER_AUTHENTICATION = { system: DICOM, code: "110114", display: "User Authentication" };
const SESSION_EVENTS = {
  login: { system: DICOM, code: "110122", display: "Login" },
  logout: { system: DICOM, code: "110123", display: "Logout" },
} as const;
const SOURCE: AuditEvent["source"] = {
  observer: { display: "Aarohan Edge" },
  type: [
    {
      system: "http://terminology.hl7.org/CodeSystem/security-source-type",
      code: "4",
      display: "Application Server",
    },
  ],
};

/** FHIR R4 AuditEvent of a request: names and counts, never a value of a resource, a token or a search. */
export function requestEvent(record: AuditRecord): AuditEvent {
  return {
    resourceType: "AuditEvent",
    id: record.requestId,
    type: REST,
    ...(record.interaction === "unknown"
      ? {}
      : { subtype: [{ system: "http://hl7.org/fhir/restful-interaction", code: record.interaction }] }),
    action: record.interaction === "operation" ? "E" : "R",
    recorded: record.recorded,
    outcome: outcomeOf(record.status),
    outcomeDesc: record.errorCode ?? String(record.status),
    agent: [agentOf(record.agent)],
    source: SOURCE,
    entity: [
      queryEntity(record),
      ...record.patients.map((pseudonym) => ({ what: { reference: `Patient/${pseudonym}` } })),
    ],
  };
}

/** A person's session begins or ends, or is refused. */
export function sessionEvent(record: SessionRecord): AuditEvent {
  return {
    resourceType: "AuditEvent",
    id: record.requestId,
    type: USER_AUTHENTICATION,
    subtype: [SESSION_EVENTS[record.event]],
    action: "E",
    recorded: record.recorded,
    outcome: record.outcome,
    outcomeDesc: record.reason,
    agent: [agentOf(record.agent)],
    source: SOURCE,
  };
}

function agentOf(agent: AuditAgent): AuditEvent["agent"][number] {
  return {
    type: {
      coding: [{ system: "http://terminology.hl7.org/CodeSystem/v3-ParticipationType", code: "IRCP" }],
    },
    who: { identifier: { system: agent.issuer, value: agent.subject } },
    altId: agent.clientId,
    role: [{ coding: [{ system: ROLE_SYSTEM, code: agent.role }] }],
    requestor: true,
  };
}

/**
 * Refusals before authentication, gathered over some seconds: nobody is known, so nobody is named. With an agent, the user's
 * further refusals within a minute.
 */
export function refusalsEvent(
  id: string,
  recorded: string,
  counts: readonly RefusalCount[],
  agent?: AuditAgent,
): AuditEvent {
  return {
    resourceType: "AuditEvent",
    id,
    type: agent === undefined ? USER_AUTHENTICATION : REST,
    action: agent === undefined ? "E" : "R",
    recorded,
    outcome: "4",
    outcomeDesc: agent === undefined ? "Refused before authentication." : "Refused again within a minute.",
    agent: [agent === undefined ? { requestor: true } : agentOf(agent)],
    source: SOURCE,
    entity: [
      {
        role: { system: ENTITY_ROLE_SYSTEM, code: "24", display: "Query" },
        detail: counts.map(({ minute, code, count }) => ({
          type: `${code} ${minute}`,
          valueString: String(count),
        })),
      },
    ],
  };
}

/** R4 outcome codes: 0 success, 4 minor failure (the request was refused), 8 serious failure (the gateway failed). */
function outcomeOf(status: number): "0" | "4" | "8" {
  return status < 400 ? "0" : status < 500 ? "4" : "8";
}

function queryEntity(record: AuditRecord): AuditEventEntity {
  const { parameters, policy } = record;
  const details: [string, string | undefined][] = [
    ["method", record.method],
    ["parameters", parameters.length === 0 ? undefined : parameters.map(parameterName).join(" ")],
    ["policy", policy],
    ["file", record.file],
    ["closes", record.closes],
    ["resources", String(record.resources)],
    ["withheld", String(record.withheld)],
    ["bytes", String(record.bytes)],
  ];
  return {
    ...(record.resourceType === undefined
      ? {}
      : { type: { system: "http://hl7.org/fhir/resource-types", code: record.resourceType } }),
    role: { system: ENTITY_ROLE_SYSTEM, code: "24", display: "Query" },
    detail: details.flatMap(([type, valueString]) =>
      valueString === undefined ? [] : [{ type, valueString }],
    ),
  };
}

/** A value can stand where a name belongs; what does not look like a name is not kept. */
function parameterName(name: string): string {
  return /^_?[A-Za-z][A-Za-z-]{0,40}(?:[:.][A-Za-z:._-]{1,80})?$/.test(name) ? name : "(malformed)";
}
