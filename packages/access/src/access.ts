import type { Identity } from "@aarohan/contract";
import { decodeJwt, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from "jose";
import {
  type AccessConfig,
  assertAccessConfig,
  DEFAULT_ALGORITHMS,
  type IssuerConfig,
} from "./access-config.ts";
import { bearerToken } from "./bearer-token.ts";
import { identityOf } from "./identity.ts";
import { createKeySet } from "./key-set.ts";
import { refusalOf, tokenInvalid } from "./refusal.ts";

const DAY_SECONDS = 86_400;

export interface AccessOptions {
  /** Default: the platform's. */
  readonly fetch?: typeof fetch;
  /** For the times that stand in a token. Default: the platform's clock. */
  readonly now?: () => Date;
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

/**
 * Verifies access tokens (RFC 9068, RFC 7519, RFC 8725) of the configured issuers. Throws an Error that names the
 * setting where the configuration cannot be used.
 */
export function createAccess(config: AccessConfig, options: AccessOptions = {}): Access {
  assertAccessConfig(config);
  const fetchKeys: typeof fetch = options.fetch ?? ((input, init) => fetch(input, init));
  const issuers = new Map(
    config.issuers.map((issuer): [string, TrustedIssuer] => [
      issuer.issuer,
      { config: issuer, keys: createKeySet(issuer.jwksUri, fetchKeys) },
    ]),
  );
  return {
    async authenticate(authorization) {
      const token = bearerToken(authorization);
      const issuer = issuers.get(unverifiedIssuer(token) ?? "");
      if (issuer === undefined) throw tokenInvalid();
      const claims = await verify(token, issuer, options.now?.() ?? new Date());
      return identityOf(claims, issuer.config, config);
    },
  };
}

/** Chooses the keys, no more: the claim is compared again once the signature is verified. */
function unverifiedIssuer(token: string): string | undefined {
  try {
    return decodeJwt(token).iss;
  } catch {
    return undefined;
  }
}

async function verify(token: string, { config, keys }: TrustedIssuer, now: Date): Promise<JWTPayload> {
  const { maximumTokenAgeSeconds = DAY_SECONDS } = config;
  try {
    const { payload, protectedHeader } = await jwtVerify(token, keys, {
      issuer: config.issuer,
      audience: [...config.audiences],
      algorithms: [...(config.algorithms ?? DEFAULT_ALGORITHMS)],
      clockTolerance: config.clockToleranceSeconds ?? 30,
      requiredClaims: ["exp"],
      currentDate: now,
      maxTokenAge: maximumTokenAgeSeconds,
    });
    assertAccessToken(payload, protectedHeader.typ);
    return payload;
  } catch (error) {
    throw refusalOf(error);
  }
}

/** An issuer signs more than access tokens with the same keys: what is recognisably something else is refused (RFC 8725 §3.11). */
function assertAccessToken(payload: JWTPayload, headerType: string | undefined): void {
  // RFC 9068 §2.1; Keycloak writes "JWT".
  if (!/^(application\/)?(at\+)?jwt$/i.test(headerType ?? "JWT")) throw tokenInvalid();
  // Keycloak marks ID, Refresh, Offline, Logout and DPoP tokens in a claim.
  if (payload.typ !== undefined && payload.typ !== "Bearer") throw tokenInvalid();
  // Hashes of a token or a code stand in ID tokens alone (OpenID Connect Core §3.1.3.6, §3.3.2.11).
  if (payload.at_hash !== undefined || payload.c_hash !== undefined) throw tokenInvalid();
  // Bound to a key whose possession a bearer does not prove (RFC 7800 §3, RFC 9449 §7.2).
  if (payload.cnf !== undefined) throw tokenInvalid();
}
