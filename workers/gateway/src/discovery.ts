import type { SearchRules } from "@aarohan/deid";
import type { CapabilityStatement } from "@aarohan/fhir";
import { DEFAULT_TENANT } from "@aarohan/programme";
import type { Handler } from "hono";
import packageFile from "../package.json" with { type: "json" };
import { baseUrl } from "./address.ts";
import type { GatewayEnv } from "./gateway-env.ts";

/** Date of this description of the interface. */
const DESCRIBED = "2026-11-23";

type RestResource = NonNullable<NonNullable<CapabilityStatement["rest"]>[number]["resource"]>[number];

/** `GET /fhir/metadata` (FHIR R4 §3.1.0.8): what a data analyst may ask, from the rules that decide it. */
export function capabilityStatement(): Handler<GatewayEnv> {
  return function capabilityStatement(c) {
    const { plan, rules } = c.get("services").programme;
    const statement: CapabilityStatement = {
      resourceType: "CapabilityStatement",
      status: "active",
      date: DESCRIBED,
      kind: "instance",
      software: { name: "Aarohan Edge", version: packageFile.version },
      implementation: { description: "Export gateway of the Aarogya Aarohan programme", url: baseUrl(c) },
      instantiates: ["http://hl7.org/fhir/uv/bulkdata/CapabilityStatement/bulk-data"],
      fhirVersion: "4.0.1",
      format: ["application/fhir+json", "application/fhir+ndjson", "text/csv"],
      rest: [
        {
          mode: "server",
          documentation: "As a data analyst sees it: anonymised, and searched only by what is shown.",
          security: {
            cors: true,
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
          },
          resource: [
            ...[...plan.resources.keys()].map((type) => describedType(type, rules)),
            ...AGGREGATES,
            ...(plan.resources.has("Group") ? [] : [{ type: "Group" as const, ...exportOperation("Group") }]),
          ],
          operation: [{ name: "export", definition: `${BULK_DATA}/export` }],
        },
      ],
    };
    c.header("Content-Type", "application/fhir+json; charset=utf-8");
    c.header("Cache-Control", "public, max-age=300");
    return c.body(JSON.stringify(statement));
  };
}

const BULK_DATA = "http://hl7.org/fhir/uv/bulkdata/OperationDefinition";

/** The indicators: their definitions, and what they say. */
const AGGREGATES: readonly RestResource[] = [
  {
    type: "Measure",
    interaction: [{ code: "read" }, { code: "search-type" }],
    searchParam: [
      { name: "_id", type: "token" },
      { name: "name", type: "string" },
      { name: "title", type: "string" },
      { name: "url", type: "uri" },
    ],
    operation: [
      {
        name: "evaluate-measure",
        definition: "http://hl7.org/fhir/OperationDefinition/Measure-evaluate-measure",
        documentation: "Summaries; also stratifier, group, and filters as in searches of MeasureReport.",
      },
    ],
  },
  {
    type: "MeasureReport",
    interaction: [{ code: "search-type" }],
    searchParam: [
      { name: "measure", type: "reference" },
      { name: "period", type: "date" },
      ...["state", "district", "setting", "sex", "age-band", "tobacco", "stratifier", "group", "release"].map(
        (name) => ({
          name,
          type: "token" as const,
          documentation: "Defined by this gateway: docs/aggregates.md.",
        }),
      ),
    ],
  },
];

/** Bulk exports of patients and of Groups of them stand at these types. */
function exportOperation(type: string): Pick<RestResource, "operation"> {
  if (type !== "Patient" && type !== "Group") return {};
  return { operation: [{ name: "export", definition: `${BULK_DATA}/${type.toLowerCase()}-export` }] };
}

function describedType(type: string, rules: SearchRules): RestResource {
  const { include, revinclude } = rules.includesOf(type);
  return {
    type: type as RestResource["type"],
    interaction: [{ code: "read" }, { code: "search-type" }],
    versioning: "no-version",
    ...exportOperation(type),
    // FHIR has no empty lists.
    ...(include.length === 0 ? {} : { searchInclude: [...include] }),
    ...(revinclude.length === 0 ? {} : { searchRevInclude: [...revinclude] }),
    searchParam: rules.parametersOf(type).map(({ name, type: kind }) => ({
      name,
      type: kind as "token" | "date" | "reference" | "string",
    })),
  };
}

/** `/.well-known/smart-configuration` (SMART App Launch 2.2 §Conformance): where tokens come from. */
export function smartConfiguration(): Handler<GatewayEnv> {
  return function smartConfiguration(c) {
    const [issuer] = c.get("services").config.issuers;
    c.header("Cache-Control", "public, max-age=300");
    return c.json({
      issuer: issuer?.issuer,
      jwks_uri: issuer?.jwksUri,
      authorization_endpoint: issuer?.authorizationEndpoint,
      token_endpoint: issuer?.tokenEndpoint,
      grant_types_supported: ["authorization_code", "client_credentials"],
      code_challenge_methods_supported: ["S256"],
      capabilities: ["client-confidential-symmetric", "permission-v2"],
    });
  };
}

/** How long the upstream's state is believed, in milliseconds. */
const STATUS_MILLISECONDS = 15_000;
let lastSeen: { readonly at: number; readonly reachable: boolean } | undefined;

/** `GET /status`: for monitors and the page. Open to all, so the upstream is asked every 15 s at most. */
export function status(): Handler<GatewayEnv> {
  return async function status(c) {
    if (lastSeen === undefined || Date.now() - lastSeen.at > STATUS_MILLISECONDS) {
      const reachable = await c
        .get("services")
        .programme.tenant(DEFAULT_TENANT)
        .upstream.isReachable({ requestId: c.get("requestId") });
      lastSeen = { at: Date.now(), reachable };
    }
    return c.json({
      status: lastSeen.reachable ? "ok" : "degraded",
      version: packageFile.version,
      upstream: lastSeen.reachable ? "reachable" : "unreachable",
    });
  };
}
