import type { Role } from "@aarohan/contract";

/** An OpenID Connect issuer whose access tokens are accepted. */
export interface IssuerConfig {
  /** Exactly as it stands in `iss`. */
  readonly issuer: string;
  readonly jwksUri: string;
  /** A token must be for one of these. */
  readonly audiences: readonly string[];
  /** Default: RS, PS and ES with SHA-256, 384 and 512, and EdDSA. Symmetric ones and `none` are refused here already. */
  readonly algorithms?: readonly string[];
  /** Default 30 (half a minute). */
  readonly clockToleranceSeconds?: number;
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

export interface AccessConfig {
  readonly issuers: readonly IssuerConfig[];
  readonly roleMappings: readonly RoleMapping[];
  /** Client → group of clients that receive the same pseudonyms. Default: each client by itself. */
  readonly recipients?: Readonly<Record<string, string>>;
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

/** Throws an Error that names the setting where a configuration would accept what it must not. */
export function assertAccessConfig(config: AccessConfig): void {
  for (const issuer of config.issuers) {
    if (issuer.audiences.length === 0) throw new Error("OIDC_ISSUERS: an issuer has no audiences");
    for (const algorithm of issuer.algorithms ?? []) {
      if (!DEFAULT_ALGORITHMS.some((known) => known === algorithm)) {
        throw new Error("OIDC_ISSUERS: an algorithm is not one of the asymmetric ones that are accepted");
      }
    }
  }
  for (const { role: _, issuer: __, ...conditions } of config.roleMappings) {
    if (Object.keys(conditions).length === 0) throw new Error("ROLE_MAPPINGS: a mapping has no condition");
  }
}
