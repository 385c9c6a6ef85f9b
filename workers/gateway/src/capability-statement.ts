import {
  DEFAULT_PAGE_SIZE,
  DOWNLOAD_BYTES_PER_MINUTE,
  MAXIMUM_PAGE_SIZE,
  REQUESTS_PER_MINUTE,
  type Role,
} from "@aarohan/contract";
import { type CapabilityStatement, type DescribedType, MEDIA_TYPES } from "@aarohan/fhir";
import type { Context, Handler } from "hono";
import packageFile from "../package.json" with { type: "json" };
import { baseUrl } from "./address.ts";
import { type Caller, describedCaller, isKnown } from "./caller.ts";
import type { Config } from "./config.ts";
import { type DescribedInterface, describedInterface, operationsOn } from "./described-interface.ts";
import type { GatewayEnv } from "./gateway-env.ts";
import { assertJson } from "./json-only.ts";
import { DESCRIBED, operationUrl } from "./operation-definition.ts";
import type { ServedOperation } from "./operations.ts";
import { searchParameterId, searchParameterUrl } from "./search-parameter-definition.ts";
import { CONTROLS } from "./search-request.ts";
import { upstreamCall } from "./upstream-call.ts";

type Rest = NonNullable<CapabilityStatement["rest"]>[number];
type RestResource = NonNullable<Rest["resource"]>[number];
type RestOperation = NonNullable<Rest["operation"]>[number];

/** How each role sees the data, in words. */
const SEEN: Readonly<Record<Role, string>> = {
  viewer: "As a viewer sees it: released aggregates, and no rows.",
  "data-analyst": "As a data analyst sees it: anonymised, and searched only by what is shown.",
  "healthcare-provider": "As a healthcare provider sees it: the patients whom the token authorises.",
  "system-administrator":
    "As a system administrator sees it: everything that the programme's server answers.",
};

/**
 * `GET /fhir/metadata` (FHIR R4 §3.1.0.8): what whoever asks may ask, from the tables and rules that decide it; for who sends
 * no token, what a data analyst may.
 */
export function capabilityStatement(): Handler<GatewayEnv> {
  return async function capabilityStatement(c) {
    c.get("record").describe({ interaction: "capabilities" });
    assertJson(c);
    const caller = await describedCaller(c);
    const described = await describedInterface(caller, upstreamCall(c));
    c.header("Content-Type", "application/fhir+json; charset=utf-8");
    if (!isKnown(c)) c.header("Cache-Control", "public, max-age=300");
    return c.body(JSON.stringify(statementOf(c, caller, described, await limitsOf(c, caller))));
  };
}

function statementOf(
  c: Context<GatewayEnv>,
  caller: Caller,
  described: DescribedInterface,
  limits: string,
): CapabilityStatement {
  const base = baseUrl(c);
  const onSystem = described.operations.filter(({ levels }) => levels.includes("system"));
  return {
    resourceType: "CapabilityStatement",
    status: "active",
    date: DESCRIBED,
    publisher: "Aarogya Aarohan",
    kind: "instance",
    software: { name: "Aarohan Edge", version: packageFile.version },
    implementation: { description: "Export gateway of the Aarogya Aarohan programme", url: base },
    instantiates: ["http://hl7.org/fhir/uv/bulkdata/CapabilityStatement/bulk-data"],
    fhirVersion: "4.0.1",
    format: Object.values(MEDIA_TYPES).map((type) => type.split(";")[0] ?? type),
    rest: [
      {
        mode: "server",
        documentation: `${SEEN[caller.principal.role]} ${limits}`,
        security: securityOf(caller.config),
        resource: described.types.map((type) => resourceOf(type, described, caller, base)),
        operation: onSystem.map((operation) => operationOf(operation, base)),
      },
    ],
  };
}

/** How many exports an hour is a setting of the exporter's: a desk tells it, whosesoever. */
async function limitsOf(c: Context<GatewayEnv>, { principal }: Caller): Promise<string> {
  const { most } = await c.env.EXPORT_DESK.getByName(principal.userKey || "nobody").standing();
  return limitsWith(most === 1 ? "1 export an hour" : `${most} exports an hour`);
}

function limitsWith(exports: string): string {
  return [
    `${REQUESTS_PER_MINUTE} requests in any minute, ${exports} and`,
    `${DOWNLOAD_BYTES_PER_MINUTE} bytes of files a minute per user ($limits tells what is left).`,
    `Pages hold ${DEFAULT_PAGE_SIZE} resources unless _count asks for another number, ${MAXIMUM_PAGE_SIZE} at most.`,
    `Searches of rows also take ${CONTROLS.filter((name) => name !== "_page").join(", ")}, _sort, _include and _revinclude;`,
    "GET and POST _search take the same. Every request is recorded as an AuditEvent.",
    "Beside FHIR there are /files (files of exports), /embed (published reports) and /status.",
  ].join(" ");
}

const OAUTH_URIS = "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris";

/** Where tokens come from (SMART App Launch §Conformance), as `.well-known/smart-configuration` says it. */
function securityOf({ issuers, allowedOrigins }: Config): NonNullable<Rest["security"]> {
  const [issuer] = issuers;
  const uris = [
    ["token", issuer?.tokenEndpoint],
    ["authorize", issuer?.authorizationEndpoint],
  ].flatMap(([url = "", valueUri]) => (valueUri === undefined ? [] : [{ url, valueUri }]));
  return {
    ...(uris.length === 0 ? {} : { extension: [{ url: OAUTH_URIS, extension: uris }] }),
    cors: allowedOrigins.length > 0,
    service: [
      {
        coding: [
          {
            system: "http://terminology.hl7.org/CodeSystem/restful-security-service",
            code: "SMART-on-FHIR",
          },
        ],
      },
    ],
    description: "A bearer token (RFC 6750) of a configured issuer, by the Authorization header.",
  };
}

function resourceOf(
  described: DescribedType,
  all: DescribedInterface,
  caller: Caller,
  base: string,
): RestResource {
  const { type, interactions, parameters, include, revinclude, sorts = [] } = described;
  const operations = operationsOn(described, all, caller);
  // FHIR has no empty lists.
  return {
    type: type as RestResource["type"],
    ...(sorts.length === 0 ? {} : { documentation: `_sort takes ${sorts.join(", ")}.` }),
    ...(interactions.length === 0 ? {} : { interaction: interactions.map((code) => ({ code })) }),
    versioning: "no-version",
    ...(include.length === 0 ? {} : { searchInclude: [...include] }),
    ...(revinclude.length === 0 ? {} : { searchRevInclude: [...revinclude] }),
    ...(parameters.length === 0 ? {} : { searchParam: searchParametersOf(described, base) }),
    ...(operations.length === 0
      ? {}
      : { operation: operations.map((operation) => operationOf(operation, base)) }),
  };
}

function searchParametersOf({ type, parameters }: DescribedType, base: string): RestResource["searchParam"] {
  return parameters.map((parameter) => {
    const id = searchParameterId(type, parameter);
    return {
      name: parameter.name,
      ...(id === undefined ? {} : { definition: searchParameterUrl(base, id) }),
      type: parameter.type,
    };
  });
}

/** A client knows HL7's operations by HL7's definitions; ours says what of them is served. */
function operationOf(operation: ServedOperation, base: string): RestOperation {
  const { code, follows, title } = operation;
  const own = operationUrl(base, operation);
  if (follows === undefined) return { name: code, definition: own, documentation: title };
  return { name: code, definition: follows, documentation: `${title}: as served here, ${own}` };
}
