import { ConfigError, readSettings, type SettingTexts, text } from "@aarohan/settings";
import { ACCESS_SETTINGS } from "./access-settings.ts";
import { type IssuerWithEndpoints, issuersWithEndpoints } from "./issuer-endpoints.ts";

/** How people sign in. */
export const SIGN_IN_SETTINGS = {
  OIDC_ISSUERS: ACCESS_SETTINGS.OIDC_ISSUERS,
  OIDC_CLIENT_ID: text({ meaning: "the gateway as a client by which people sign in; none: nobody signs in" }),
  OIDC_SIGN_IN_ISSUER: text({
    meaning: "which of `OIDC_ISSUERS` signs people in; the first where none is set",
  }),
};

/** The settings that people's sign-in is decided by, as texts. */
export type SignInSettings = SettingTexts<typeof SIGN_IN_SETTINGS>;

export interface SignInConfig {
  readonly issuer: IssuerWithEndpoints;
  readonly clientId: string;
}

/** `undefined` without a client: then nobody signs in. Throws a ConfigError that names the setting. */
export function readSignInConfig(env: SignInSettings): SignInConfig | undefined {
  const settings = readSettings(SIGN_IN_SETTINGS, env);
  if (settings.OIDC_CLIENT_ID === "") return undefined;
  const issuers = issuersWithEndpoints(settings.OIDC_ISSUERS);
  const named = settings.OIDC_SIGN_IN_ISSUER;
  const issuer = named ? issuers.find((one) => one.issuer === named) : issuers[0];
  if (issuer === undefined) throw new ConfigError("OIDC_SIGN_IN_ISSUER", "is none of OIDC_ISSUERS");
  for (const endpoint of [issuer.authorizationEndpoint, issuer.tokenEndpoint]) {
    if (!isConfidential(endpoint)) {
      throw new ConfigError("OIDC_SIGN_IN_ISSUER", "has https endpoints (http on loopback alone)");
    }
  }
  return { issuer, clientId: settings.OIDC_CLIENT_ID };
}

function isConfidential(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && (url.protocol === "https:" || isLoopback(url));
}

/** Plain http is for a development issuer on the same machine. */
export function isLoopback({ protocol, hostname }: URL): boolean {
  return protocol === "http:" && /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(hostname);
}
