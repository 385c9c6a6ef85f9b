export { type Access, type AccessOptions, createAccess } from "./access.ts";
export type { AccessConfig, AuthorisingClaim, IssuerConfig, RoleMapping } from "./access-config.ts";
export { ACCESS_SETTINGS, type AccessSettings, readAccessConfig } from "./access-settings.ts";
export { challenge } from "./challenge.ts";
export { createEmbedTokens, type EmbedTokens } from "./embed-token.ts";
export { userKeyOf } from "./identity.ts";
export { type IssuerWithEndpoints, issuersWithEndpoints } from "./issuer-endpoints.ts";
export { servingRole } from "./roles.ts";
export { createSealedBox, derivedKey, type SealedBox } from "./sealed-box.ts";
export { isSessionId, newSessionId, sessionBox, sessionNameOf } from "./session-id.ts";
export {
  createTokenDesk,
  endSessionUrl,
  type SessionTokens,
  type SignInAttempt,
  SignInFault,
  startSignIn,
  type TokenDesk,
} from "./sign-in.ts";
export {
  readSignInConfig,
  SIGN_IN_SETTINGS,
  type SignInConfig,
  type SignInSettings,
} from "./sign-in-settings.ts";
export { type ScopeGrant, scopeGrant } from "./smart-scope.ts";
