import { jsonMap, mandatory, optional, readJson, readSettings, type SettingTexts } from "@aarohan/settings";
import type { AccessConfig, AuthorisingClaim, IssuerConfig, RoleMapping } from "./access-config.ts";

/** Who is let in, and as what. */
export const ACCESS_SETTINGS = {
  OIDC_ISSUERS: mandatory(
    "JSON list of `{issuer, jwksUri, audiences, algorithms?, clockToleranceSeconds?, maximumTokenAgeSeconds?, tenantClaim?, authorizationEndpoint?, tokenEndpoint?, endSessionEndpoint?, revocationEndpoint?}`",
    (name, text) => readJson<readonly IssuerConfig[]>(name, text, Array.isArray),
    { meaning: "issuers whose tokens are accepted; endpoints are Keycloak's unless they are named" },
  ),
  ROLE_MAPPINGS: mandatory(
    "JSON list of `{role, realmRole?, clientRole?, permissionArgument?, scope?, issuer?}`",
    (name, text) => readJson<readonly RoleMapping[]>(name, text, Array.isArray),
    { meaning: "what a token must hold for a role: all that an entry names" },
  ),
  RECIPIENTS: jsonMap("JSON object: client, at any issuer, or issuer#client → group", {
    meaning:
      "groups of clients that receive the same pseudonyms; each client by itself where it is not named",
  }),
  AUTHORISING_CLAIMS: optional(
    'JSON list of `{claim, names: "patient"}`, `{claim, names: "generalPractitioner"}` or `{claim, names: "tag", system}`',
    (name, text) => readJson<readonly AuthorisingClaim[]>(name, text, Array.isArray),
    {
      meaning:
        "claims that say whose data a healthcare provider may see ([roles](roles.md)); the programme's where none is set",
    },
  ),
};

/** The settings that access is decided by, as texts. */
export type AccessSettings = SettingTexts<typeof ACCESS_SETTINGS>;

/** Throws a ConfigError that names the setting. `createAccess` checks what each of them says. */
export function readAccessConfig(env: AccessSettings): AccessConfig {
  const settings = readSettings(ACCESS_SETTINGS, env);
  const authorisingClaims = settings.AUTHORISING_CLAIMS;
  return {
    issuers: settings.OIDC_ISSUERS,
    roleMappings: settings.ROLE_MAPPINGS,
    recipients: settings.RECIPIENTS,
    ...(authorisingClaims === undefined ? {} : { authorisingClaims }),
  };
}
