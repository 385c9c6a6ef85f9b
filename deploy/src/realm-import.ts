import type { IssuerConfig, RoleMapping } from "@aarohan/access";
import { ConfigError } from "@aarohan/settings";
import type { Environment } from "./environment.ts";

/** What Keycloak's "Partial import" takes: what is already there stays as it is. */
export interface RealmImport {
  readonly ifResourceExists: "SKIP";
  readonly roles: { readonly realm: readonly { readonly name: string }[] };
  readonly clients: readonly RealmClient[];
  /** Accounts of the programs: a partial import does not make them by itself. */
  readonly users: readonly ServiceAccount[];
}

interface ServiceAccount {
  readonly username: string;
  readonly enabled: true;
  readonly serviceAccountClientId: string;
  readonly realmRoles: readonly string[];
}

interface RealmClient {
  readonly clientId: string;
  readonly standardFlowEnabled: boolean;
  readonly serviceAccountsEnabled: boolean;
  readonly directAccessGrantsEnabled: false;
  readonly redirectUris: readonly string[];
  readonly attributes: Readonly<Record<string, string>>;
  readonly protocolMappers: readonly object[];
}

/** A program of a data analyst, to begin with. */
const ANALYST = "data-analyst";

/**
 * Roles and clients that an environment's settings name: the client by which people sign in, the gateway as a client of
 * the programme's server, and one for a program of a data analyst. Secrets are Keycloak's to make.
 */
export function realmImport({ host, settings }: Environment): RealmImport {
  const issuers: readonly IssuerConfig[] = JSON.parse(settings.OIDC_ISSUERS ?? "[]");
  const [audience] = issuers[0]?.audiences ?? [];
  if (audience === undefined) throw new ConfigError("OIDC_ISSUERS", "names no audience");
  if (host === "") throw new ConfigError("host", "is needed: people are led back to it");
  const mappings: readonly RoleMapping[] = JSON.parse(settings.ROLE_MAPPINGS ?? "[]");
  const upstream = settings.UPSTREAM_CLIENT_ID ? [settings.UPSTREAM_CLIENT_ID] : [];
  const signIn = settings.OIDC_CLIENT_ID ? [settings.OIDC_CLIENT_ID] : [];
  return {
    ifResourceExists: "SKIP",
    roles: { realm: rolesOf(mappings).map((name) => ({ name })) },
    clients: [
      ...signIn.map((client) => signInClient(client, host, audience)),
      ...[...upstream, ANALYST].map((client) => programClient(client, audience)),
    ],
    users: [
      ...upstream.map((client) => serviceAccount(client, [])),
      serviceAccount(ANALYST, rolesOf(mappings.filter(({ role }) => role === "data-analyst"))),
    ],
  };
}

function rolesOf(mappings: readonly RoleMapping[]): string[] {
  return [...new Set(mappings.flatMap(({ realmRole }) => realmRole ?? []))];
}

/** Authorization code with PKCE (RFC 7636); back to the gateway's host alone. */
function signInClient(clientId: string, host: string, audience: string): RealmClient {
  return {
    clientId,
    standardFlowEnabled: true,
    serviceAccountsEnabled: false,
    directAccessGrantsEnabled: false,
    redirectUris: [`https://${host}/auth/callback`],
    attributes: {
      "pkce.code.challenge.method": "S256",
      "post.logout.redirect.uris": `https://${host}/`,
    },
    protocolMappers: [audienceMapper(audience)],
  };
}

/** Client credentials (RFC 6749 §4.4). */
function programClient(clientId: string, audience: string): RealmClient {
  return {
    clientId,
    standardFlowEnabled: false,
    serviceAccountsEnabled: true,
    directAccessGrantsEnabled: false,
    redirectUris: [],
    attributes: {},
    protocolMappers: [audienceMapper(audience)],
  };
}

function serviceAccount(client: string, realmRoles: readonly string[]): ServiceAccount {
  return {
    username: `service-account-${client}`,
    enabled: true,
    serviceAccountClientId: client,
    realmRoles,
  };
}

function audienceMapper(audience: string): object {
  return {
    name: "audience",
    protocol: "openid-connect",
    protocolMapper: "oidc-audience-mapper",
    config: { "included.custom.audience": audience, "access.token.claim": "true" },
  };
}
