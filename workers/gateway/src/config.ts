import {
  type AccessConfig,
  type IssuerWithEndpoints,
  issuersWithEndpoints,
  readAccessConfig,
  readSignInConfig,
  type SignInConfig,
} from "@aarohan/access";
import type { DenominatorEntry } from "@aarohan/measures";
import { type ProgrammeConfig, readProgrammeConfig } from "@aarohan/programme";
import { readSettings } from "@aarohan/settings";
import { GATEWAY_SETTINGS, type GatewaySettings } from "./gateway-settings.ts";

export interface Config {
  readonly programme: ProgrammeConfig;
  readonly access: AccessConfig;
  readonly issuers: readonly IssuerWithEndpoints[];
  /** How people sign in; `undefined`: nobody does. */
  readonly signIn: SignInConfig | undefined;
  /** AES-256 key that seals page links: 32 bytes. */
  readonly pageLinkKey: Uint8Array<ArrayBuffer>;
  /** How long a page link may be followed. Default 60 minutes. */
  readonly pageLinkMinutes: number;
  /** Exact origins that may read answers in a browser (CORS). Default none. */
  readonly allowedOrigins: readonly string[];
  /** Origin under which clients see the gateway; `undefined`: that of the request. */
  readonly publicOrigin: string | undefined;
  /**
   * Whether a kick-off without `Prefer: respond-async` or `Accept` is refused, as FHIR Bulk Data Access has it. Default
   * false: the export guide's own examples send neither.
   */
  readonly strictPrefer: boolean;
  /** How many people of 30 to 65 live where, for coverage. Default none: then only who was screened is counted. */
  readonly denominators: readonly DenominatorEntry[];
}

/** Environment → checked configuration. Nothing else reads the environment's settings. */
export function readConfig(env: GatewaySettings): Config {
  const settings = readSettings(GATEWAY_SETTINGS, env);
  const access = readAccessConfig(env);
  return {
    programme: readProgrammeConfig(env),
    access,
    issuers: issuersWithEndpoints(access.issuers),
    signIn: readSignInConfig(env),
    pageLinkKey: settings.PAGE_LINK_KEY,
    pageLinkMinutes: settings.PAGE_LINK_MINUTES,
    allowedOrigins: settings.ALLOWED_ORIGINS,
    publicOrigin: settings.PUBLIC_BASE_URL,
    strictPrefer: settings.STRICT_PREFER,
    denominators: settings.INDICATOR_DENOMINATORS ?? [],
  };
}
