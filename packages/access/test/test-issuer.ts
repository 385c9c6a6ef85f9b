import { type CryptoKey, exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from "jose";

export const ISSUER = "https://idp.example/auth/realms/aarogya";
export const OTHER_ISSUER = "https://other.example/realms/b";
export const NOW = new Date("2026-11-01T00:00:00Z");
export const NOW_SECONDS = NOW.getTime() / 1000;

export interface SigningKey {
  readonly algorithm: string;
  readonly publicKey: CryptoKey;
  readonly privateKey: CryptoKey;
  /** As it is published. */
  readonly jwk: JWK & { readonly kid: string };
}

export async function createSigningKey(kid: string, algorithm = "RS256"): Promise<SigningKey> {
  const { publicKey, privateKey } = await generateKeyPair(algorithm, { extractable: true });
  const jwk = { ...(await exportJWK(publicKey)), kid, alg: algorithm, use: "sig" };
  return { algorithm, publicKey, privateKey, jwk };
}

/** Claims, or header parameters, right or wrong. */
export type Claims = Readonly<Record<string, unknown>>;

/** A token of Keycloak's shape that is good at NOW; what is given as `undefined` is left out. */
export function sign(key: SigningKey, claims: Claims = {}, header: Claims = {}): Promise<string> {
  const payload: JWTPayload = {
    iss: ISSUER,
    sub: "user-1",
    aud: "aarohan-edge",
    azp: "analyst-a",
    iat: NOW_SECONDS - 60,
    exp: NOW_SECONDS + 300,
    typ: "Bearer",
    realm_access: { roles: ["aarohan-analyst"] },
    ...claims,
  };
  return new SignJWT(payload)
    .setProtectedHeader({ alg: key.algorithm, kid: key.jwk.kid, typ: "JWT", ...header })
    .sign(key.privateKey);
}

/** What the issuers' `…/certs` answer, and how often they were asked. */
export class KeySets {
  readonly #answers = new Map<string, () => Promise<Response>>();
  fetches = 0;

  publish(issuer: string, ...keys: readonly SigningKey[]): void {
    this.answer(issuer, async () => Response.json({ keys: keys.map(({ jwk }) => jwk) }));
  }

  answer(issuer: string, answer: () => Promise<Response>): void {
    this.#answers.set(`${issuer}/certs`, answer);
  }

  readonly fetch: typeof fetch = async (url) => {
    this.fetches += 1;
    const answer = this.#answers.get(String(url));
    if (answer === undefined) throw new TypeError("nobody is to be asked at this address");
    return answer();
  };
}
