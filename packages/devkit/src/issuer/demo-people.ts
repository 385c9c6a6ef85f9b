/** A client of the development issuer that gets tokens by client_credentials. */
export interface DemoClient {
  readonly id: string;
  readonly secret: string;
  /** In `realm_access.roles`. */
  readonly roles: readonly string[];
  /** In `permission_argument`, as the programme's server writes permissions. */
  readonly permissionArguments?: readonly string[];
  readonly description: string;
}

/** Not a secret: these clients exist in development alone. */
const DEMO_SECRET = "demo-secret";

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
    description: "healthcare provider: not served yet",
  },
  {
    id: "viewer",
    secret: DEMO_SECRET,
    roles: ["aarohan-viewer"],
    description: "viewer: aggregates, not served yet",
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
    permissionArguments: ["FHIR_READ_ALL_OF_TYPE/Patient"],
    description: "data analyst by the FHIR server's permission names",
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
  { role: "healthcare-provider", realmRole: "GET_PATIENT" },
] as const;

/** People who sign in to the dashboard, each with the password `demo-password`. */
export interface DemoUser {
  readonly username: string;
  readonly password: string;
  readonly roles: readonly string[];
}

const DEMO_PASSWORD = "demo-password";

export const DEMO_USERS: readonly DemoUser[] = [
  { username: "asha", password: DEMO_PASSWORD, roles: ["aarohan-analyst"] },
  { username: "vikram", password: DEMO_PASSWORD, roles: ["aarohan-viewer"] },
  { username: "prema", password: DEMO_PASSWORD, roles: ["aarohan-provider"] },
  { username: "anil", password: DEMO_PASSWORD, roles: ["aarohan-administrator"] },
];

export const DASHBOARD_CLIENT = "dashboard";
