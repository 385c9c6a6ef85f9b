import { EdgeError, isRole, ROLES, type Role } from "@aarohan/contract";
import type { RoleMapping } from "./access-config.ts";

/** The claims that roles are read from, as Keycloak writes them. */
export interface RoleClaims {
  readonly issuer: string;
  readonly realmRoles: readonly string[];
  readonly clientRoles: ReadonlyMap<string, readonly string[]>;
  readonly permissionArguments: readonly string[];
  readonly scopes: readonly string[];
}

/** All roles that the claims map to, the most restrictive first. */
export function rolesOf(claims: RoleClaims, mappings: readonly RoleMapping[]): Role[] {
  const held = new Set(mappings.filter((mapping) => applies(mapping, claims)).map(({ role }) => role));
  return ROLES.filter((role) => held.has(role));
}

function applies(mapping: RoleMapping, claims: RoleClaims): boolean {
  const { issuer, realmRole, clientRole, permissionArgument, scope } = mapping;
  if (issuer !== undefined && issuer !== claims.issuer) return false;
  if (realmRole !== undefined && !claims.realmRoles.includes(realmRole)) return false;
  if (clientRole !== undefined && !claims.clientRoles.get(clientRole.client)?.includes(clientRole.role))
    return false;
  if (permissionArgument !== undefined && !claims.permissionArguments.includes(permissionArgument))
    return false;
  return scope === undefined || claims.scopes.includes(scope);
}

/**
 * The role that serves: the most restrictive, unless the request names another that the token holds. Throws
 * `role-missing` where it holds none and `role-not-held` where it does not hold the one that is named.
 */
export function servingRole(roles: readonly Role[], requested: string | undefined): Role {
  const [first] = roles;
  if (first === undefined) {
    throw new EdgeError(
      "role-missing",
      "The access token maps to no role of the gateway: check the user's permissions.",
    );
  }
  if (requested === undefined) return first;
  if (isRole(requested) && roles.includes(requested)) return requested;
  throw new EdgeError("role-not-held", "The access token does not hold the role that the request names.", {
    parameter: "Aarohan-Role",
  });
}
