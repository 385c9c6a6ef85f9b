import { SIGN_IN_SETTINGS } from "@aarohan/access";
import { createHeadSigner } from "@aarohan/audit";
import { configured, mandatory, optional, readUrl, type SettingTexts, wholeNumber } from "@aarohan/settings";

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
  AUDIT_SIGNING_KEY: mandatory(
    "private JWK (Ed25519 or P-256) with a `kid`",
    (_, key) => configured(() => createHeadSigner(key)),
    {
      meaning:
        "signs the heads of the audit trail's days; without it nothing is recorded, and nothing leaves",
      secret: true,
    },
  ),
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
