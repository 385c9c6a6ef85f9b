import { ConfigError, readUrl } from "@aarohan/settings";
import type { IssuerConfig } from "./access-config.ts";

/** Where an issuer is talked to, beside its keys. */
export interface IssuerEndpoints {
  readonly authorizationEndpoint: string;
  readonly tokenEndpoint: string;
  /** OpenID Connect RP-Initiated Logout 1.0; "" where the issuer has none. */
  readonly endSessionEndpoint: string;
  /** RFC 7009; "" where the issuer has none. */
  readonly revocationEndpoint: string;
}

export type IssuerWithEndpoints = IssuerConfig & IssuerEndpoints;

/** Endpoints as Keycloak lays them out, unless the issuer's own entry names others. */
export function issuersWithEndpoints(
  issuers: readonly (IssuerConfig & Partial<IssuerEndpoints>)[],
): IssuerWithEndpoints[] {
  if (issuers.length === 0) throw new ConfigError("OIDC_ISSUERS", "names no issuer");
  return issuers.map((issuer) => {
    const base = readUrl("OIDC_ISSUERS[].issuer", issuer.issuer).replace(/\/$/, "");
    return {
      authorizationEndpoint: `${base}/protocol/openid-connect/auth`,
      tokenEndpoint: `${base}/protocol/openid-connect/token`,
      endSessionEndpoint: `${base}/protocol/openid-connect/logout`,
      revocationEndpoint: `${base}/protocol/openid-connect/revoke`,
      ...issuer,
    };
  });
}
