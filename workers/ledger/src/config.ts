import { createHeadSigner, type HeadSigner } from "@aarohan/audit";

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
