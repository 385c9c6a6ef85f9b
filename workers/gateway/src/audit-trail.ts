import { type AuditPage, type AuditQuery, type AuditVerdict, EdgeError } from "@aarohan/contract";
import { type AnyResource, isFhirId, type Json, parseSearchParameters } from "@aarohan/fhir";
import { formatPage, formatResource } from "@aarohan/pipeline";
import type { Context, Handler } from "hono";
import { baseUrl } from "./address.ts";
import { answer } from "./answer.ts";
import { auditQuery } from "./audit-query.ts";
import { type Caller, callerOf } from "./caller.ts";
import type { GatewayEnv } from "./gateway-env.ts";
import { MANY, ONE, type OperationParameter, PERHAPS, parameter, parts } from "./operation-parameter.ts";
import { nextPage, openPage, pageUrl, selfLink } from "./paging.ts";
import { readSearchRequest, type SearchRequest } from "./search-request.ts";

const TYPE = "AuditEvent";
const NOBODY: ReadonlySet<string> = new Set();

/** `GET /fhir/AuditEvent` for system administrators: the tenant's own trail, the newest first. */
export function searchAudit(): Handler<GatewayEnv> {
  return async function searchAudit(c) {
    const request = await auditRequest(c, "search-type");
    const asked = await askedOf(c, request);
    const found = await readTrail(() => trailOf(c).search(asked.query));
    const next =
      found.next === undefined
        ? undefined
        : await nextPage(c, TYPE, {
            place: { cursor: String(found.next), offset: 0 },
            started: 0,
            count: asked.query.count,
            format: asked.format,
            pretty: asked.pretty,
            search: asked.search,
          });
    const entries = found.events.map((event) => ({ resource: JSON.parse(event), mode: "match" as const }));
    const head = { self: asked.self, next, total: undefined, notices: [] };
    const { format, pretty } = asked;
    const chunks = formatPage({ entries }, head, { ...formatting(c), format, pretty });
    return answer(c, chunks, {
      format,
      resourceType: TYPE,
      next,
      resources: entries.length,
      withheld: 0,
      patients: NOBODY,
    });
  };
}

/** `GET /fhir/AuditEvent/{id}`: the id is that of the request, `X-Request-Id`. */
export function readAudit(): Handler<GatewayEnv> {
  return async function readAudit(c) {
    const { format, pretty, parameters } = await auditRequest(c, "read");
    const [other] = parameters;
    if (other !== undefined) {
      throw new EdgeError("parameter-unknown", "A read takes _format and _pretty only.", {
        parameter: other.name,
      });
    }
    const requestId = c.req.param("id") ?? "";
    const event = isFhirId(requestId) ? await readTrail(() => eventOf(trailOf(c), requestId)) : undefined;
    if (event === undefined) throw new EdgeError("resource-not-found", "There is no such AuditEvent.");
    const chunks = formatResource(JSON.parse(event), { ...formatting(c), format, pretty });
    return answer(c, chunks, {
      format,
      resourceType: TYPE,
      next: undefined,
      resources: 1,
      withheld: 0,
      patients: NOBODY,
    });
  };
}

/** The event of a request, over as many pages as it takes: one reads some of the older days, and may be empty before the last. */
export async function eventOf(
  trail: { search(query: AuditQuery): Promise<AuditPage> },
  requestId: string,
): Promise<string | undefined> {
  let page = await trail.search({ requestId, count: 1 });
  while (page.events.length === 0 && page.next !== undefined) {
    page = await trail.search({ requestId, count: 1, before: page.next });
  }
  return page.events[0];
}

export const VERIFIED_DAYS: readonly OperationParameter[] = [
  parameter(PERHAPS, "from", "date"),
  parameter(PERHAPS, "until", "date"),
];

export const VERDICT: readonly OperationParameter[] = [
  parameter(
    PERHAPS,
    "whole",
    "boolean",
    "Whether nothing is missing, and nothing changed; without it that is so, but days are unread: ask from the first of them.",
  ),
  parts(MANY, "day", [
    parameter(ONE, "date", "date"),
    parameter(ONE, "entries", "unsignedInt"),
    parameter(ONE, "state", "code", "open, sealed, or unread."),
    parameter(PERHAPS, "head", "string"),
    parameter(MANY, "problem", "string"),
  ]),
];

