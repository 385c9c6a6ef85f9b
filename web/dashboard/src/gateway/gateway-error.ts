/**
 * - `offline`: nothing answered.
 * - `signed-out`: the session has ended, or there was none.
 * - `throttled`: a limit is used up, or the gateway is busy; `retryAt` says until when.
 * - `changed`: somebody else has changed it meanwhile.
 * - `refused`: the request is wrong, or not for this role.
 * - `failed`: the gateway or the programme's server failed.
 */
export type GatewayErrorKind = "offline" | "signed-out" | "throttled" | "changed" | "refused" | "failed";

export interface GatewayErrorDetails {
  /** HTTP status; 0 where nothing answered. */
  readonly status: number;
  /** The gateway's stable code, "" where it gave none. */
  readonly code: string;
  /** The name of the parameter that is wrong. */
  readonly parameter: string | undefined;
  /** When it may be asked again, in milliseconds since 1970. */
  readonly retryAt: number | undefined;
}

/** An answer that is none. `message` is the gateway's own text, in English; "" where it gave none. */
export class GatewayError extends Error {
  override readonly name = "GatewayError";
  readonly kind: GatewayErrorKind;
  readonly details: GatewayErrorDetails;

  constructor(kind: GatewayErrorKind, message: string, details: GatewayErrorDetails) {
    super(message);
    this.kind = kind;
    this.details = details;
  }
}

export function offlineError(): GatewayError {
  return new GatewayError("offline", "", { status: 0, code: "", parameter: undefined, retryAt: undefined });
}

/** What came is not what was asked for: another version of the gateway, or something between. */
export function malformedError(what: string): GatewayError {
  return new GatewayError("failed", what, {
    status: 200,
    code: "",
    parameter: undefined,
    retryAt: undefined,
  });
}

/** A response that is no success → the error that it tells, by its OperationOutcome where it has one. */
export async function gatewayError(response: Response, now: number): Promise<GatewayError> {
  const { status } = response;
  const issue = firstIssue(await bodyOf(response));
  const seconds = Number(response.headers.get("Retry-After") ?? Number.NaN);
  const retryAt = Number.isFinite(seconds) ? now + seconds * 1000 : undefined;
  return new GatewayError(kindOf(status, retryAt), issue.text, {
    status,
    code: issue.code,
    parameter: issue.parameter,
    retryAt,
  });
}

function kindOf(status: number, retryAt: number | undefined): GatewayErrorKind {
  if (status === 401) return "signed-out";
  if (status === 429 || (status === 503 && retryAt !== undefined)) return "throttled";
  if (status === 412) return "changed";
  return status < 500 ? "refused" : "failed";
}

async function bodyOf(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch {
    return undefined;
  }
}

interface Issue {
  readonly text: string;
  readonly code: string;
  readonly parameter: string | undefined;
}

/** FHIR R4 OperationOutcome, as the gateway writes it: stable code, text, and `http.` with the parameter's name. */
function firstIssue(body: unknown): Issue {
  const { resourceType, issue } = Object(body);
  const first: unknown = resourceType === "OperationOutcome" && Array.isArray(issue) ? issue[0] : undefined;
  const { diagnostics, details, expression } = Object(first);
  const code: unknown = Object(Object(details).coding?.[0]).code;
  const named: unknown = Array.isArray(expression) ? expression[0] : undefined;
  return {
    text: typeof diagnostics === "string" ? diagnostics : "",
    code: typeof code === "string" ? code : "",
    parameter: typeof named === "string" ? named.replace(/^http\./, "") : undefined,
  };
}
