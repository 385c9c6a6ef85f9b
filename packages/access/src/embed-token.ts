import { type EmbedGrant, isWidget, MOST_EMBED_MINUTES } from "@aarohan/contract";
import { errors, type JWTPayload, jwtVerify, SignJWT } from "jose";

const ISSUER = "aarohan-edge";
/** No audience of an access token: neither is taken for the other. */
const AUDIENCE = "aarohan-embed";
const TYPE = "embed+jwt";
const ALGORITHM = "HS256";

/** What a token is worth. An expired one is told apart once its signature is verified, so that its page may learn why. */
export type EmbedVerdict =
  | { readonly kind: "valid" | "expired"; readonly grant: EmbedGrant }
  | { readonly kind: "invalid" };

/** Tokens for single widgets in pages of others (RFC 7519): made and read by this gateway alone, with a key of their own. */
export interface EmbedTokens {
  /** `id`: of the request that asked for it, as the trail has it. `expires`: whole seconds since 1970. */
  mint(grant: EmbedGrant, id: string, expires: number): Promise<string>;
  verify(token: string): Promise<EmbedVerdict>;
}

/** `key`: 32 bytes. */
export function createEmbedTokens(key: Uint8Array): EmbedTokens {
  return {
    mint: ({ ...grant }, id, expires) =>
      new SignJWT(grant)
        .setProtectedHeader({ alg: ALGORITHM, typ: TYPE })
        .setIssuer(ISSUER)
        .setAudience(AUDIENCE)
        .setJti(id)
        .setIssuedAt()
        .setExpirationTime(expires)
        .sign(key),
    async verify(token) {
      try {
        const { payload } = await jwtVerify(token, key, {
          issuer: ISSUER,
          audience: AUDIENCE,
          algorithms: [ALGORITHM],
          typ: TYPE,
          requiredClaims: ["exp", "iat", "jti"],
          maxTokenAge: MOST_EMBED_MINUTES * 60,
        });
        return verdict("valid", payload);
      } catch (error) {
        return error instanceof errors.JWTExpired ? verdict("expired", error.payload) : { kind: "invalid" };
      }
    },
  };
}

function verdict(kind: "valid" | "expired", payload: JWTPayload): EmbedVerdict {
  const { tenant, widget, measure, region, origin } = payload;
  if (!isText(tenant) || !isWidget(widget) || !isText(measure) || !isText(origin)) return { kind: "invalid" };
  if (region !== undefined && !isText(region)) return { kind: "invalid" };
  return { kind, grant: { tenant, widget, measure, origin, ...(region === undefined ? {} : { region }) } };
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}
