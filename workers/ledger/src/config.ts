import { readSignInConfig, type SignInConfig } from "@aarohan/access";
import { createHeadSigner, type HeadSigner } from "@aarohan/audit";
import { ConfigError, readNumber } from "@aarohan/settings";

/** How long audit events are kept, in days. Default and least 365: the export guide promises one year. */
export function auditRetentionDays(env: Env): number {
  const days = Number(env.AUDIT_RETENTION_DAYS || "365");
  if (!Number.isInteger(days) || days < 365)
    throw new Error("AUDIT_RETENTION_DAYS: is a whole number from 365");
  return days;
}

/** Signs the heads of sealed days. Without it nothing is recorded, and so nothing leaves. */
export function headSigner(env: Env): HeadSigner {
  return createHeadSigner(env.AUDIT_SIGNING_KEY ?? "");
}

/** Where heads are sent besides the log; `undefined` for nowhere. */
export function headWebhook(env: Env): URL | undefined {
  const text = env.AUDIT_HEAD_WEBHOOK;
  if (!text) return undefined;
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol))
    throw new Error("AUDIT_HEAD_WEBHOOK: is an http or https URL");
  return url;
}

export interface SessionConfig {
  readonly signIn: SignInConfig;
  /** `undefined`: a public client. */
  readonly secret: string | undefined;
  /** How long a session lasts at most, in hours. Default 8. */
  readonly hours: number;
}

/** How people sign in. Throws a ConfigError where nobody does. */
export function sessionConfig(env: Env): SessionConfig {
  const signIn = readSignInConfig(env);
  if (signIn === undefined) throw new ConfigError("OIDC_CLIENT_ID", "is required here");
  return {
    signIn,
    secret: env.OIDC_CLIENT_SECRET || undefined,
    hours: readNumber("SESSION_HOURS", env.SESSION_HOURS, 8, 1, 24),
  };
}
