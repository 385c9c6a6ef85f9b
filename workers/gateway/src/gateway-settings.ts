import { ACCESS_SETTINGS, SIGN_IN_SETTINGS } from "@aarohan/access";
import { readDenominators } from "@aarohan/measures";
import { PROGRAMME_SETTINGS } from "@aarohan/programme";
import {
  ConfigError,
  list,
  mandatory,
  optional,
  readOrigin,
  type SettingTexts,
  truth,
  wholeNumber,
} from "@aarohan/settings";
import { fromBase64url } from "./base64url.ts";

/** All that the gateway is set by. */
export const GATEWAY_SETTINGS = {
  ...PROGRAMME_SETTINGS,
  ...ACCESS_SETTINGS,
  ...SIGN_IN_SETTINGS,
  ALLOWED_ORIGINS: list("origins", readOrigin, {
    meaning: "exact origins that may read answers in a browser (CORS)",
  }),
  PUBLIC_BASE_URL: optional("origin", readOrigin, {
    meaning: "origin under which clients see the gateway; that of the request where none is set",
  }),
  PAGE_LINK_KEY: mandatory("32 bytes in base64url", readPageLinkKey, {
    meaning: "seals page links, embed tokens and what a browser keeps while somebody signs in",
    secret: true,
  }),
  PAGE_LINK_MINUTES: wholeNumber({
    unit: "min",
    fallback: 60,
    least: 1,
    most: 1440,
    meaning: "how long a page link may be followed",
  }),
  STRICT_PREFER: truth({
    meaning:
      "whether exports are refused without `Prefer: respond-async` and `Accept`, as FHIR Bulk Data Access has it; the export guide's examples send neither",
  }),
  INDICATOR_DENOMINATORS: optional(
    "JSON list of `{state, district?, year, eligible, source}`",
    readDenominatorTable,
    { meaning: "people of 30 to 65, for coverage; none: only who was screened is counted" },
  ),
};

export type GatewaySettings = SettingTexts<typeof GATEWAY_SETTINGS>;

function readDenominatorTable(name: string, text: string) {
  try {
    return readDenominators(JSON.parse(text));
  } catch (error) {
    const what = error instanceof SyntaxError || !(error instanceof Error) ? "is no JSON" : error.message;
    throw new ConfigError(name, what);
  }
}

function readPageLinkKey(name: string, text: string): Uint8Array<ArrayBuffer> {
  const problem = new ConfigError(name, "is 32 bytes in base64url");
  if (!/^[A-Za-z0-9_-]{43}=?$/.test(text)) throw problem;
  const bytes = fromBase64url(text.replace(/=$/, ""));
  if (bytes.length !== 32) throw problem;
  return bytes;
}