/** `GET /fhir/AuditEvent/$verify?from=2026-11-01&until=2026-11-23`: walks the chain, and says what is missing or changed. */
export function verifyAudit(): Handler<GatewayEnv> {
  return async function verifyAudit(c) {
    const { format, pretty, parameters } = await auditRequest(c, "operation");
    const days: Record<string, string> = {};
    for (const { name, value } of parameters) {
      if (!VERIFIED_DAYS.some((one) => one.name === name)) {
        throw new EdgeError("parameter-unknown", "$verify takes from and until.", { parameter: name });
      }
      if (!/^\d{4}-\d\d-\d\d$/.test(value)) {
        throw new EdgeError("parameter-invalid", `${name} is a day: 2026-11-23.`, { parameter: name });
      }
      days[name] = value;
    }
    if (format !== "json")
      throw new EdgeError("not-acceptable", "$verify answers JSON.", { parameter: "_format" });
    const verdict = await readTrail(() => trailOf(c).verify(days.from, days.until));
    const chunks = formatResource(verdictParameters(verdict), { ...formatting(c), format, pretty });
    return answer(c, chunks, {
      format,
      resourceType: "Parameters",
      next: undefined,
      resources: 1,
      withheld: 0,
      patients: NOBODY,
    });
  };
}

/** Throws `resource-type-hidden` for everybody but system administrators, `scope-missing` where their token grants none. */
export function assertAuditor({ principal, view }: Caller, interaction: "read" | "search" = "search"): void {
  if (principal.role !== "system-administrator") {
    throw new EdgeError("resource-type-hidden", "AuditEvent is for system administrators only.");
  }
  view.assertType(TYPE, interaction);
}

function trailOf(c: Context<GatewayEnv>) {
  return c.env.AUDIT_TRAIL.getByName(c.get("principal").tenant);
}

/** Who may read the trail, and what was asked; both recorded, like every request. */
async function auditRequest(
  c: Context<GatewayEnv>,
  interaction: "search-type" | "read" | "operation",
): Promise<SearchRequest> {
  const known = { interaction, resourceType: TYPE };
  c.get("record").describe(known);
  assertAuditor(callerOf(c), interaction === "read" ? "read" : "search");
  const request = await readSearchRequest(c);
  c.get("record").describe({ ...known, parameters: request.names });
  if (request.elements !== undefined) {
    throw new EdgeError("parameter-unknown", "_elements is no parameter of the audit trail.", {
      parameter: "_elements",
    });
  }
  return request;
}

interface AskedPage extends Pick<SearchRequest, "format" | "pretty"> {
  readonly query: AuditQuery;
  readonly search: readonly (readonly [name: string, value: string])[];
  readonly self: string;
}

async function askedOf(c: Context<GatewayEnv>, request: SearchRequest): Promise<AskedPage> {
  const pseudonyms = c.get("services").programme.auditPseudonyms(c.get("principal").tenant);
  if (request.page !== undefined) {
    const { place, count, search, format, pretty } = await openPage(c, TYPE, request.page);
    const query = {
      ...auditQuery(parseSearchParameters(search), count, pseudonyms),
      before: Number(place.cursor),
    };
    return { query, search, format, pretty, self: pageUrl(c, TYPE, request.page) };
  }
  if (request.count === 0) {
    throw new EdgeError("parameter-invalid", "_count is a whole number from 1: the trail is not counted.", {
      parameter: "_count",
    });
  }
  const query = auditQuery(request.parameters, request.count, pseudonyms);
  const search = request.parameters.map(({ name, modifier, value }): [string, string] => [
    modifier === undefined ? name : `${name}:${modifier}`,
    value,
  ]);
  const { format, pretty } = request;
  return { query, search, format, pretty, self: selfLink(c, TYPE, search, request) };
}

function formatting(c: Context<GatewayEnv>) {
  return { resourceType: TYPE, audience: "identified" as const, answers: [], baseUrl: baseUrl(c) };
}

async function readTrail<T extends AuditPage | AuditVerdict | string | undefined>(
  read: () => Promise<T>,
): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    throw new EdgeError("audit-unavailable", "The audit trail cannot be read.", {
      cause,
      retryAfterSeconds: 5,
    });
  }
}

function verdictParameters({ days, whole }: AuditVerdict): AnyResource {
  const text = (name: string, valueString: string | undefined): Json[] =>
    valueString === undefined ? [] : [{ name, valueString }];
  return {
    resourceType: "Parameters",
    parameter: [
      ...(whole === undefined ? [] : [{ name: "whole", valueBoolean: whole }]),
      ...days.map(({ day, entries, head, state, problems }) => ({
        name: "day",
        part: [
          { name: "date", valueDate: day },
          { name: "entries", valueUnsignedInt: entries },
          { name: "state", valueCode: state },
          ...text("head", head),
          ...problems.flatMap((problem) => text("problem", problem)),
        ],
      })),
    ],
  };
}
