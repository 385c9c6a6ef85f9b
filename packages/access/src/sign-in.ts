import * as oauth from "oauth4webapi";
import { isLoopback, type SignInConfig } from "./sign-in-settings.ts";

const SCOPE = "openid profile";
const TIMEOUT_MILLISECONDS = 10_000;
/** Where an issuer does not say how long its access token is good for (RFC 6749 §5.1 recommends that it does). */
const DEFAULT_LIFETIME_SECONDS = 300;
const MOST_NAME_CHARACTERS = 200;

/** What one attempt to sign in has to come back with: never shown to anybody but the browser that began it, sealed. */
export interface SignInAttempt {
  readonly state: string;
  readonly nonce: string;
  /** PKCE (RFC 7636 §4.1). */
  readonly verifier: string;
  readonly redirectUri: string;
}

export interface SessionTokens {
  readonly accessToken: string;
  /** From when on another is fetched, and until when it is good: milliseconds since 1970. */
  readonly refreshFrom: number;
  readonly goodUntil: number;
  /** `undefined` where the issuer gave none: then the session ends with the access token. */
  readonly refreshToken: string | undefined;
  /** What the person is called, by the ID token. */
  readonly name: string;
}

/** Why there are no tokens: `refused` by the issuer or by the protocol's checks, or the issuer cannot be talked to. */
export class SignInFault extends Error {
  override readonly name = "SignInFault";
  readonly kind: "refused" | "unavailable";

  constructor(kind: "refused" | "unavailable") {
    super(kind);
    this.kind = kind;
  }
}

export interface SignInStart {
  /** Where the browser is sent. */
  readonly url: string;
  readonly attempt: SignInAttempt;
}

/** Authorization request (RFC 6749 §4.1.1, OpenID Connect Core §3.1.2.1) with PKCE (RFC 7636), state and nonce. */
export async function startSignIn(
  { issuer, clientId }: SignInConfig,
  redirectUri: string,
): Promise<SignInStart> {
  const attempt = {
    state: oauth.generateRandomState(),
    nonce: oauth.generateRandomNonce(),
    verifier: oauth.generateRandomCodeVerifier(),
    redirectUri,
  };
  const url = new URL(issuer.authorizationEndpoint);
  const parameters = {
    response_type: "code",
    client_id: clientId,
    redirect_uri: redirectUri,
    scope: SCOPE,
    state: attempt.state,
    nonce: attempt.nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(attempt.verifier),
    code_challenge_method: "S256",
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return { url: url.href, attempt };
}

/** Where the browser goes to sign out at the issuer too; without a token in the address. `undefined` where it has no such place. */
export function endSessionUrl({ issuer, clientId }: SignInConfig, returnTo: string): string | undefined {
  if (issuer.endSessionEndpoint === "") return undefined;
  const url = new URL(issuer.endSessionEndpoint);
  url.searchParams.set("client_id", clientId);
  url.searchParams.set("post_logout_redirect_uri", returnTo);
  return url.href;
}

/** The token endpoint, for who holds the client's secret. All of them throw a SignInFault, which tells nothing of a token. */
export interface TokenDesk {
  /** The parameters with which the browser came back → tokens. */
  redeem(callback: URLSearchParams, attempt: SignInAttempt): Promise<SessionTokens>;
  /** A refresh token is used once: rotated ones are taken over (RFC 9700 §4.14.2). */
  refresh(tokens: SessionTokens): Promise<SessionTokens>;
  revoke(tokens: SessionTokens): Promise<void>;
}

/** `secret` undefined: a public client, which PKCE alone protects. */
export function createTokenDesk({ issuer, clientId }: SignInConfig, secret: string | undefined): TokenDesk {
  const server: oauth.AuthorizationServer = {
    issuer: issuer.issuer,
    token_endpoint: issuer.tokenEndpoint,
    ...(issuer.revocationEndpoint === "" ? {} : { revocation_endpoint: issuer.revocationEndpoint }),
  };
  const client: oauth.Client = { client_id: clientId };
  const authentication = secret === undefined ? oauth.None() : oauth.ClientSecretPost(secret);
  const options = () => ({
    signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS),
    [oauth.allowInsecureRequests]: isLoopback(new URL(issuer.tokenEndpoint)),
  });
  return {
    redeem: (callback, { state, nonce, verifier, redirectUri }) =>
      settled(async () => {
        const checked = oauth.validateAuthResponse(server, client, callback, state);
        const response = await answered(
          oauth.authorizationCodeGrantRequest(
            server,
            client,
            authentication,
            checked,
            redirectUri,
            verifier,
            options(),
          ),
        );
        const answer = await oauth.processAuthorizationCodeResponse(server, client, response, {
          expectedNonce: nonce,
          requireIdToken: true,
        });
        return tokensOf(answer, nameOf(oauth.getValidatedIdTokenClaims(answer)), undefined);
      }),
    refresh: ({ refreshToken = "", name }) =>
      settled(async () => {
        const response = await answered(
          oauth.refreshTokenGrantRequest(server, client, authentication, refreshToken, options()),
        );
        const answer = await oauth.processRefreshTokenResponse(server, client, response);
        return tokensOf(answer, name, refreshToken);
      }),
    revoke: ({ refreshToken }) =>
      settled(async () => {
        if (refreshToken === undefined || server.revocation_endpoint === undefined) return;
        await oauth.processRevocationResponse(
          await oauth.revocationRequest(server, client, authentication, refreshToken, options()),
        );
      }),
  };
}

/** A fault of the issuer's is none of the caller's: the code, or the refresh token, may still be good. */
async function answered(request: Promise<Response>): Promise<Response> {
  const response = await request;
  if (response.status >= 500 || response.status === 429) throw new SignInFault("unavailable");
  return response;
}

async function settled<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    // The library's words can quote what the issuer said: they are not passed on.
    throw error instanceof SignInFault ? error : new SignInFault(kindOf(error));
  }
}

function kindOf(error: unknown): "refused" | "unavailable" {
  // Of the errors of a token endpoint (RFC 6749 §5.2) the others are faults of the configuration.
  if (error instanceof oauth.ResponseBodyError)
    return error.error === "invalid_grant" ? "refused" : "unavailable";
  const isRefusal =
    error instanceof oauth.AuthorizationResponseError || error instanceof oauth.OperationProcessingError;
  return isRefusal ? "refused" : "unavailable";
}

function tokensOf(
  answer: oauth.TokenEndpointResponse,
  name: string,
  before: string | undefined,
): SessionTokens {
  const now = Date.now();
  const lifetime = (answer.expires_in ?? DEFAULT_LIFETIME_SECONDS) * 1000;
  return {
    accessToken: answer.access_token,
    refreshFrom: now + lifetime - Math.min(60_000, lifetime / 2),
    goodUntil: now + lifetime,
    refreshToken: answer.refresh_token ?? before,
    name,
  };
}

function nameOf(claims: oauth.IDToken | undefined): string {
  const texts = [claims?.name, claims?.preferred_username, claims?.sub];
  const name = texts.find((text) => typeof text === "string" && text !== "");
  return String(name ?? "").slice(0, MOST_NAME_CHARACTERS);
}
