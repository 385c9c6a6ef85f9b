/** `OperationOutcome.issue.code` values in use (FHIR R4, http://hl7.org/fhir/issue-type). */
export type IssueType =
  | "invalid"
  | "value"
  | "required"
  | "security"
  | "login"
  | "expired"
  | "forbidden"
  | "processing"
  | "not-supported"
  | "not-found"
  | "too-long"
  | "too-costly"
  | "conflict"
  | "exception"
  | "timeout"
  | "throttled"
  | "transient";

interface ErrorKind {
  readonly status: number;
  readonly issue: IssueType;
}

/** Every error that a client can see: a stable code, the HTTP status and the FHIR issue type that go with it. */
export const ERROR_KINDS = {
  "token-missing": { status: 401, issue: "login" },
  "token-invalid": { status: 401, issue: "login" },
  "token-expired": { status: 401, issue: "expired" },
  "token-revoked": { status: 401, issue: "login" },
  "session-ended": { status: 401, issue: "login" },
  "sign-in-refused": { status: 401, issue: "login" },
  "sign-in-unavailable": { status: 501, issue: "not-supported" },
  "embed-token-invalid": { status: 403, issue: "login" },
  "embed-token-expired": { status: 403, issue: "expired" },
  "embed-not-granted": { status: 403, issue: "forbidden" },
  "origin-refused": { status: 403, issue: "forbidden" },
  "role-missing": { status: 403, issue: "forbidden" },
  "role-not-held": { status: 403, issue: "forbidden" },
  "role-not-served": { status: 403, issue: "forbidden" },
  "scope-missing": { status: 403, issue: "forbidden" },
  "resource-type-hidden": { status: 403, issue: "forbidden" },
  "parameter-hidden": { status: 403, issue: "forbidden" },
  "precision-hidden": { status: 403, issue: "forbidden" },
  "tenant-not-held": { status: 403, issue: "forbidden" },
  "tenant-not-served": { status: 403, issue: "forbidden" },
  "rate-limited": { status: 429, issue: "throttled" },
  "parameter-unknown": { status: 400, issue: "not-supported" },
  "parameter-invalid": { status: 400, issue: "value" },
  "parameter-repeated": { status: 400, issue: "invalid" },
  "version-missing": { status: 428, issue: "required" },
  "version-conflict": { status: 412, issue: "conflict" },
  "body-invalid": { status: 400, issue: "invalid" },
  "body-too-large": { status: 413, issue: "too-long" },
  "media-type-unsupported": { status: 415, issue: "not-supported" },
  "not-acceptable": { status: 406, issue: "not-supported" },
  "method-not-allowed": { status: 405, issue: "not-supported" },
  "resource-type-unknown": { status: 404, issue: "not-supported" },
  "resource-not-found": { status: 404, issue: "not-found" },
  "page-expired": { status: 410, issue: "expired" },
  "operation-unknown": { status: 404, issue: "not-supported" },
  "export-unknown": { status: 404, issue: "not-found" },
  "export-unavailable": { status: 501, issue: "not-supported" },
  "export-failed": { status: 500, issue: "exception" },
  "export-limited": { status: 429, issue: "throttled" },
  "export-policy-changed": { status: 500, issue: "conflict" },
  "pseudonym-key-changed": { status: 409, issue: "conflict" },
  "table-undeclared": { status: 400, issue: "not-supported" },
  "release-unknown": { status: 404, issue: "not-found" },
  "indicators-unavailable": { status: 503, issue: "transient" },
  "group-unknown": { status: 404, issue: "not-found" },
  "file-unknown": { status: 404, issue: "not-found" },
  "range-unsatisfiable": { status: 416, issue: "value" },
  "download-limited": { status: 429, issue: "throttled" },
  "upstream-unreachable": { status: 502, issue: "transient" },
  "upstream-refused": { status: 502, issue: "processing" },
  "upstream-failed": { status: 502, issue: "transient" },
  "upstream-malformed": { status: 502, issue: "processing" },
  "upstream-page-too-large": { status: 502, issue: "too-costly" },
  "upstream-resource-too-large": { status: 502, issue: "too-long" },
  "upstream-timeout": { status: 504, issue: "timeout" },
  "search-refused": { status: 400, issue: "processing" },
  "upstream-throttled": { status: 503, issue: "throttled" },
  "consent-unavailable": { status: 503, issue: "processing" },
  "issuer-unreachable": { status: 503, issue: "transient" },
  "audit-unavailable": { status: 503, issue: "transient" },
  "limiter-unavailable": { status: 503, issue: "transient" },
  internal: { status: 500, issue: "exception" },
} as const satisfies Record<string, ErrorKind>;

export type ErrorCode = keyof typeof ERROR_KINDS;

export function isErrorCode(text: string): text is ErrorCode {
  return Object.hasOwn(ERROR_KINDS, text);
}

export interface EdgeErrorOptions {
  /** Name of the parameter or header that is wrong: never its value. */
  readonly parameter?: string;
  /** Whole seconds for `Retry-After` (RFC 9110 §10.2.3). */
  readonly retryAfterSeconds?: number;
  /** Bytes of what was asked for in part, for `Content-Range` (RFC 9110 §15.5.17). */
  readonly completeLength?: number;
  /** Methods of the resource, for `Allow` (RFC 9110 §15.5.6). Default GET and HEAD. */
  readonly allow?: readonly string[];
  /** For the log only; it must not hold a value of a resource, a token or a search either. */
  readonly cause?: unknown;
}

/**
 * The one error base. `message` is shown to the client as `OperationOutcome.issue.diagnostics`, so it never holds
 * a value from a resource, a token or a search.
 */
export class EdgeError extends Error {
  override readonly name = "EdgeError";
  readonly code: ErrorCode;
  readonly parameter: string | undefined;
  readonly retryAfterSeconds: number | undefined;
  readonly completeLength: number | undefined;
  readonly allow: readonly string[];

  constructor(code: ErrorCode, message: string, options: EdgeErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.parameter = options.parameter;
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.completeLength = options.completeLength;
    this.allow = options.allow ?? ["GET", "HEAD"];
  }

  get status(): number {
    return ERROR_KINDS[this.code].status;
  }

  get issue(): IssueType {
    return ERROR_KINDS[this.code].issue;
  }
}
