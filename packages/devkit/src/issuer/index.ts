export { DASHBOARD_CLIENT, DEMO_CLIENTS, DEMO_ROLE_MAPPINGS, DEMO_USERS } from "./demo-people.ts";
export { type Issuer, type IssuerOptions, startIssuer } from "./issuer.ts";
export { type DemoRole, startTokenMint, type TokenMint } from "./token-mint.ts";
