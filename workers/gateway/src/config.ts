import type { AccessConfig, AuthorisingClaim, IssuerConfig, RoleMapping } from "@aarohan/access";
import { type ConsentMode, type PseudonymKey, parsePseudonymKeys } from "@aarohan/deid";
import type { Credentials, UpstreamConfig } from "@aarohan/upstream";

import { fromBase64url } from "./base64url.ts";

/** An issuer with the endpoints that `/.well-known/smart-configuration` names. */
export interface GatewayIssuer extends IssuerConfig {
  readonly tokenEndpoint: string;
  readonly authorizationEndpoint: string;
}

export interface Config {
  readonly upstream: UpstreamConfig;
  readonly access: AccessConfig;
  readonly issuers: readonly GatewayIssuer[];
  readonly consent: {
    /** Default `opt-out`. `none`: consent is decided before the data reach the programme's server. */
    readonly mode: ConsentMode | "none";
    /** Code of v3-ActReason: what the data are for, unless the client has a purpose of its own. Default HRESCH. */
    readonly purpose: string;
    readonly purposesByClient: Readonly<Record<string, string>>;
  };
  readonly pseudonymKeys: readonly PseudonymKey[];
  /** AES-256 key that seals page links: 32 bytes. */
  readonly pageLinkKey: Uint8Array<ArrayBuffer>;
  /** How long a page link may be followed. Default 60 minutes. */
  readonly pageLinkMinutes: number;
  /** Exact origins that may read answers in a browser (CORS). Default none. */
  readonly allowedOrigins: readonly string[];
  /** Origin under which clients see the gateway; `undefined`: that of the request. */
  readonly publicOrigin: string | undefined;
}

/** A setting that cannot be used. Names the setting, never its value. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  constructor(setting: string, problem: string) {
    super(`${setting}: ${problem}`);
  }
}

/** Settings that another package checks: its errors name the setting in the same way. */
export function configured<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    const [setting = "", problem = ""] = error instanceof Error ? error.message.split(/: (.*)/s) : [];
    throw new ConfigError(setting, problem);
  }
}

/** Environment → checked configuration, with all defaults. Nothing else reads the environment's settings. */
export function readConfig(env: Env): Config {
  const issuers = readIssuers(env.OIDC_ISSUERS);
  return {
    upstream: readUpstream(env),
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
    consent: readConsent(env),
    pseudonymKeys: configured(() => parsePseudonymKeys(env.PSEUDONYM_KEYS ?? "")),
    pageLinkKey: readPageLinkKey(env.PAGE_LINK_KEY ?? ""),
    pageLinkMinutes: readNumber("PAGE_LINK_MINUTES", env.PAGE_LINK_MINUTES, 60, 1, 1440),
    allowedOrigins: readList(env.ALLOWED_ORIGINS).map((origin) => readOrigin("ALLOWED_ORIGINS", origin)),
    publicOrigin: env.PUBLIC_BASE_URL ? readOrigin("PUBLIC_BASE_URL", env.PUBLIC_BASE_URL) : undefined,
  };
}

function readConsent(env: Env): Config["consent"] {
  const mode = env.CONSENT_MODE || "opt-out";
  if (mode !== "opt-out" && mode !== "opt-in" && mode !== "none") {
    throw new ConfigError("CONSENT_MODE", "is one of opt-out, opt-in, none");
  }
  return {
    mode,
    purpose: env.CONSENT_PURPOSE || "HRESCH",
    purposesByClient: readJson<Record<string, string>>(
      "CONSENT_PURPOSES",
      env.CONSENT_PURPOSES || "{}",
      isStringMap,
    ),
  };
}

function readUpstream(env: Env): UpstreamConfig {
  return {
    baseUrl: readUrl("UPSTREAM_BASE_URL", env.UPSTREAM_BASE_URL),
    credentials: readCredentials(env),
    timeoutMilliseconds:
      1000 * readNumber("UPSTREAM_TIMEOUT_SECONDS", env.UPSTREAM_TIMEOUT_SECONDS, 30, 1, 120),
    linkAliases: readList(env.UPSTREAM_LINK_ALIASES).map((url) => readUrl("UPSTREAM_LINK_ALIASES", url)),
  };
}

function readCredentials(env: Env): Credentials {
  switch (env.UPSTREAM_AUTH || "none") {
    case "none":
      return { kind: "none" };
    case "forward":
      return { kind: "forward" };
    case "client-credentials":
      return {
        kind: "client-credentials",
        tokenUrl: readUrl("UPSTREAM_TOKEN_URL", env.UPSTREAM_TOKEN_URL),
        clientId: required("UPSTREAM_CLIENT_ID", env.UPSTREAM_CLIENT_ID),
        clientSecret: required("UPSTREAM_CLIENT_SECRET", env.UPSTREAM_CLIENT_SECRET),
        ...(env.UPSTREAM_SCOPE ? { scope: env.UPSTREAM_SCOPE } : {}),
      };
    default:
      throw new ConfigError("UPSTREAM_AUTH", "is one of none, forward, client-credentials");
  }
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

function readJson<T>(setting: string, text: string, check: (value: unknown) => boolean): T {
  try {
    const value: T = JSON.parse(text);
    if (check(value)) return value;
  } catch {
    // The parser's message quotes the text: it is not passed on.
  }
  throw new ConfigError(setting, "is not JSON of the documented shape");
}

function isStringMap(value: unknown): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return Object.values(value).every((entry) => typeof entry === "string");
}

function readNumber(setting: string, text: string, fallback: number, least: number, most: number): number {
  if (!text) return fallback;
  const value = Number(text);
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new ConfigError(setting, `is a whole number from ${least} to ${most}`);
  }
  return value;
}

function readList(text: string): string[] {
  return text.split(/[\s,]+/).filter((part) => part !== "");
}

function readUrl(setting: string, text: string): string {
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) {
    throw new ConfigError(setting, "is an absolute http or https URL");
  }
  return text;
}

function readOrigin(setting: string, text: string): string {
  const url = new URL(readUrl(setting, text));
  if (url.pathname !== "/" || url.search !== "" || url.hash !== "") {
    throw new ConfigError(setting, "is an origin: scheme, host and port, without a path");
  }
  return url.origin;
}

function required(setting: string, text: string | undefined): string {
  if (!text) throw new ConfigError(setting, "is required here");
  return text;
}
