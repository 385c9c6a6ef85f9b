import { isRole, type Role } from "@aarohan/contract";

/** An OpenID Connect issuer whose access tokens are accepted. */
export interface IssuerConfig {
  /** Exactly as it stands in `iss`. */
  readonly issuer: string;
  readonly jwksUri: string;
  /** A token must be for one of these. */
  readonly audiences: readonly string[];
  /** Default: RS, PS and ES with SHA-256, 384 and 512, and EdDSA. Symmetric ones and `none` are refused here already. */
  readonly algorithms?: readonly string[];
  /** Default 30 (half a minute); at most 300. */
  readonly clockToleranceSeconds?: number;
  /** Refuses tokens that were issued longer ago, whatever their expiry. Default 86,400 (a day). */
  readonly maximumTokenAgeSeconds?: number;
  /** Claim that names the tenant. Default `partition_id`. */
  readonly tenantClaim?: string;
}

/** One way to hold a role: all conditions that are given must be met. */
export interface RoleMapping {
  readonly role: Role;
  /** In `realm_access.roles`. */
  readonly realmRole?: string;
  /** In `resource_access.<client>.roles`. */
  readonly clientRole?: { readonly client: string; readonly role: string };
  /** In `permission_argument`, e.g. `FHIR_READ_ALL_OF_TYPE/Patient`. */
  readonly permissionArgument?: string;
  /** In `scope`. */
  readonly scope?: string;
  /** For tokens of this issuer alone. */
  readonly issuer?: string;
}

/** A claim that says whose data a healthcare provider may see: patients' ids, their general practitioners' ids, or codes of a tag. */
export type AuthorisingClaim =
  | { readonly claim: string; readonly names: "patient" }
  | { readonly claim: string; readonly names: "generalPractitioner" }
  | { readonly claim: string; readonly names: "tag"; readonly system: string };

/** As the programme's tokens and tags name them, the narrowest first. */
export const DEFAULT_AUTHORISING_CLAIMS: readonly AuthorisingClaim[] = [
  { claim: "patient", names: "patient" },
  { claim: "practitioner_id", names: "tag", system: "https://smartregister.org/practitioner-tag-id" },
  { claim: "care_team_id", names: "tag", system: "https://smartregister.org/care-team-tag-id" },
  { claim: "location_id", names: "tag", system: "https://smartregister.org/location-tag-id" },
  { claim: "organisation_id", names: "tag", system: "https://smartregister.org/organisation-tag-id" },
];

export interface AccessConfig {
  readonly issuers: readonly IssuerConfig[];
  readonly roleMappings: readonly RoleMapping[];
  /** Client id, at any of the issuers → group of clients that receive the same pseudonyms. Default: each client by itself. */
  readonly recipients?: Readonly<Record<string, string>>;
  /** The first of these claims that a token carries says whose data it authorises. */
  readonly authorisingClaims?: readonly AuthorisingClaim[];
}

export const DEFAULT_ALGORITHMS = [
  "RS256",
  "RS384",
  "RS512",
  "PS256",
  "PS384",
  "PS512",
  "ES256",
  "ES384",
  "ES512",
  "EdDSA",
] as const;

const MOST_CLOCK_TOLERANCE_SECONDS = 300;
const MAPPING_CONDITIONS = ["realmRole", "clientRole", "permissionArgument", "scope"];
const MAPPING_SETTINGS = ["role", "issuer", ...MAPPING_CONDITIONS];

/**
 * Throws an Error that names the setting and the entry where a configuration would accept what it must not. It comes
 * from JSON, so that its shape is checked too: a misspelt condition would otherwise be one that every token meets.
 */
export function assertAccessConfig(config: AccessConfig): void {
  for (const [index, issuer] of config.issuers.entries()) {
    const problem = problemOfIssuer(issuer) ?? problemOfTimes(issuer);
    if (problem !== undefined) throw new Error(`OIDC_ISSUERS[${index}]: ${problem}`);
  }
  if (new Set(config.issuers.map(({ issuer }) => issuer)).size < config.issuers.length) {
    throw new Error("OIDC_ISSUERS: names an issuer twice");
  }
  for (const [index, claim] of (config.authorisingClaims ?? []).entries()) {
    const isTag = claim?.names === "tag" && isText(claim.system);
    const isId = claim?.names === "patient" || claim?.names === "generalPractitioner";
    if (!isText(claim?.claim) || !(isTag || isId)) {
      throw new Error(
        `AUTHORISING_CLAIMS[${index}]: is a claim that names patient, generalPractitioner, or tag with its system`,
      );
    }
  }
  for (const [index, mapping] of config.roleMappings.entries()) {
    const problem = problemOfMapping(mapping);
    if (problem !== undefined) throw new Error(`ROLE_MAPPINGS[${index}]: ${problem}`);
  }
}

function problemOfIssuer(config: IssuerConfig): string | undefined {
  if (!isObject(config)) return "is not an object";
  const { issuer, jwksUri, audiences, algorithms, tenantClaim } = config;
  if (!isText(issuer)) return "issuer is missing";
  if (!isText(jwksUri) || !/^https?:/.test(jwksUri) || !URL.canParse(jwksUri)) {
    return "jwksUri is not an absolute http or https URL";
  }
  if (!isTexts(audiences)) return "audiences is not a list with at least one audience";
  if (tenantClaim !== undefined && !isText(tenantClaim)) return "tenantClaim is not the name of a claim";
  if (algorithms === undefined) return undefined;
  const accepted = isTexts(algorithms) && algorithms.every(isAsymmetric);
  return accepted
    ? undefined
    : "algorithms names one that is not among the asymmetric ones that are accepted";
}

function problemOfTimes({ clockToleranceSeconds, maximumTokenAgeSeconds }: IssuerConfig): string | undefined {
  const tolerance = clockToleranceSeconds ?? 0;
  if (!Number.isInteger(tolerance) || tolerance < 0 || tolerance > MOST_CLOCK_TOLERANCE_SECONDS) {
    return `clockToleranceSeconds is not a whole number from 0 to ${MOST_CLOCK_TOLERANCE_SECONDS}`;
  }
  const age = maximumTokenAgeSeconds ?? 1;
  return Number.isInteger(age) && age > 0
    ? undefined
    : "maximumTokenAgeSeconds is not a whole number above 0";
}

function problemOfMapping(mapping: RoleMapping): string | undefined {
  if (!isObject(mapping)) return "is not an object";
  const { role, clientRole, realmRole, permissionArgument, scope, issuer } = mapping;
  const settings = Object.keys(mapping);
  if (!isRole(role)) return "role is none of the gateway's";
  if (!settings.every((name) => MAPPING_SETTINGS.includes(name))) return "has a setting that does not exist";
  if (!settings.some((name) => MAPPING_CONDITIONS.includes(name))) return "has no condition";
  if ("clientRole" in mapping && !(isText(clientRole?.client) && isText(clientRole?.role))) {
    return "clientRole does not name a client and a role";
  }
  const texts = { realmRole, permissionArgument, scope, issuer };
  const wrong = Object.entries(texts).find(([name, value]) => name in mapping && !isText(value));
  return wrong === undefined ? undefined : `${wrong[0]} is not a text`;
}

function isAsymmetric(algorithm: string): boolean {
  return DEFAULT_ALGORITHMS.some((known) => known === algorithm);
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0 && value.every(isText);
}

function isText(value: unknown): boolean {
  return typeof value === "string" && value !== "";
}
