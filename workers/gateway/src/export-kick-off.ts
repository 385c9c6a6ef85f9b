import { EdgeError, type ExportSummary } from "@aarohan/contract";
import {
  EXPORT_PARAMETERS,
  type ExportLevel,
  type ExportOrder,
  type ExportRequest,
  policyNameOf,
  readExportRequest,
  type TypeFilter,
} from "@aarohan/export";
import { negotiate } from "@aarohan/fhir";
import { assertExports, type ExportView, exportViewFor } from "@aarohan/programme";
import type { Context, Handler } from "hono";
import { baseUrl } from "./address.ts";
import { askedPatients } from "./asked-patients.ts";
import type { Caller } from "./caller.ts";
import { exportedTypes } from "./export-types.ts";
import type { GatewayEnv } from "./gateway-env.ts";
import { assertAggregates } from "./indicator-access.ts";
import { MANY, type OperationParameter, PERHAPS, parameter } from "./operation-parameter.ts";
import { relativeReferences, withRelativeReferences } from "./own-reference.ts";
import { readFurtherParameters } from "./parameters-body.ts";
import { handlingOf, readPreferences } from "./prefer.ts";
import { denominatorsOf } from "./programme-settings.ts";
import { upstreamCall } from "./upstream-call.ts";

/** Throws `export-unavailable` where the gateway has no access of its own, `role-not-served` for who has no rows. */
export function assertExporter({ principal, config }: Caller): void {
  if (config.programme.upstream.credentials.kind === "forward") {
    throw new EdgeError(
      "export-unavailable",
      "Exports need the gateway's own access to the programme's server.",
    );
  }
  assertExports(principal);
}

/** What a kick-off at this level takes. */
export function kickOffParametersOf(kind: ExportLevel["kind"]): readonly OperationParameter[] {
  return EXPORT_PARAMETERS.filter(({ levels }) => levels.some((level) => level === kind)).map(
    ({ name, type, repeats }) => parameter(repeats ? MANY : PERHAPS, name, type),
  );
}

/** A list of patients may be long. */
const MOST_BODY_BYTES = 1024 * 1024;

/**
 * `$export` at the level of the system, of Patient or of a Group (FHIR Bulk Data Access, kick-off request): GET or POST,
 * parameters in the query or in a Parameters body. 202 with `Content-Location`; the job is in nobody else's list.
 */
export function kickOff(kind: ExportLevel["kind"]): Handler<GatewayEnv> {
  return async function kickOff(c) {
    const { programme } = c.get("services");
    const handling = readHandling(c);
    const { parameters, hasBody } = await readParameters(c);
    const principal = c.get("principal");
    const view = await exportViewFor(programme, principal, upstreamCall(c));
    const names = [...new Set(parameters.map(([name]) => name))].sort();
    c.get("record").describe({ interaction: "operation", parameters: names, policy: view.policy });
    const level: ExportLevel = kind === "group" ? { kind, id: c.req.param("id") ?? "" } : { kind };
    const read = readExportRequest({
      level,
      parameters: parameters.map(([name, value]) => [
        name,
        name === "patient" ? relativeReferences(c, value) : value,
      ]),
      handling,
      now: Date.now(),
    });
    const asked = { ...read, typeFilters: read.typeFilters.map((filter) => relativeFilter(c, filter)) };
    const { types, request: typed } = exportedTypes(withNotices(asked, view), view, () =>
      assertAggregates(c.get("principal"), "MeasureReport"),
    );
    const { patients, request } = await askedPatients(c, typed, view);
    const order: ExportOrder = {
      id: crypto.randomUUID(),
      principal,
      request,
      requestUrl: requestUrl(c),
      hasBody,
      types,
      policy: view.policy,
      keyId: programme.keyId,
      created: Date.now(),
      denominators: await denominatorsOf(c, principal.tenant),
    };
    await start(c, order, patients);
    return accepted(c, order);
  };
}

