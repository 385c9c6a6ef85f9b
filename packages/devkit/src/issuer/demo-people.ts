import { DEFAULT_SEED } from "../population/population.ts";
import { createStaff } from "../population/staff.ts";

/** A client of the development issuer that gets tokens by client_credentials. */
export interface DemoClient {
  readonly id: string;
  readonly secret: string;
  /** In `realm_access.roles`. */
  readonly roles: readonly string[];
  /** Further claims of its tokens. */
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly description: string;
}

/** Not a secret: these clients exist in development alone. */
const DEMO_SECRET = "demo-secret";

/** The team at whose records a provider works: the first health centre of the default population. */
const PROVIDER_CLAIMS = providerClaims();

export const DEMO_CLIENTS: readonly DemoClient[] = [
  {
    id: "analyst",
    secret: DEMO_SECRET,
    roles: ["aarohan-analyst"],
    description: "data analyst: anonymised rows",
  },
  {
    id: "analyst-two",
    secret: DEMO_SECRET,
    roles: ["aarohan-analyst"],
    description: "another data analyst: other pseudonyms",
  },
  {
    id: "provider",
    secret: DEMO_SECRET,
    roles: ["aarohan-provider"],
    claims: PROVIDER_CLAIMS,
    description: "healthcare provider: the records of one front-line worker",
  },
  {
    id: "viewer",
    secret: DEMO_SECRET,
    roles: ["aarohan-viewer"],
    description: "viewer: published tables alone",
  },
  {
    id: "administrator",
    secret: DEMO_SECRET,
    roles: ["aarohan-administrator"],
    description: "system administrator: everything",
  },
  {
    id: "hapi-analyst",
    secret: DEMO_SECRET,
    roles: ["FHIR_READ_ALL_OF_TYPE"],
    claims: { permission_argument: ["FHIR_READ_ALL_OF_TYPE/Patient"] },
    description: "data analyst by the FHIR server's permission names",
  },
  {
    id: "opensrp-analyst",
    secret: DEMO_SECRET,
    roles: ["GET_PATIENT", "ALL_LOCATIONS"],
    description: "data analyst by OpenSRP's verbs",
  },
];

/** Which claim gives which role of the gateway, in the shape of its `ROLE_MAPPINGS`. */
export const DEMO_ROLE_MAPPINGS = [
  { role: "data-analyst", realmRole: "aarohan-analyst" },
  { role: "healthcare-provider", realmRole: "aarohan-provider" },
  { role: "viewer", realmRole: "aarohan-viewer" },
  { role: "system-administrator", realmRole: "aarohan-administrator" },
  {
    role: "data-analyst",
    realmRole: "FHIR_READ_ALL_OF_TYPE",
    permissionArgument: "FHIR_READ_ALL_OF_TYPE/Patient",
  },
  // OpenSRP's verbs: who reads at all locations is served anonymised rows, the more restrictive of the two.
  { role: "healthcare-provider", realmRole: "GET_PATIENT" },
  { role: "data-analyst", realmRole: "ALL_LOCATIONS" },
] as const;

/** People who sign in to the dashboard, each with the password `demo-password`. */
export interface DemoUser {
  readonly username: string;
  readonly password: string;
  readonly roles: readonly string[];
  /** Further claims of the user's tokens. */
  readonly claims?: Readonly<Record<string, unknown>>;
}

const DEMO_PASSWORD = "demo-password";

export const DEMO_USERS: readonly DemoUser[] = [
  { username: "asha", password: DEMO_PASSWORD, roles: ["aarohan-analyst"] },
  { username: "vikram", password: DEMO_PASSWORD, roles: ["aarohan-viewer"] },
  { username: "prema", password: DEMO_PASSWORD, roles: ["aarohan-provider"], claims: PROVIDER_CLAIMS },
  { username: "meera", password: DEMO_PASSWORD, roles: ["aarohan-analyst", "aarohan-administrator"] },
  { username: "anil", password: DEMO_PASSWORD, roles: ["aarohan-administrator"] },
];

/** Signs people in by an authorization code (RFC 6749 §4.1) with PKCE (RFC 7636). */
export const DASHBOARD_CLIENT = { id: "dashboard", secret: DEMO_SECRET } as const;

/** Ids as they stand in the tags of the records (`practitioner-tag-id` and its like). */
function providerClaims(): Readonly<Record<string, unknown>> {
  const [post] = createStaff(DEFAULT_SEED).posts.values();
  return {
    practitioner_id: post?.workers[0]?.id,
    care_team_id: post?.careTeamId,
    organisation_id: post?.organizationId,
    location_id: post?.locationId,
  };
}
