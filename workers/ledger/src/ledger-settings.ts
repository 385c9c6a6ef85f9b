import { SIGN_IN_SETTINGS } from "@aarohan/access";
import { createHeadSigner, readPublicKeys } from "@aarohan/audit";
import {
  ConfigError,
  configured,
  mandatory,
  optional,
  readUrl,
  type SettingTexts,
  wholeNumber,
} from "@aarohan/settings";

/** All that the ledger is set by. */
export const LEDGER_SETTINGS = {
  ...SIGN_IN_SETTINGS,
  OIDC_CLIENT_SECRET: optional("text", (_, secret) => secret, {
    meaning: "secret of the client by which people sign in; none: a public client, which PKCE alone protects",
    secret: true,
  }),
  SESSION_HOURS: wholeNumber({
    unit: "h",
    fallback: 8,
    least: 1,
    most: 24,
    meaning: "how long a browser's session lasts at most",
  }),
  AUDIT_SIGNING_KEY: mandatory("private JWK (Ed25519 or P-256) with a `kid`", checkedSigningKey, {
    meaning: "signs the heads of the audit trail's days; without it nothing is recorded, and nothing leaves",
    secret: true,
  }),
  AUDIT_EARLIER_KEYS: optional("public JWK, or a set of them", earlierKeys, {
    meaning: "public halves of the keys that signed before: what they signed stays verifiable",
  }),
  AUDIT_HEAD_WEBHOOK: optional("URL", (name, url) => new URL(readUrl(name, url)), {
    meaning: "where the heads of sealed days are posted, besides the log",
  }),
  AUDIT_RETENTION_DAYS: wholeNumber({
    unit: "days",
    fallback: 365,
    least: 365,
    most: 36_500,
    meaning: "how long audit events are kept; the export guide promises a year",
  }),
};

export type LedgerSettings = SettingTexts<typeof LEDGER_SETTINGS>;

function checkedSigningKey(_: string, key: string): string {
  configured(() => createHeadSigner(key));
  return key;
}

function earlierKeys(name: string, text: string) {
  if (text.includes('"d"'))
    throw new ConfigError(name, "is for public keys: this one is private, and used up now");
  try {
    return readPublicKeys(text);
  } catch {
    throw new ConfigError(name, "is a public JWK with a kid, or a set of them");
  }
}
