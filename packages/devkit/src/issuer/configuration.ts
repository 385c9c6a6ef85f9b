import type { Account, Configuration, KoaContextWithOIDC, UnknownObject } from "oidc-provider";
import { DASHBOARD_CLIENT, DEMO_CLIENTS, DEMO_USERS } from "./demo-people.ts";
import { MemoryAdapter } from "./memory-adapter.ts";
import type { IssuerSecrets } from "./signing-keys.ts";

export interface RealmOptions {
  readonly secrets: IssuerSecrets;
  readonly audience: string;
  readonly redirectUris: readonly string[];
}

const CONNECT = "/protocol/openid-connect";
/** An hour: a demonstration outlasts Keycloak's five minutes. */
const ACCESS_TOKEN_SECONDS = 3600;

/** oidc-provider with Keycloak's paths below the realm, and access tokens of Keycloak's shape. */
export function realmConfiguration({ secrets, audience, redirectUris }: RealmOptions): Configuration {
  return {
    adapter: MemoryAdapter,
    jwks: { keys: [{ ...secrets.signingKey, kty: "RSA" }] },
    cookies: { keys: [...secrets.cookieKeys] },
    clients: [
      ...DEMO_CLIENTS.map(({ id, secret }) => ({
        client_id: id,
        client_secret: secret,
        grant_types: ["client_credentials"],
        redirect_uris: [],
        response_types: [],
        token_endpoint_auth_method: "client_secret_post" as const,
      })),
      {
        client_id: DASHBOARD_CLIENT,
        client_secret: "demo-secret",
        grant_types: ["authorization_code", "refresh_token"],
        redirect_uris: [...redirectUris],
        response_types: ["code" as const],
        token_endpoint_auth_method: "client_secret_post" as const,
      },
    ],
    routes: {
      authorization: `${CONNECT}/auth`,
      token: `${CONNECT}/token`,
      jwks: `${CONNECT}/certs`,
      userinfo: `${CONNECT}/userinfo`,
      end_session: `${CONNECT}/logout`,
    },
    scopes: ["openid", "profile", "email", "offline_access"],
    claims: { openid: ["sub"], profile: ["preferred_username"], email: ["email"] },
    pkce: { required: () => true },
    responseTypes: ["code"],
    ttl: {
      AccessToken: ACCESS_TOKEN_SECONDS,
      ClientCredentials: ACCESS_TOKEN_SECONDS,
      AuthorizationCode: 60,
      IdToken: ACCESS_TOKEN_SECONDS,
      RefreshToken: 86_400,
      Interaction: 3600,
      Session: 86_400,
      Grant: 86_400,
    },
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: false },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => `urn:${audience}`,
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({
          scope: "openid profile email",
          audience,
          accessTokenTTL: ACCESS_TOKEN_SECONDS,
          accessTokenFormat: "jwt" as const,
          jwt: { sign: { alg: "RS256" as const } },
        }),
      },
    },
    interactions: { url: (_, interaction) => `../../interaction/${interaction.uid}` },
    findAccount: (_, username) => accountOf(username),
    loadExistingGrant: grantEverything,
    extraTokenClaims: (_, token) =>
      keycloakClaims("accountId" in token ? token.accountId : undefined, token.clientId),
  };
}

function accountOf(username: string): Account | undefined {
  if (!DEMO_USERS.some((user) => user.username === username)) return undefined;
  return {
    accountId: username,
    claims: () => ({ sub: username, preferred_username: username, email: `${username}@demo.invalid` }),
  };
}

/** The dashboard is the programme's own: nobody is asked to consent to it. */
async function grantEverything(ctx: KoaContextWithOIDC) {
  const { client, session, provider } = ctx.oidc;
  if (client === undefined || session?.accountId === undefined) return undefined;
  const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
  grant.addOIDCScope("openid profile email offline_access");
  grant.addResourceScope("urn:aarohan-edge", "openid profile email");
  await grant.save();
  return grant;
}

function keycloakClaims(username: string | undefined, clientId: string | undefined): UnknownObject {
  const user = DEMO_USERS.find((known) => known.username === username);
  const client = DEMO_CLIENTS.find((known) => known.id === clientId);
  return {
    typ: "Bearer",
    azp: clientId,
    preferred_username: user?.username ?? `service-account-${clientId}`,
    realm_access: { roles: [...(user?.roles ?? client?.roles ?? [])] },
    ...(client?.permissionArguments === undefined
      ? {}
      : { permission_argument: [...client.permissionArguments] }),
  };
}
