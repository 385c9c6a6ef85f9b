export { type Access, type AccessOptions, createAccess } from "./access.ts";
export type { AccessConfig, AuthorisingClaim, IssuerConfig, RoleMapping } from "./access-config.ts";
export { type AccessSettings, readAccessConfig } from "./access-settings.ts";
export { challenge } from "./challenge.ts";
export { userKeyOf } from "./identity.ts";
export { servingRole } from "./roles.ts";
export { type ScopeGrant, scopeGrant } from "./smart-scope.ts";
