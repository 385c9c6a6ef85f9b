import type {
  AccessToken,
  Account,
  ClientCredentials,
  ClientMetadata,
  Configuration,
  ErrorOut,
  JWTStructured,
  KoaContextWithOIDC,
} from "oidc-provider";
import { keycloakClaims } from "./claims.ts";
import { DASHBOARD_CLIENT, DEMO_CLIENTS, DEMO_USERS } from "./demo-people.ts";
import { MemoryAdapter } from "./memory-adapter.ts";
import { noticePage, PAGE_HEADERS, signOutPage } from "./page.ts";
import type { IssuerSecrets } from "./signing-keys.ts";

export interface RealmOptions {
  readonly secrets: IssuerSecrets;
  readonly audience: string;
  readonly redirectUris: readonly string[];
  /** How long an access token is good. */
  readonly accessTokenSeconds: number;
}

const CONNECT = "/protocol/openid-connect";
/** What Keycloak grants a client that asks for nothing. */
const DEFAULT_SCOPE = "openid profile email";

/** oidc-provider with Keycloak's paths below the realm, and access tokens of Keycloak's shape. */
export function realmConfiguration(options: RealmOptions): Configuration {
  const { secrets, audience, redirectUris, accessTokenSeconds } = options;
  return {
    adapter: MemoryAdapter,
    jwks: { keys: [{ ...secrets.signingKey, kty: "RSA" }] },
    cookies: { keys: [...secrets.cookieKeys] },
    clients: [...DEMO_CLIENTS.map(({ id, secret }) => serviceClient(id, secret)), dashboard(redirectUris)],
    clientAuthMethods: ["client_secret_post", "client_secret_basic"],
    routes: {
      authorization: `${CONNECT}/auth`,
      token: `${CONNECT}/token`,
      jwks: `${CONNECT}/certs`,
      userinfo: `${CONNECT}/userinfo`,
      end_session: `${CONNECT}/logout`,
      revocation: `${CONNECT}/revoke`,
    },
    scopes: ["openid", "profile", "email", "offline_access"],
    claims: { openid: ["sub"], profile: ["preferred_username"], email: ["email"] },
    // As Keycloak does: for every client that may refresh, each token once.
    issueRefreshToken: (_, client) => client.grantTypeAllowed("refresh_token"),
    rotateRefreshToken: true,
    pkce: { required: () => true },
    responseTypes: ["code"],
    ttl: {
      AccessToken: accessTokenSeconds,
      ClientCredentials: accessTokenSeconds,
      AuthorizationCode: 60,
      IdToken: accessTokenSeconds,
      RefreshToken: 86_400,
      Interaction: 3600,
      Session: 86_400,
      Grant: 86_400,
    },
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: false },
      // What the gateway does not take part in is not offered.
      dPoP: { enabled: false },
      pushedAuthorizationRequests: { enabled: false },
      resourceIndicators: resourceIndicators(options),
      revocation: {
        enabled: true,
        allowedPolicy: (_, client, token) => token.clientId === client.clientId,
      },
      rpInitiatedLogout: { enabled: true, logoutSource, postLogoutSuccessSource },
    },
    formats: { customizers: { jwt: grantDefaultScope } },
    // Absolute: the cookie of the interaction is limited to the path that stands here.
    interactions: { url: (ctx, { uid }) => `${ctx.oidc.issuer}/interaction/${uid}` },
    findAccount: (_, username) => accountOf(username),
    loadExistingGrant: (ctx) => grantEverything(ctx, resourceOf(audience)),
    extraTokenClaims: (_, token) =>
      keycloakClaims("accountId" in token ? token.accountId : undefined, token.clientId),
    renderError,
  };
}

function serviceClient(id: string, secret: string): ClientMetadata {
  return {
    client_id: id,
    client_secret: secret,
    grant_types: ["client_credentials"],
    redirect_uris: [],
    response_types: [],
    token_endpoint_auth_method: "client_secret_post",
  };
}

function dashboard(redirectUris: readonly string[]): ClientMetadata {
  return {
    client_id: DASHBOARD_CLIENT.id,
    client_secret: DASHBOARD_CLIENT.secret,
    grant_types: ["authorization_code", "refresh_token"],
    redirect_uris: [...redirectUris],
    response_types: ["code"],
    token_endpoint_auth_method: "client_secret_post",
  };
}

/** Every access token is a JWT for the gateway, without a `resource` parameter (RFC 8707) in the request. */
function resourceIndicators({ audience, accessTokenSeconds }: RealmOptions) {
  return {
    enabled: true,
    defaultResource: () => resourceOf(audience),
    useGrantedResource: () => true,
    getResourceServerInfo: () => ({
      scope: DEFAULT_SCOPE,
      audience,
      accessTokenTTL: accessTokenSeconds,
      accessTokenFormat: "jwt" as const,
      jwt: { sign: { alg: "RS256" as const } },
    }),
  };
}

function resourceOf(audience: string): string {
  return `urn:${audience}`;
}

function grantDefaultScope(
  _: KoaContextWithOIDC,
  token: AccessToken | ClientCredentials,
  { payload }: JWTStructured,
): void {
  // In the token, and so in the answer too (RFC 6749 §5.1).
  token.scope ??= DEFAULT_SCOPE;
  payload.scope = token.scope;
}

function accountOf(username: string): Account | undefined {
  if (!DEMO_USERS.some((user) => user.username === username)) return undefined;
  return {
    accountId: username,
    claims: () => ({ sub: username, preferred_username: username, email: `${username}@demo.invalid` }),
  };
}

/** The dashboard is the programme's own: nobody is asked to consent to it. */
async function grantEverything(ctx: KoaContextWithOIDC, resource: string) {
  const { client, session, provider } = ctx.oidc;
  if (client === undefined || session?.accountId === undefined) return undefined;
  const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
  grant.addOIDCScope(`${DEFAULT_SCOPE} offline_access`);
  grant.addResourceScope(resource, DEFAULT_SCOPE);
  await grant.save();
  return grant;
}

function logoutSource(ctx: KoaContextWithOIDC, form: string): void {
  ctx.set(PAGE_HEADERS);
  ctx.body = signOutPage(form);
}

function postLogoutSuccessSource(ctx: KoaContextWithOIDC): void {
  ctx.set(PAGE_HEADERS);
  ctx.body = noticePage("Signed out", "You can close this page.");
}

function renderError(ctx: KoaContextWithOIDC, out: ErrorOut): void {
  ctx.set(PAGE_HEADERS);
  ctx.body = noticePage("This request cannot be served", out.error_description ?? out.error);
}