/** Throws where the client asks for an answer that is not given: at once, or in another format than FHIR JSON. */
function readHandling(c: Context<GatewayEnv>): "strict" | "lenient" {
  const { strictPrefer } = c.get("services").config;
  const accept = c.req.header("Accept");
  const prefer = c.req.header("Prefer");
  if (accept !== undefined && negotiate({ accept }) !== "json") {
    throw new EdgeError(
      "not-acceptable",
      "The kick-off is answered in application/fhir+json; files come in _outputFormat.",
      {
        parameter: "Accept",
      },
    );
  }
  if (strictPrefer && accept === undefined) throw preferred("Accept", "application/fhir+json");
  const preferences = readPreferences(prefer);
  // Who says how parameters are handled has not yet said how the export is to be answered.
  const isOther = [...preferences.keys()].some((name) => name !== "handling");
  if ((isOther || strictPrefer) && !preferences.has("respond-async")) {
    throw preferred("Prefer", "respond-async");
  }
  return handlingOf(preferences);
}

function preferred(header: string, value: string): EdgeError {
  return new EdgeError("parameter-invalid", `An export is asked for with ${header}: ${value}.`, {
    parameter: header,
  });
}

/** Of the query, then of the body: `GET` may have one, too, as the export guide's curl line does. */
async function readParameters(
  c: Context<GatewayEnv>,
): Promise<{ readonly parameters: [string, string][]; readonly hasBody: boolean }> {
  const query = [...new URL(c.req.url).searchParams].filter(
    ([name, value]) => name !== "_format" || negotiate({ format: value }) !== "json",
  );
  const further = await readFurtherParameters(c, MOST_BODY_BYTES);
  return { parameters: [...query, ...further], hasBody: further.length > 0 };
}

function relativeFilter(c: Context<GatewayEnv>, { type, search }: TypeFilter): TypeFilter {
  const pairs = withRelativeReferences(c, type, [...new URLSearchParams(search)]);
  return { type, search: new URLSearchParams(pairs).toString() };
}

/** Times are cut to what is shown: the manifest says so. */
function withNotices(request: ExportRequest, view: ExportView): ExportRequest {
  const isCut = [request.since, request.until].some(
    (instant) => instant !== undefined && view.shownInstant(instant) !== instant,
  );
  if (!isCut) return request;
  const notice = "_since and _until count from the begin of their day: anonymised data show no times.";
  return { ...request, notices: [notice] };
}

async function start(
  c: Context<GatewayEnv>,
  order: ExportOrder,
  patients: readonly string[] | undefined,
): Promise<void> {
  const desk = c.env.EXPORT_DESK.getByName(order.principal.userKey);
  const summary: ExportSummary = {
    id: order.id,
    state: "queued",
    created: order.created,
    level: order.request.level.kind,
    format: order.request.format,
    role: order.principal.role,
    policyName: policyNameOf(order),
    clientId: order.principal.clientId,
    recipient: order.principal.recipient,
    types: order.types,
    requestUrl: order.requestUrl,
    hasBody: order.hasBody,
    percent: 0,
    resources: 0,
    files: 0,
    bytes: 0,
  };
  const reservation = await desk.reserve({ summary, keyId: order.keyId }, order.request.since);
  if (reservation.kind === "limited") {
    throw new EdgeError("export-limited", "This hour's export is used up: wait, then repeat.", {
      retryAfterSeconds: reservation.retryAfterSeconds,
    });
  }
  if (reservation.kind === "key-changed") {
    throw new EdgeError(
      "pseudonym-key-changed",
      "Pseudonyms have had a new key, policy or recipient since that export: changes would not fit to it. Export everything once, without _since.",
      { parameter: "_since" },
    );
  }
  try {
    await c.env.EXPORT_JOB.getByName(order.id).start(order, patients);
  } catch (error) {
    await desk.release(order.id);
    throw error;
  }
}

function requestUrl(c: Context<GatewayEnv>): string {
  const { pathname, search } = new URL(c.req.url);
  return `${new URL(baseUrl(c)).origin}${pathname}${search}`;
}

function accepted(c: Context<GatewayEnv>, { id, request }: ExportOrder): Response {
  const location = `${baseUrl(c)}/$export-poll-status?job=${id}`;
  c.header("Content-Location", location);
  c.header("Content-Type", "application/fhir+json; charset=utf-8");
  if (request.handling === "lenient") c.header("Preference-Applied", "handling=lenient");
  const diagnostics = `The export goes on by itself; its state is at ${location}`;
  return c.body(
    JSON.stringify({
      resourceType: "OperationOutcome",
      issue: [{ severity: "information", code: "informational", diagnostics }],
    }),
    202,
  );
}
