import { challenge } from "@aarohan/access";
import { EdgeError, UNKNOWN_CALLER_HEADER } from "@aarohan/contract";
import { operationOutcome } from "@aarohan/fhir";

/** Turns whatever was thrown into an OperationOutcome with its status: the only place that does. */
export function answerError(thrown: unknown): Response {
  const error = thrown instanceof EdgeError ? thrown : fault(thrown);
  const headers = new Headers({ "Content-Type": "application/fhir+json; charset=utf-8" });
  if (error.status === 401) headers.set("WWW-Authenticate", challenge(error, "aarohan-edge"));
  // Who is denied access is known, and recorded.
  if (error.status === 401 && error.code !== "token-revoked") headers.set(UNKNOWN_CALLER_HEADER, error.code);
  if (error.status === 405) headers.set("Allow", "GET, HEAD");
  if (error.completeLength !== undefined) headers.set("Content-Range", `bytes */${error.completeLength}`);
  if (error.retryAfterSeconds !== undefined) headers.set("Retry-After", String(error.retryAfterSeconds));
  return new Response(JSON.stringify(operationOutcome(error)), { status: error.status, headers });
}

/** The kind of the fault alone: a message could quote data. */
function fault(thrown: unknown): EdgeError {
  const name = thrown instanceof Error ? thrown.name : typeof thrown;
  console.error(JSON.stringify({ level: "error", fault: name }));
  return new EdgeError("internal", "The download failed; try again.");
}

export function unknownFile(request: Request): never {
  if (!["GET", "HEAD"].includes(request.method)) {
    throw new EdgeError("method-not-allowed", "Files are only read: GET and HEAD.");
  }
  throw noSuchFile();
}

/** Nonexistent, expired, withdrawn and another's: one answer. */
export function noSuchFile(): EdgeError {
  return new EdgeError("file-unknown", "There is no such file.");
}
