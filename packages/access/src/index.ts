export { type Access, type AccessOptions, createAccess } from "./access.ts";
export type { AccessConfig, IssuerConfig, RoleMapping } from "./access-config.ts";
export { challenge } from "./challenge.ts";
export { servingRole } from "./roles.ts";
