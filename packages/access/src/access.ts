import { EdgeError, type Identity } from "@aarohan/contract";
import {
  createRemoteJWKSet,
  customFetch,
  decodeJwt,
  errors,
  type JWTPayload,
  type JWTVerifyGetKey,
  jwtVerify,
} from "jose";
import {
  type AccessConfig,
  assertAccessConfig,
  DEFAULT_ALGORITHMS,
  type IssuerConfig,
} from "./access-config.ts";
import { type RoleClaims, rolesOf } from "./roles.ts";

export interface AccessOptions {
  /** Default: the platform's. */
  readonly fetch?: typeof fetch;
  /** Default: the platform's clock. */
  readonly now?: () => Date;
  /** How long after a fetch the key set is not fetched again for an unknown key. Default 30,000 (30 s). */
  readonly cooldownMilliseconds?: number;
}

export interface Access {
  /**
   * The Authorization header → who asks. Throws `token-missing`, `token-invalid`, `token-expired`, or
   * `issuer-unreachable` where the issuer's keys cannot be had. Tells nothing of the token.
   */
  authenticate(authorization: string | undefined): Promise<Identity>;
}

interface TrustedIssuer {
  readonly config: IssuerConfig;
  readonly keys: JWTVerifyGetKey;
}

const MAXIMUM_TOKEN_LENGTH = 16 * 1024;

/** Verifies access tokens (RFC 9068, RFC 7519, RFC 8725) of the configured issuers. */
export function createAccess(config: AccessConfig, options: AccessOptions = {}): Access {
  assertAccessConfig(config);
  const issuers = new Map(config.issuers.map((issuer) => [issuer.issuer, trust(issuer, options)]));
  return {
    async authenticate(authorization) {
      const token = bearerToken(authorization);
      const issuer = issuers.get(unverifiedIssuer(token) ?? "");
      if (issuer === undefined) throw invalid();
      return toIdentity(await verify(token, issuer, options), issuer.config, config);
    },
  };
}

function trust(config: IssuerConfig, options: AccessOptions): TrustedIssuer {
  const keys = createRemoteJWKSet(new URL(config.jwksUri), {
    cooldownDuration: options.cooldownMilliseconds ?? 30_000,
    timeoutDuration: 5000,
    ...(options.fetch === undefined ? {} : { [customFetch]: options.fetch }),
  });
  return { config, keys };
}

/** RFC 6750 §2.1: the scheme in any case, one space, one token. */
function bearerToken(authorization: string | undefined): string {
  if (authorization === undefined || authorization === "") {
    throw new EdgeError("token-missing", "Send an access token: Authorization: Bearer <token>.");
  }
  const token = /^Bearer ([A-Za-z0-9._~+/-]+=*)$/i.exec(authorization)?.[1];
  if (token === undefined || token.length > MAXIMUM_TOKEN_LENGTH) throw invalid();
  return token;
}

function unverifiedIssuer(token: string): string | undefined {
  try {
    return decodeJwt(token).iss;
  } catch {
    return undefined;
  }
}

async function verify(
  token: string,
  { config, keys }: TrustedIssuer,
  options: AccessOptions,
): Promise<JWTPayload> {
  try {
    const { payload } = await jwtVerify(token, keys, {
      issuer: config.issuer,
      audience: [...config.audiences],
      algorithms: [...(config.algorithms ?? DEFAULT_ALGORITHMS)],
      clockTolerance: config.clockToleranceSeconds ?? 30,
      requiredClaims: ["exp"],
      ...(options.now === undefined ? {} : { currentDate: options.now() }),
    });
    return payload;
  } catch (error) {
    throw refusal(error);
  }
}

/** What jose found, without its words: they can quote the token. */
function refusal(error: unknown): EdgeError {
  if (error instanceof errors.JWTExpired) {
    return new EdgeError("token-expired", "The access token has expired: get a new one.");
  }
  const tokenIsWrong =
    error instanceof errors.JWTClaimValidationFailed ||
    error instanceof errors.JWSSignatureVerificationFailed ||
    error instanceof errors.JWSInvalid ||
    error instanceof errors.JWTInvalid ||
    error instanceof errors.JOSEAlgNotAllowed ||
    error instanceof errors.JOSENotSupported ||
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JWKSMultipleMatchingKeys;
  if (tokenIsWrong) return invalid();
  return new EdgeError(
    "issuer-unreachable",
    "The issuer's keys cannot be fetched: check the OAuth configuration.",
    {
      retryAfterSeconds: 5,
    },
  );
}

function invalid(): EdgeError {
  return new EdgeError(
    "token-invalid",
    "The access token is not valid here: verify the token, its issuer and its audience, and the OAuth configuration.",
  );
}

async function toIdentity(
  payload: JWTPayload,
  issuer: IssuerConfig,
  config: AccessConfig,
): Promise<Identity> {
  // Keycloak marks what is no access token; an ID token names its audience's client and could pass as one.
  if (payload.typ !== undefined && payload.typ !== "Bearer") throw invalid();
  const clientId = text(payload.azp) ?? text(payload.client_id);
  const subject = text(payload.sub) ?? (clientId === undefined ? undefined : `client:${clientId}`);
  const tenant = payload[issuer.tenantClaim ?? "partition_id"] ?? "default";
  if (subject === undefined || typeof tenant !== "string" || !/^[A-Za-z0-9_-]{1,64}$/.test(tenant))
    throw invalid();
  const claims = roleClaims(payload, issuer.issuer);
  return {
    issuer: issuer.issuer,
    subject,
    clientId: clientId ?? subject,
    tenant,
    roles: rolesOf(claims, config.roleMappings),
    scopes: claims.scopes,
    recipient: recipientOf(clientId ?? subject, config),
    userKey: await digest(`${issuer.issuer}\n${subject}`),
    expiresAtSeconds: payload.exp ?? 0,
  };
}

function recipientOf(clientId: string, { recipients = {} }: AccessConfig): string {
  return (Object.hasOwn(recipients, clientId) ? recipients[clientId] : undefined) ?? clientId;
}

function roleClaims(payload: JWTPayload, issuer: string): RoleClaims {
  const clientRoles: Record<string, readonly string[]> = {};
  for (const [client, access] of Object.entries(record(payload.resource_access))) {
    clientRoles[client] = texts(record(access).roles);
  }
  return {
    issuer,
    realmRoles: texts(record(payload.realm_access).roles),
    clientRoles,
    permissionArguments: texts(payload.permission_argument),
    scopes: (text(payload.scope) ?? "").split(" ").filter((scope) => scope !== ""),
  };
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" && value.length <= 512 ? value : undefined;
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === "string") : [];
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

async function digest(value: string): Promise<string> {
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(value)));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replace(/=+$/, "");
}
