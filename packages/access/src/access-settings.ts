import { isStringMap, readJson } from "@aarohan/settings";
import type { AccessConfig, AuthorisingClaim, IssuerConfig, RoleMapping } from "./access-config.ts";

/** The settings that access is decided by, as texts; "" where one is not set. */
export interface AccessSettings {
  readonly OIDC_ISSUERS: string;
  readonly ROLE_MAPPINGS: string;
  readonly RECIPIENTS: string;
  readonly AUTHORISING_CLAIMS: string;
}

/** Throws a ConfigError that names the setting. `createAccess` checks what each of them says. */
export function readAccessConfig(env: AccessSettings): AccessConfig {
  return {
    issuers: readJson<readonly IssuerConfig[]>("OIDC_ISSUERS", env.OIDC_ISSUERS, Array.isArray),
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
  };
}
