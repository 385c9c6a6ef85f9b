import { readSignInConfig, type SignInConfig } from "@aarohan/access";
import { createHeadSigner, type HeadSigner } from "@aarohan/audit";
import { ConfigError, readSetting } from "@aarohan/settings";
import { LEDGER_SETTINGS, type LedgerSettings } from "./ledger-settings.ts";

// Each setting is read by itself: limits and the trail do not depend on how people sign in.

/** How long audit events are kept, in days. */
export function auditRetentionDays(env: LedgerSettings): number {
  return readSetting(LEDGER_SETTINGS.AUDIT_RETENTION_DAYS, "AUDIT_RETENTION_DAYS", env.AUDIT_RETENTION_DAYS);
}

/** Signs the heads of sealed days. Without it nothing is recorded, and so nothing leaves. */
export function headSigner(env: LedgerSettings): HeadSigner {
  const { AUDIT_SIGNING_KEY, AUDIT_EARLIER_KEYS } = LEDGER_SETTINGS;
  const key = readSetting(AUDIT_SIGNING_KEY, "AUDIT_SIGNING_KEY", env.AUDIT_SIGNING_KEY);
  return createHeadSigner(key, readSetting(AUDIT_EARLIER_KEYS, "AUDIT_EARLIER_KEYS", env.AUDIT_EARLIER_KEYS));
}

/** Where heads are sent besides the log; `undefined` for nowhere. */
export function headWebhook(env: LedgerSettings): URL | undefined {
  return readSetting(LEDGER_SETTINGS.AUDIT_HEAD_WEBHOOK, "AUDIT_HEAD_WEBHOOK", env.AUDIT_HEAD_WEBHOOK);
}

export interface SessionConfig {
  readonly signIn: SignInConfig;
  /** `undefined`: a public client. */
  readonly secret: string | undefined;
  /** How long a session lasts at most, in hours. */
  readonly hours: number;
}

/** How people sign in. Throws a ConfigError where nobody does. */
export function sessionConfig(env: LedgerSettings): SessionConfig {
  const signIn = readSignInConfig(env);
  if (signIn === undefined) throw new ConfigError("OIDC_CLIENT_ID", "is required here");
  return {
    signIn,
    secret: readSetting(LEDGER_SETTINGS.OIDC_CLIENT_SECRET, "OIDC_CLIENT_SECRET", env.OIDC_CLIENT_SECRET),
    hours: readSetting(LEDGER_SETTINGS.SESSION_HOURS, "SESSION_HOURS", env.SESSION_HOURS),
  };
}
