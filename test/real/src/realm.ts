import { DASHBOARD_CLIENT, DEMO_CLIENTS, DEMO_USERS } from "@aarohan/devkit";

export const REALM = "aarogya";
/** What access tokens are for. */
export const AUDIENCE = "aarohan-edge";
/** Gets its role as Keycloak's role of a client, not of the realm. */
export const CLIENT_ROLE_ANALYST = {
  id: "client-role-analyst",
  secret: "demo-secret",
  role: "data-analyst",
} as const;

/** Claims of the programme's tokens that are attributes of their holder, as the gateway reads them. */
const SINGLE_CLAIMS = [
  "practitioner_id",
  "care_team_id",
  "organisation_id",
  "location_id",
  "patient",
  "partition_id",
];
const LISTED_CLAIMS = ["permission_argument"];

interface Holder {
  readonly roles: readonly string[];
  readonly claims?: Readonly<Record<string, unknown>>;
}

/**
 * The programme's realm as Keycloak imports it: the demo's people and clients with their roles of the realm, a client whose
 * role is one of a client, the audience that the gateway asks for, and the claims that say whose data a provider may see.
 */
export function realmRepresentation() {
  const holders: readonly Holder[] = [...DEMO_CLIENTS, ...DEMO_USERS];
  const roles = new Set(holders.flatMap((holder) => holder.roles));
  return {
    realm: REALM,
    enabled: true,
    sslRequired: "none",
    accessTokenLifespan: 3600,
    // Each refresh token once, as the gateway expects it of a careful issuer.
    revokeRefreshToken: true,
    refreshTokenMaxReuse: 0,
    roles: {
      realm: [...roles].map((name) => ({ name })),
      client: { [AUDIENCE]: [{ name: CLIENT_ROLE_ANALYST.role }] },
    },
    clients: [
      { clientId: AUDIENCE, bearerOnly: true },
      dashboard(),
      ...[...DEMO_CLIENTS, CLIENT_ROLE_ANALYST].map(({ id, secret }) => serviceClient(id, secret)),
    ],
    users: [
      ...DEMO_USERS.map(person),
      ...DEMO_CLIENTS.map(serviceAccount),
      {
        ...serviceAccount({ id: CLIENT_ROLE_ANALYST.id, roles: [] }),
        clientRoles: { [AUDIENCE]: [CLIENT_ROLE_ANALYST.role] },
      },
    ],
    components: { "org.keycloak.userprofile.UserProfileProvider": [userProfile()] },
  };
}

function dashboard() {
  return {
    clientId: DASHBOARD_CLIENT.id,
    secret: DASHBOARD_CLIENT.secret,
    standardFlowEnabled: true,
    directAccessGrantsEnabled: false,
    // On loopback Keycloak compares addresses without their ports (RFC 8252 §7.3).
    redirectUris: ["http://localhost/auth/callback"],
    attributes: {
      "pkce.code.challenge.method": "S256",
      "post.logout.redirect.uris": "http://localhost/",
    },
    protocolMappers: mappers(),
  };
}

function serviceClient(clientId: string, secret: string) {
  return {
    clientId,
    secret,
    standardFlowEnabled: false,
    directAccessGrantsEnabled: false,
    serviceAccountsEnabled: true,
    protocolMappers: mappers(),
  };
}

function person({ username, password, roles, claims }: (typeof DEMO_USERS)[number]) {
  return {
    // What stands in `sub`: as at the embedded issuer.
    id: username,
    username,
    enabled: true,
    email: `${username}@demo.invalid`,
    emailVerified: true,
    firstName: username,
    credentials: [{ type: "password", value: password }],
    realmRoles: roles,
    attributes: attributesOf(claims),
  };
}

function serviceAccount({ id, roles, claims }: Holder & { readonly id: string }) {
  return {
    username: `service-account-${id}`,
    enabled: true,
    serviceAccountClientId: id,
    realmRoles: roles,
    attributes: attributesOf(claims),
  };
}

function attributesOf(claims: Holder["claims"] = {}) {
  return Object.fromEntries(Object.entries(claims).map(([name, value]) => [name, [value].flat()]));
}

function mappers() {
  const audience = {
    name: "audience",
    protocol: "openid-connect",
    protocolMapper: "oidc-audience-mapper",
    config: { "included.custom.audience": AUDIENCE, "access.token.claim": "true" },
  };
  return [
    audience,
    ...SINGLE_CLAIMS.map((claim) => attributeMapper(claim, false)),
    ...LISTED_CLAIMS.map((claim) => attributeMapper(claim, true)),
  ];
}

function attributeMapper(claim: string, isListed: boolean) {
  return {
    name: claim,
    protocol: "openid-connect",
    protocolMapper: "oidc-usermodel-attribute-mapper",
    config: {
      "user.attribute": claim,
      "claim.name": claim,
      "jsonType.label": "String",
      "access.token.claim": "true",
      multivalued: String(isListed),
    },
  };
}

/** Without it, Keycloak keeps no attribute that its profile of a user does not name. */
function userProfile() {
  const names = ["username", "email", "firstName", "lastName"];
  const profile = { attributes: names.map((name) => ({ name })), unmanagedAttributePolicy: "ENABLED" };
  return {
    providerId: "declarative-user-profile",
    config: { "kc.user.profile.config": [JSON.stringify(profile)] },
  };
}
