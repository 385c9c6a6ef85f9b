import type { ErrorCode } from "./edge-error.ts";
import type { Role } from "./role.ts";

/** RESTful interaction or operation (FHIR R4 http://hl7.org/fhir/restful-interaction). */
export type AuditInteraction = "read" | "search-type" | "capabilities" | "operation" | "unknown";

/**
 * The intent of an authenticated request, durable before its first byte leaves. Parameters are named, never
 * valued; a resource id never stands in it.
 */
export interface AuditIntent {
  /** Request id, a UUID: the key that the completion names. */
  readonly requestId: string;
  /** ISO 8601 instant. */
  readonly recorded: string;
  readonly interaction: AuditInteraction;
  readonly method: string;
  readonly resourceType?: string;
  /** Names of the search parameters, sorted, without values. */
  readonly parameters: readonly string[];
  readonly agent: {
    readonly issuer: string;
    readonly subject: string;
    readonly clientId: string;
    readonly role: Role | "none";
  };
  /** Name, version and hash of the policy in force, as `name@version#hash`. */
  readonly policy?: string;
}

/** What came of it. */
export interface AuditCompletion {
  readonly requestId: string;
  readonly recorded: string;
  readonly status: number;
  readonly errorCode?: ErrorCode;
  /** Resources that left, after consent and anonymisation. */
  readonly resources: number;
  readonly withheld: number;
  readonly bytes: number;
}

/** Refusals before authentication are counted, not recorded one by one: a flood must not fill the trail. */
export interface RefusalCount {
  /** Start of the minute, ISO 8601. */
  readonly minute: string;
  readonly code: ErrorCode;
  readonly count: number;
}
