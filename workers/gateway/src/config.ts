import type { AccessConfig, AuthorisingClaim, IssuerConfig, RoleMapping } from "@aarohan/access";
import {
  ConfigError,
  isStringMap,
  type ProgrammeConfig,
  readJson,
  readList,
  readNumber,
  readProgrammeConfig,
  readUrl,
} from "@aarohan/programme";
import { fromBase64url } from "./base64url.ts";

/** An issuer with the endpoints that `/.well-known/smart-configuration` names. */
export interface GatewayIssuer extends IssuerConfig {
  readonly tokenEndpoint: string;
  readonly authorizationEndpoint: string;
}

export interface Config {
  readonly programme: ProgrammeConfig;
  readonly access: AccessConfig;
  readonly issuers: readonly GatewayIssuer[];
  /** AES-256 key that seals page links: 32 bytes. */
  readonly pageLinkKey: Uint8Array<ArrayBuffer>;
  /** How long a page link may be followed. Default 60 minutes. */
  readonly pageLinkMinutes: number;
  /** Exact origins that may read answers in a browser (CORS). Default none. */
  readonly allowedOrigins: readonly string[];
  /** Origin under which clients see the gateway; `undefined`: that of the request. */
  readonly publicOrigin: string | undefined;
}

/** Environment → checked configuration, with all defaults. Nothing else reads the environment's settings. */
export function readConfig(env: Env): Config {
  const issuers = readIssuers(env.OIDC_ISSUERS);
  return {
    programme: readProgrammeConfig(env),
    access: {
      issuers,
      roleMappings: readJson<readonly RoleMapping[]>("ROLE_MAPPINGS", env.ROLE_MAPPINGS, Array.isArray),
      recipients: readJson<Record<string, string>>("RECIPIENTS", env.RECIPIENTS || "{}", isStringMap),
      ...(env.AUTHORISING_CLAIMS
        ? {
            authorisingClaims: readJson<readonly AuthorisingClaim[]>(
              "AUTHORISING_CLAIMS",
              env.AUTHORISING_CLAIMS,
              Array.isArray,
            ),
          }
        : {}),
    },
    issuers,
    pageLinkKey: readPageLinkKey(env.PAGE_LINK_KEY ?? ""),
    pageLinkMinutes: readNumber("PAGE_LINK_MINUTES", env.PAGE_LINK_MINUTES, 60, 1, 1440),
    allowedOrigins: readList(env.ALLOWED_ORIGINS).map((origin) => readOrigin("ALLOWED_ORIGINS", origin)),
    publicOrigin: env.PUBLIC_BASE_URL ? readOrigin("PUBLIC_BASE_URL", env.PUBLIC_BASE_URL) : undefined,
  };
}

function readIssuers(text: string): GatewayIssuer[] {
  const issuers = readJson<readonly (IssuerConfig & Partial<GatewayIssuer>)[]>(
    "OIDC_ISSUERS",
    text,
    Array.isArray,
  );
  if (issuers.length === 0) throw new ConfigError("OIDC_ISSUERS", "names no issuer");
  return issuers.map((issuer) => {
    const base = readUrl("OIDC_ISSUERS[].issuer", issuer.issuer).replace(/\/$/, "");
    return {
      tokenEndpoint: `${base}/protocol/openid-connect/token`,
      authorizationEndpoint: `${base}/protocol/openid-connect/auth`,
      ...issuer,
    };
  });
}

function readPageLinkKey(text: string): Uint8Array<ArrayBuffer> {
  const problem = new ConfigError("PAGE_LINK_KEY", "is 32 bytes in base64url");
  if (!/^[A-Za-z0-9_-]{43}=?$/.test(text)) throw problem;
  const bytes = fromBase64url(text.replace(/=$/, ""));
  if (bytes.length !== 32) throw problem;
  return bytes;
}

function readOrigin(setting: string, text: string): string {
  const url = new URL(readUrl(setting, text));
  if (url.pathname !== "/" || url.search !== "" || url.hash !== "") {
    throw new ConfigError(setting, "is an origin: scheme, host and port, without a path");
  }
  return url.origin;
}
