import { type ConsentMode, type PseudonymKey, parsePseudonymKeys } from "@aarohan/deid";
import {
  ConfigError,
  configured,
  isStringMap,
  readJson,
  readList,
  readNumber,
  readUrl,
  required,
} from "@aarohan/settings";
import type { Credentials, UpstreamConfig } from "@aarohan/upstream";

/** The programme's server, and how its data may leave: the same for every worker that reads it. */
export interface ProgrammeConfig {
  readonly upstream: UpstreamConfig;
  readonly consent: {
    /** Default `opt-out`. `none`: consent is decided before the data reach the programme's server. */
    readonly mode: ConsentMode | "none";
    /** Code of v3-ActReason: what the data are for, unless the client has a purpose of its own. Default HRESCH. */
    readonly purpose: string;
    readonly purposesByClient: Readonly<Record<string, string>>;
  };
  readonly pseudonymKeys: readonly PseudonymKey[];
  /** Smallest class of patients who look alike in an analyst's export; `undefined`: classes are only reported. */
  readonly minimumClassSize: number | undefined;
}

/** The settings that it is read from, as texts; "" where one is not set. */
export interface ProgrammeSettings {
  readonly UPSTREAM_BASE_URL: string;
  readonly UPSTREAM_AUTH: string;
  readonly UPSTREAM_TOKEN_URL: string;
  readonly UPSTREAM_CLIENT_ID: string;
  readonly UPSTREAM_CLIENT_SECRET: string;
  readonly UPSTREAM_SCOPE: string;
  readonly UPSTREAM_LINK_ALIASES: string;
  readonly UPSTREAM_TIMEOUT_SECONDS: string;
  readonly CONSENT_MODE: string;
  readonly CONSENT_PURPOSE: string;
  readonly CONSENT_PURPOSES: string;
  readonly PSEUDONYM_KEYS: string;
  readonly EXPORT_MINIMUM_CLASS_SIZE?: string;
}

/** Throws a ConfigError that names the setting. */
export function readProgrammeConfig(env: ProgrammeSettings): ProgrammeConfig {
  return {
    upstream: readUpstream(env),
    consent: readConsent(env),
    pseudonymKeys: configured(() => parsePseudonymKeys(env.PSEUDONYM_KEYS ?? "")),
    minimumClassSize: env.EXPORT_MINIMUM_CLASS_SIZE
      ? readNumber("EXPORT_MINIMUM_CLASS_SIZE", env.EXPORT_MINIMUM_CLASS_SIZE, 11, 2, 1000)
      : undefined,
  };
}

function readConsent(env: ProgrammeSettings): ProgrammeConfig["consent"] {
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

function readUpstream(env: ProgrammeSettings): UpstreamConfig {
  return {
    baseUrl: readUrl("UPSTREAM_BASE_URL", env.UPSTREAM_BASE_URL),
    credentials: readCredentials(env),
    timeoutMilliseconds:
      1000 * readNumber("UPSTREAM_TIMEOUT_SECONDS", env.UPSTREAM_TIMEOUT_SECONDS, 30, 1, 120),
    linkAliases: readList(env.UPSTREAM_LINK_ALIASES).map((url) => readUrl("UPSTREAM_LINK_ALIASES", url)),
  };
}

function readCredentials(env: ProgrammeSettings): Credentials {
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
