import type { ErrorCode } from "./edge-error.ts";
import type { Role } from "./role.ts";

/** RESTful interaction or operation (FHIR R4 http://hl7.org/fhir/restful-interaction). */
export type AuditInteraction = "read" | "search-type" | "capabilities" | "operation" | "unknown";

/** Who did it. */
export interface AuditAgent {
  readonly issuer: string;
  readonly subject: string;
  readonly clientId: string;
  readonly role: Role | "none";
}

/** A user, as what concerns them is recorded, and the tenant in whose trail. */
export interface AuditedUser {
  readonly tenant: string;
  readonly agent: AuditAgent;
}

/**
 * An authenticated request and what came of it, durable before the first byte of its answer leaves. Parameters are named,
 * never valued; a resource id never stands in it, a patient's only as a pseudonym of the trail's own.
 */
export interface AuditRecord {
  /** Request id, a UUID; of what an export released, the job's with numbers behind it. */
  readonly requestId: string;
  /** ISO 8601 instant. */
  readonly recorded: string;
  readonly interaction: AuditInteraction;
  readonly method: string;
  readonly resourceType?: string;
  /** Names of the search parameters, sorted, without values. */
  readonly parameters: readonly string[];
  readonly agent: AuditAgent;
  /** Name, version and hash of the policy in force, as `name@version#hash`. */
  readonly policy?: string;
  /** HTTP status of the answer. */
  readonly status: number;
  /** A bulk file that is downloaded, as `job/name`: whose data are in it stands in the records of that job. */
  readonly file?: string;
  /** Request id of the record that this one ends: then `bytes` are those that were taken. */
  readonly closes?: string;
  readonly errorCode?: ErrorCode;
  /** Resources that leave, after consent and anonymisation. */
  readonly resources: number;
  readonly withheld: number;
  readonly bytes: number;
  /** Pseudonyms of the patients whose data leave. */
  readonly patients: readonly string[];
}

/** A person signed in or out, or was refused after the issuer had named them (DICOM CID 400: 110114, with 110122 or 110123). */
export interface SessionRecord {
  /** UUID of its own. */
  readonly requestId: string;
  /** ISO 8601 instant. */
  readonly recorded: string;
  readonly event: "login" | "logout";
  readonly agent: AuditAgent;
  /** 0 where it was done, 4 where it was refused. */
  readonly outcome: "0" | "4";
  /** A word for why: `signed-in`, `signed-out`, `expired`, `refresh-refused`, or the code of a refusal. */
  readonly reason: "signed-in" | "signed-out" | "expired" | "refresh-refused" | ErrorCode;
}

/**
 * Refusals before authentication, and those that repeat one by the limiter, are counted, not recorded one by one: a flood must not
 * fill the trail.
 */
export interface RefusalCount {
  /** Start of the minute, ISO 8601; that of a repeated refusal begins with the one that was recorded. */
  readonly minute: string;
  readonly code: ErrorCode;
  readonly count: number;
}

/** What an auditor asks of the trail. All that is given has to hold. */
export interface AuditQuery {
  /** Milliseconds since 1970: from `from` on, before `until`. */
  readonly from?: number;
  readonly until?: number;
  readonly requestId?: string;
  readonly issuer?: string;
  readonly subject?: string;
  readonly clientId?: string;
  readonly role?: string;
  /** `rest`, or `110114` for refusals before authentication. */
  readonly type?: string;
  readonly interaction?: string;
  readonly action?: string;
  readonly resourceType?: string;
  readonly outcome?: string;
  /** Pseudonyms: events about any of them. */
  readonly patients?: readonly string[];
  /** 1 to 1,000. */
  readonly count: number;
  /** Only events before this one in the chain: where the page before ended. */
  readonly before?: number;
}

export interface AuditPage {
  /** AuditEvents as JSON, the newest first. */
  readonly events: readonly string[];
  /** Where the next page goes on; `undefined` on the last. A page before it may hold fewer than were asked for, or none. */
  readonly next: number | undefined;
}

/** What was found of one day of the trail. */
export interface AuditDayVerdict {
  /** `2026-11-23`, in UTC. */
  readonly day: string;
  readonly entries: number;
  /** The hash that the day ends with; `undefined` where the chain does not come so far. */
  readonly head: string | undefined;
  /** `unread`: one call reads so many entries, and this day is to be asked for in another. */
  readonly state: "open" | "sealed" | "unread";
  /** In words; none where nothing is missing or changed, as far as it was read. */
  readonly problems: readonly string[];
}

export interface AuditVerdict {
  readonly days: readonly AuditDayVerdict[];
  /** True where every day is whole and follows on the one before; `undefined` where that is so, but not every day was read. */
  readonly whole: boolean | undefined;
}
