import { challenge } from "@aarohan/access";
import { EdgeError } from "@aarohan/contract";
import { operationOutcome } from "@aarohan/fhir";
import type { Context, Handler } from "hono";
import { resourceType } from "./address.ts";
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
  if (error.status === 405) headers.set("Allow", error.allow.join(", "));
  if (error.retryAfterSeconds !== undefined) headers.set("Retry-After", String(error.retryAfterSeconds));
  return new Response(JSON.stringify(operationOutcome(error)), { status: error.status, headers });
}

function fault(thrown: unknown, requestId: string): EdgeError {
  logFault(requestId, thrown);
  return new EdgeError("internal", `The gateway failed; nothing was released. Request ${requestId}.`);
}

/** Another method than those that something has, which are told (RFC 9110 §15.5.6). */
export function refuseMethod(...allow: readonly string[]): Handler<GatewayEnv> {
  return function refuseMethod(c) {
    // Of a type that there is not, nothing has methods.
    if (c.req.param("type") !== undefined) resourceType(c);
    throw methodNotAllowed(allow);
  };
}

export function methodNotAllowed(allow: readonly string[]): EdgeError {
  // An answer has to have some, and what is shared with origins is told everywhere.
  const methods = allow.length === 0 ? ["OPTIONS"] : allow;
  return new EdgeError("method-not-allowed", `Methods that are served here: ${methods.join(", ")}.`, {
    allow: methods,
  });
}

/** What the FHIR interface does not serve: a clear refusal, recorded like every other request. */
export function refuse(): Handler<GatewayEnv> {
  return function refuse(c) {
    if (c.req.param("type") !== undefined) resourceType(c);
    // What is neither a search nor an operation would create, change, or be a batch.
    const isAsked = /\/(?:_search|\$[^/]*)$/.test(c.req.path) || ["GET", "HEAD"].includes(c.req.method);
    if (!isAsked) throw methodNotAllowed([]);
    throw new EdgeError(
      "operation-unknown",
      "The gateway does not serve this interaction; /fhir/metadata lists them.",
    );
  };
}

/** Versions (`_history`) are nobody's to see: what is current is all that anonymisation and consent have decided about. */
export function refuseHistory(): Handler<GatewayEnv> {
  return function refuseHistory(c) {
    if (c.req.param("type") !== undefined) resourceType(c);
    throw new EdgeError("operation-unknown", "The gateway does not serve versions: there is no _history.");
  };
}

export function unknownRoute(c: Context<GatewayEnv>): Response {
  return answerError(new EdgeError("operation-unknown", "There is nothing here; the FHIR base is /fhir."), c);
}
