import { challenge } from "@aarohan/access";
import { EdgeError } from "@aarohan/contract";
import { operationOutcome } from "@aarohan/fhir";
import type { Context, Handler } from "hono";
import type { GatewayEnv } from "./gateway-env.ts";
import { logFault } from "./log.ts";
import { clearSessionCookie } from "./session-cookie.ts";

/** Turns whatever was thrown into an OperationOutcome with its status: the only place that does. */
export function answerError(thrown: unknown, c: Context<GatewayEnv>): Response {
  const error = thrown instanceof EdgeError ? thrown : fault(thrown, c.get("requestId"));
  const headers = new Headers({ "Content-Type": "application/fhir+json; charset=utf-8" });
  if (error.status === 401 || error.code === "role-missing") {
    headers.set("WWW-Authenticate", challenge(error, "aarohan-edge"));
  }
  if (error.code === "session-ended") clearSessionCookie(c);
  if (error.status === 405) headers.set("Allow", "GET, HEAD, POST");
  if (error.retryAfterSeconds !== undefined) headers.set("Retry-After", String(error.retryAfterSeconds));
  return new Response(JSON.stringify(operationOutcome(error)), { status: error.status, headers });
}

function fault(thrown: unknown, requestId: string): EdgeError {
  logFault(requestId, thrown);
  return new EdgeError("internal", `The gateway failed; nothing was released. Request ${requestId}.`);
}

/** What the FHIR interface does not serve: a clear refusal, recorded like every other request. */
export function refuse(): Handler<GatewayEnv> {
  return function refuse(c) {
    // A POST that is neither a search nor an operation would create, or be a batch.
    const isWrite = c.req.method === "POST" && !/\/(?:_search|\$[^/]*)$/.test(c.req.path);
    if (isWrite || !["GET", "HEAD", "POST"].includes(c.req.method)) {
      throw new EdgeError("method-not-allowed", "The gateway only reads: GET, HEAD, and POST to _search.");
    }
    throw new EdgeError(
      "operation-unknown",
      "The gateway does not serve this interaction; /fhir/metadata lists them.",
    );
  };
}

export function unknownRoute(c: Context<GatewayEnv>): Response {
  return answerError(new EdgeError("operation-unknown", "There is nothing here; the FHIR base is /fhir."), c);
}
