import { type Environment, environmentOf } from "../src/environment.ts";

const ISSUER = "https://sso.programme.in/realms/aarogya";

const FIELDS = {
  suffix: "-trial",
  host: "data.programme.in",
  bucketLocation: "apac",
  rateLimitNamespaceOffset: 7000,
  optionalSecrets: ["OIDC_CLIENT_SECRET"],
};

const SETTINGS = {
  UPSTREAM_BASE_URL: "https://fhir.programme.in/fhir",
  OIDC_ISSUERS: [{ issuer: ISSUER, jwksUri: `${ISSUER}/certs`, audiences: ["aarohan-edge"] }],
  OIDC_CLIENT_ID: "dashboard",
  ROLE_MAPPINGS: [{ role: "viewer", realmRole: "aarohan-viewer" }],
};

/** An environment that could be deployed, with what a test changes. */
export function environmentWith(
  settings: Readonly<Record<string, unknown>> = {},
  fields: Readonly<Record<string, unknown>> = {},
): Environment {
  return environmentOf("trial", { ...FIELDS, ...fields, settings: { ...SETTINGS, ...settings } });
}
