import { reportParameters } from "@aarohan/reports";
import type { Context, Handler, MiddlewareHandler } from "hono";
import { assertAuditor, VERDICT, VERIFIED_DAYS, verifyAudit } from "./audit-trail.ts";
import { assertAdministrator, type Caller, callerOf } from "./caller.ts";
import { dataDictionary } from "./data-dictionary.ts";
import {
  DENIED_USER,
  DENIED_USERS,
  deniedAccess,
  denyAccess,
  RESTORED_USER,
  restoreAccess,
} from "./denied-access.ts";
import { EXPORT_JOBS, exportJobs } from "./export-jobs.ts";
import { assertExporter, kickOff, kickOffParametersOf } from "./export-kick-off.ts";
import { cancelExport, exportStatus, POLLED_JOB } from "./export-status.ts";
import { methodNotAllowed } from "./failure.ts";
import type { GatewayEnv } from "./gateway-env.ts";
import { assertAggregates } from "./indicator-access.ts";
import { COUNTING, indicatorState, RELEASES, recountIndicators, releases } from "./indicator-state.ts";
import { evaluateMeasure } from "./measure-reports.ts";
import { MANY, ONE, type OperationParameter, PERHAPS, parameter } from "./operation-parameter.ts";
import { changeSettings, readSettings, SHOWN_SETTINGS } from "./programme-settings-route.ts";
import { SETTINGS } from "./settings-parameters.ts";
import { LIMITS, userLimits } from "./user-limits.ts";

/** An operation of the gateway: where it is called, who may, and what its OperationDefinition says. */
export interface ServedOperation {
  /** Of its OperationDefinition. */
  readonly id: string;
  /** Its name behind `$`. */
  readonly code: string;
  readonly levels: readonly ("system" | "type" | "instance")[];
  /** The type that it is called on; `undefined` at the level of the system, and for every type that is served. */
  readonly type?: string;
  readonly handlers: Partial<Record<"GET" | "POST" | "DELETE", Handler<GatewayEnv>>>;
  /** Throws where the caller may not call it. */
  assertServed(caller: Caller): void;
  readonly title: string;
  readonly description: string;
  /** Whether calling it changes anything but the audit trail and the limits. */
  readonly affectsState: boolean;
  /** Canonical URL of the definition that it follows. */
  readonly follows?: string;
  /** What this caller may send. */
  in(caller: Caller): readonly OperationParameter[];
  readonly out: readonly OperationParameter[];
}

const BULK_DATA = "http://hl7.org/fhir/uv/bulkdata/OperationDefinition";
const NOTHING = () => [];
const EVERYBODY = () => undefined;
const ACCEPTED = [parameter(ONE, "return", "OperationOutcome", "202, with Content-Location.")];

