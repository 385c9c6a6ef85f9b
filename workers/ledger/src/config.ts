/** How long audit events are kept, in days. Default and least 365: the export guide promises one year. */
export function auditRetentionDays(env: Env): number {
  const days = Number(env.AUDIT_RETENTION_DAYS || "365");
  if (!Number.isInteger(days) || days < 365)
    throw new Error("AUDIT_RETENTION_DAYS: is a whole number from 365");
  return days;
}
