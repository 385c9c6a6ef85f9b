import type { AuditCompletion, AuditIntent, Role } from "@aarohan/contract";
import type { AuditEvent, AuditEventEntity } from "@aarohan/fhir";

/** What the trail knows of one request. */
export interface AuditRow {
  readonly intent: AuditIntent;
  /** `undefined` while it is under way, or where its end was never heard of. */
  readonly completion: AuditCompletion | undefined;
  /** True once nothing was heard of its end for ten minutes. */
  readonly abandoned: boolean;
}

const ROLE_SYSTEM = "https://artpark.in/aarohan-edge/role";
const DETAIL_SYSTEM = "http://terminology.hl7.org/CodeSystem/object-role";

/** FHIR R4 AuditEvent of a request: names and counts, never a value of a resource, a token or a search. */
export function toAuditEvent({ intent, completion, abandoned }: AuditRow): AuditEvent {
  return {
    resourceType: "AuditEvent",
    id: intent.requestId,
    type: {
      system: "http://terminology.hl7.org/CodeSystem/audit-event-type",
      code: "rest",
      display: "RESTful Operation",
    },
    ...(intent.interaction === "unknown"
      ? {}
      : { subtype: [{ system: "http://hl7.org/fhir/restful-interaction", code: intent.interaction }] }),
    action: intent.interaction === "operation" ? "E" : "R",
    recorded: intent.recorded,
    ...outcome(completion, abandoned),
    agent: [
      {
        type: {
          coding: [{ system: "http://terminology.hl7.org/CodeSystem/v3-ParticipationType", code: "IRCP" }],
        },
        who: { identifier: { system: intent.agent.issuer, value: intent.agent.subject } },
        altId: intent.agent.clientId,
        role: [{ coding: [{ system: ROLE_SYSTEM, code: intent.agent.role satisfies Role | "none" }] }],
        requestor: true,
      },
    ],
    source: {
      observer: { display: "Aarohan Edge" },
      type: [
        {
          system: "http://terminology.hl7.org/CodeSystem/security-source-type",
          code: "4",
          display: "Application Server",
        },
      ],
    },
    entity: [entity(intent, completion)],
  };
}

/** R4 outcome codes: 0 success, 4 minor failure (the request was refused), 8 serious failure (the gateway failed). */
function outcome(
  completion: AuditCompletion | undefined,
  abandoned: boolean,
): Pick<AuditEvent, "outcome" | "outcomeDesc"> {
  if (completion === undefined) return { outcomeDesc: abandoned ? "unknown" : "under way" };
  const code = completion.status < 400 ? "0" : completion.status < 500 ? "4" : "8";
  return { outcome: code, outcomeDesc: completion.errorCode ?? String(completion.status) };
}

function entity(intent: AuditIntent, completion: AuditCompletion | undefined): AuditEventEntity {
  const details: [string, string | undefined][] = [
    ["method", intent.method],
    [
      "parameters",
      intent.parameters.length === 0 ? undefined : intent.parameters.map(parameterName).join(" "),
    ],
    ["policy", intent.policy],
    ["resources", completion && String(completion.resources)],
    ["withheld", completion && String(completion.withheld)],
    ["bytes", completion && String(completion.bytes)],
  ];
  return {
    ...(intent.resourceType === undefined
      ? {}
      : { type: { system: "http://hl7.org/fhir/resource-types", code: intent.resourceType } }),
    role: { system: DETAIL_SYSTEM, code: "24", display: "Query" },
    detail: details.flatMap(([type, valueString]) =>
      valueString === undefined ? [] : [{ type, valueString }],
    ),
  };
}

/** A value can stand where a name belongs; what does not look like a name is not kept. */
function parameterName(name: string): string {
  return /^_?[A-Za-z][A-Za-z-]{0,40}(?:[:.][A-Za-z:._-]{1,80})?$/.test(name) ? name : "(malformed)";
}