export const OPERATIONS: readonly ServedOperation[] = [
  {
    id: "export",
    code: "export",
    levels: ["system"],
    handlers: { GET: kickOff("system"), POST: kickOff("system") },
    assertServed: assertExporter,
    title: "Bulk export",
    description: "Orders an export of all that the caller may have (FHIR Bulk Data Access).",
    affectsState: true,
    follows: `${BULK_DATA}/export`,
    in: () => kickOffParametersOf("system"),
    out: ACCEPTED,
  },
  {
    id: "patient-export",
    code: "export",
    levels: ["type"],
    type: "Patient",
    handlers: { GET: kickOff("patient"), POST: kickOff("patient") },
    assertServed: assertExporter,
    title: "Bulk export of patients",
    description: "Orders an export of what can be searched by patient (FHIR Bulk Data Access).",
    affectsState: true,
    follows: `${BULK_DATA}/patient-export`,
    in: () => kickOffParametersOf("patient"),
    out: ACCEPTED,
  },
  {
    id: "group-export",
    code: "export",
    levels: ["instance"],
    type: "Group",
    handlers: { GET: kickOff("group"), POST: kickOff("group") },
    assertServed: assertExporter,
    title: "Bulk export of a Group",
    description:
      "Orders an export of the members that the Group has when it is ordered (FHIR Bulk Data Access).",
    affectsState: true,
    follows: `${BULK_DATA}/group-export`,
    in: () => kickOffParametersOf("group"),
    out: ACCEPTED,
  },
  {
    id: "export-poll-status",
    code: "export-poll-status",
    levels: ["system"],
    handlers: { GET: exportStatus(), DELETE: cancelExport() },
    assertServed: EVERYBODY,
    title: "State of an export",
    description:
      "202 with X-Progress and Retry-After, or 200 with the manifest; DELETE stops the export and removes its files.",
    affectsState: false,
    in: () => POLLED_JOB,
    out: [parameter(PERHAPS, "return", "Binary", "The manifest, as application/json.")],
  },
  {
    id: "export-jobs",
    code: "export-jobs",
    levels: ["system"],
    handlers: { GET: exportJobs() },
    assertServed: EVERYBODY,
    title: "The caller's exports",
    description: "Exports of the last 30 days, the newest first.",
    affectsState: false,
    in: NOTHING,
    out: EXPORT_JOBS,
  },
  {
    id: "limits",
    code: "limits",
    levels: ["system"],
    handlers: { GET: userLimits() },
    assertServed: EVERYBODY,
    title: "The caller's limits",
    description: "What is left of requests, exports and downloads.",
    affectsState: false,
    in: NOTHING,
    out: LIMITS,
  },
  {
    id: "settings",
    code: "settings",
    levels: ["system"],
    handlers: { GET: readSettings() },
    assertServed: assertAdministrator,
    title: "Settings",
    description: "What administrators may change, with its version as ETag, and what arrives by deployment.",
    affectsState: false,
    in: NOTHING,
    out: SHOWN_SETTINGS,
  },
  {
    id: "settings-change",
    code: "settings",
    levels: ["system"],
    handlers: { POST: changeSettings() },
    assertServed: assertAdministrator,
    title: "Change of settings",
    description: "The whole of what may be changed, in the place of what was there; If-Match has its ETag.",
    affectsState: true,
    in: () => SETTINGS,
    out: SHOWN_SETTINGS,
  },
  {
    id: "denied-access",
    code: "denied-access",
    levels: ["system"],
    handlers: { GET: deniedAccess() },
    assertServed: assertAdministrator,
    title: "Users without access",
    description: "Who is denied access.",
    affectsState: false,
    in: NOTHING,
    out: DENIED_USERS,
  },
  {
    id: "deny-access",
    code: "deny-access",
    levels: ["system"],
    handlers: { POST: denyAccess() },
    assertServed: assertAdministrator,
    title: "Denial of access",
    description: "From the next request on the user's tokens are refused, whatever their expiry.",
    affectsState: true,
    in: () => DENIED_USER,
    out: DENIED_USERS,
  },
  {
    id: "restore-access",
    code: "restore-access",
    levels: ["system"],
    handlers: { POST: restoreAccess() },
    assertServed: assertAdministrator,
    title: "Access again",
    description: "Takes a denial back.",
    affectsState: true,
    in: () => RESTORED_USER,
    out: DENIED_USERS,
  },
  {
    id: "audit-verify",
    code: "verify",
    levels: ["type"],
    type: "AuditEvent",
    handlers: { GET: verifyAudit() },
    assertServed: assertAuditor,
    title: "Whether the trail is whole",
    description: "Walks the chain of the days, and says what is missing or changed.",
    affectsState: false,
    in: () => VERIFIED_DAYS,
    out: VERDICT,
  },
  {
    id: "evaluate-measure",
    code: "evaluate-measure",
    levels: ["type", "instance"],
    type: "Measure",
    handlers: { GET: evaluateMeasure(), POST: evaluateMeasure() },
    assertServed: ({ principal }) => assertAggregates(principal, "MeasureReport"),
    title: "Evaluation of a Measure",
    description: "A summary report, with stratifiers; for viewers of the release in force.",
    affectsState: false,
    follows: "http://hl7.org/fhir/OperationDefinition/Measure-evaluate-measure",
    in: ({ principal }) => evaluationParameters(principal.role === "system-administrator"),
    out: [parameter(ONE, "return", "MeasureReport")],
  },
  {
    id: "counting",
    code: "counting",
    levels: ["type"],
    type: "Measure",
    handlers: { GET: indicatorState() },
    assertServed: assertAdministrator,
    title: "State of the counting",
    description: "Up to when the indicators are counted, and what the last check found.",
    affectsState: false,
    in: NOTHING,
    out: COUNTING,
  },
  {
    id: "recount",
    code: "recount",
    levels: ["type"],
    type: "Measure",
    handlers: { POST: recountIndicators() },
    assertServed: assertAdministrator,
    title: "Counting anew",
    description: "Everything is read and counted anew, beside what answers until then (202).",
    affectsState: true,
    in: NOTHING,
    out: COUNTING,
  },
  {
    id: "releases",
    code: "releases",
    levels: ["type"],
    type: "MeasureReport",
    handlers: { GET: releases() },
    assertServed: assertAdministrator,
    title: "Releases",
    description: "The release in force, what it has, and when the next one is made.",
    affectsState: false,
    in: NOTHING,
    out: RELEASES,
  },
  {
    id: "data-dictionary",
    code: "data-dictionary",
    levels: ["type"],
    handlers: { GET: dataDictionary() },
    // Of a type that the caller may search; it asks that itself.
    assertServed: EVERYBODY,
    title: "Data dictionary",
    description: "The columns of the type's CSV, as this caller gets it (W3C CSV on the Web).",
    affectsState: false,
    in: NOTHING,
    out: [parameter(ONE, "return", "Binary", "As application/csvm+json.")],
  },
];

/** Paths of an operation, as routes have them. */
export function pathsOf({ code, levels, type = ":type" }: ServedOperation): string[] {
  const places = { system: "", type: `/${type}`, instance: `/${type}/:id` };
  return levels.map((level) => `/fhir${places[level]}/$${code}`);
}

/** Methods of what is called at the path. HEAD changes nothing (RFC 9110 §9.2.1): it goes with a GET that does not, either. */
export function methodsAt(path: string): string[] {
  return OPERATIONS.filter((operation) => pathsOf(operation).includes(path)).flatMap(
    ({ handlers, affectsState }) =>
      Object.keys(handlers).flatMap((method) =>
        method === "GET" && !affectsState ? ["GET", "HEAD"] : [method],
      ),
  );
}

/** Before the operation itself: the trail knows that it was asked for, and who may not is refused. */
export function admit(operation: ServedOperation, methods: readonly string[]): MiddlewareHandler<GatewayEnv> {
  const { type, assertServed } = operation;
  return async function admit(c: Context<GatewayEnv>, next) {
    c.get("record").describe({
      interaction: "operation",
      ...(type === undefined ? {} : { resourceType: type }),
    });
    if (!methods.includes(c.req.method)) throw methodNotAllowed(methods);
    assertServed(callerOf(c));
    await next();
  };
}

function evaluationParameters(mayFilterOrganisation: boolean): OperationParameter[] {
  return reportParameters(mayFilterOrganisation).map(({ name, type, description }) =>
    parameter(name === "period" ? MANY : PERHAPS, name, OPERATION_TYPES[type], description),
  );
}

/** Types of search parameters are none of parameters. */
const OPERATION_TYPES = { reference: "string", date: "date", string: "string", token: "code" } as const;
