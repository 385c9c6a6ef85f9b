import {
  type AccessConfig,
  type IssuerWithEndpoints,
  issuersWithEndpoints,
  readAccessConfig,
  readSignInConfig,
  type SignInConfig,
} from "@aarohan/access";
import { type DenominatorEntry, readDenominators } from "@aarohan/measures";
import { type ProgrammeConfig, readProgrammeConfig } from "@aarohan/programme";
import { ConfigError, readBoolean, readList, readNumber, readOrigin } from "@aarohan/settings";
import { fromBase64url } from "./base64url.ts";

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

/** Environment → checked configuration, with all defaults. Nothing else reads the environment's settings. */
export function readConfig(env: Env): Config {
  const access = readAccessConfig(env);
  return {
    programme: readProgrammeConfig(env),
    access,
    issuers: issuersWithEndpoints(access.issuers),
    signIn: readSignInConfig(env),
    pageLinkKey: readPageLinkKey(env.PAGE_LINK_KEY ?? ""),
    pageLinkMinutes: readNumber("PAGE_LINK_MINUTES", env.PAGE_LINK_MINUTES, 60, 1, 1440),
    allowedOrigins: readList(env.ALLOWED_ORIGINS).map((origin) => readOrigin("ALLOWED_ORIGINS", origin)),
    publicOrigin: env.PUBLIC_BASE_URL ? readOrigin("PUBLIC_BASE_URL", env.PUBLIC_BASE_URL) : undefined,
    strictPrefer: readBoolean("STRICT_PREFER", env.STRICT_PREFER),
    denominators: readDenominatorTable(env.INDICATOR_DENOMINATORS || "[]"),
  };
}

function readDenominatorTable(text: string): DenominatorEntry[] {
  try {
    return readDenominators(JSON.parse(text));
  } catch (error) {
    const what = error instanceof SyntaxError || !(error instanceof Error) ? "is no JSON" : error.message;
    throw new ConfigError("INDICATOR_DENOMINATORS", what);
  }
}

function readPageLinkKey(text: string): Uint8Array<ArrayBuffer> {
  const problem = new ConfigError("PAGE_LINK_KEY", "is 32 bytes in base64url");
  if (!/^[A-Za-z0-9_-]{43}=?$/.test(text)) throw problem;
  const bytes = fromBase64url(text.replace(/=$/, ""));
  if (bytes.length !== 32) throw problem;
  return bytes;
}
