import { ConfigError, readJson } from "@aarohan/settings";
import type { IssuerConfig } from "./access-config.ts";
import { type IssuerWithEndpoints, issuersWithEndpoints } from "./issuer-endpoints.ts";

/** The settings that people's sign-in is decided by, as texts; "" where one is not set. */
export interface SignInSettings {
  readonly OIDC_ISSUERS: string;
  readonly OIDC_CLIENT_ID: string;
  /** Which of `OIDC_ISSUERS` signs people in. Default: the first. */
  readonly OIDC_SIGN_IN_ISSUER: string;
}

export interface SignInConfig {
  readonly issuer: IssuerWithEndpoints;
  readonly clientId: string;
}

/** `undefined` without a client: then nobody signs in. Throws a ConfigError that names the setting. */
export function readSignInConfig(env: SignInSettings): SignInConfig | undefined {
  if (!env.OIDC_CLIENT_ID) return undefined;
  const issuers = issuersWithEndpoints(
    readJson<readonly IssuerConfig[]>("OIDC_ISSUERS", env.OIDC_ISSUERS, Array.isArray),
  );
  const named = env.OIDC_SIGN_IN_ISSUER;
  const issuer = named ? issuers.find((one) => one.issuer === named) : issuers[0];
  if (issuer === undefined) throw new ConfigError("OIDC_SIGN_IN_ISSUER", "is none of OIDC_ISSUERS");
  for (const endpoint of [issuer.authorizationEndpoint, issuer.tokenEndpoint]) {
    if (!isConfidential(endpoint)) {
      throw new ConfigError("OIDC_SIGN_IN_ISSUER", "has https endpoints (http on loopback alone)");
    }
  }
  return { issuer, clientId: env.OIDC_CLIENT_ID };
}

function isConfidential(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && (url.protocol === "https:" || isLoopback(url));
}

/** Plain http is for a development issuer on the same machine. */
export function isLoopback({ protocol, hostname }: URL): boolean {
  return protocol === "http:" && /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(hostname);
}
