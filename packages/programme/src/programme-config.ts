import { type ConsentMode, type PseudonymKey, parsePseudonymKeys } from "@aarohan/deid";
import {
  choice,
  configured,
  jsonMap,
  list,
  mandatory,
  optional,
  optionalNumber,
  readSettings,
  readUrl,
  required,
  type SettingTexts,
  type SettingValues,
  text,
  wholeNumber,
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

/** The programme's server, and what may leave it. */
export const PROGRAMME_SETTINGS = {
  UPSTREAM_BASE_URL: mandatory("URL", readUrl, {
    meaning: "FHIR base URL of the programme's server; `{tenant}` in it stands for the token's tenant",
  }),
  UPSTREAM_AUTH: choice(["none", "forward", "client-credentials"], {
    meaning:
      "how the gateway is known to that server: not at all, by the caller's token, or as a client of its own",
  }),
  UPSTREAM_TOKEN_URL: optional("URL", readUrl, {
    meaning: "token endpoint; required for `client-credentials`, as the client and its secret are",
  }),
  UPSTREAM_CLIENT_ID: text({ meaning: "the gateway as a client of that server" }),
  UPSTREAM_CLIENT_SECRET: optional("text", (_, secret) => secret, {
    meaning: "secret of that client",
    secret: true,
  }),
  UPSTREAM_SCOPE: text({ meaning: "scopes that are asked for with it" }),
  UPSTREAM_LINK_ALIASES: list("URLs", readUrl, {
    meaning: "other base URLs under which the server writes its links",
  }),
  UPSTREAM_TIMEOUT_SECONDS: wholeNumber({
    unit: "s",
    fallback: 30,
    least: 1,
    most: 120,
    meaning: "bound of one exchange with the server",
  }),
  CONSENT_MODE: choice(["opt-out", "opt-in", "none"], {
    meaning:
      "who is withheld: who has refused, who has not agreed, or nobody because consent is decided before ([privacy](privacy.md#consent))",
  }),
  CONSENT_PURPOSE: text({ fallback: "HRESCH", meaning: "what the data are for: code of v3-ActReason" }),
  CONSENT_PURPOSES: jsonMap("JSON object: client, at any issuer, or issuer#client → code", {
    meaning: "clients with a purpose of their own",
  }),
  PSEUDONYM_KEYS: mandatory(
    "`id:base64url[,id:base64url]`, ids 0 to 51, 32 bytes and more each",
    (_, keys) => configured(() => parsePseudonymKeys(keys)),
    {
      meaning:
        "keys of pseudonyms, the same in each worker; the first makes new ones, the others open older ones",
      secret: true,
    },
  ),
  EXPORT_MINIMUM_CLASS_SIZE: optionalNumber({
    unit: "patients",
    least: 2,
    most: 1000,
    meaning:
      "smallest class of patients who look alike in an analyst's export; none: classes are only reported ([policies](policies.md))",
  }),
};

/** The settings that it is read from, as texts. */
export type ProgrammeSettings = SettingTexts<typeof PROGRAMME_SETTINGS>;

/** Throws a ConfigError that names the setting. */
export function readProgrammeConfig(env: ProgrammeSettings): ProgrammeConfig {
  const settings = readSettings(PROGRAMME_SETTINGS, env);
  return {
    upstream: {
      baseUrl: settings.UPSTREAM_BASE_URL,
      credentials: credentialsOf(settings),
      timeoutMilliseconds: 1000 * settings.UPSTREAM_TIMEOUT_SECONDS,
      linkAliases: settings.UPSTREAM_LINK_ALIASES,
    },
    consent: {
      mode: settings.CONSENT_MODE,
      purpose: settings.CONSENT_PURPOSE,
      purposesByClient: settings.CONSENT_PURPOSES,
    },
    pseudonymKeys: settings.PSEUDONYM_KEYS,
    minimumClassSize: settings.EXPORT_MINIMUM_CLASS_SIZE,
  };
}

function credentialsOf(settings: SettingValues<typeof PROGRAMME_SETTINGS>): Credentials {
  const kind = settings.UPSTREAM_AUTH;
  if (kind !== "client-credentials") return { kind };
  return {
    kind,
    tokenUrl: required("UPSTREAM_TOKEN_URL", settings.UPSTREAM_TOKEN_URL),
    clientId: required("UPSTREAM_CLIENT_ID", settings.UPSTREAM_CLIENT_ID),
    clientSecret: required("UPSTREAM_CLIENT_SECRET", settings.UPSTREAM_CLIENT_SECRET),
    ...(settings.UPSTREAM_SCOPE ? { scope: settings.UPSTREAM_SCOPE } : {}),
  };
}
