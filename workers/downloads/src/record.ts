import type { AuditRecord, Identity } from "@aarohan/contract";
import type { ServedFile } from "@aarohan/exporter";
import type { AuditTrail } from "@aarohan/ledger";

interface Downloaded {
  readonly requestId: string;
  readonly identity: Identity;
  readonly file: ServedFile;
  readonly status: number;
  /** That are about to be sent, or that were. */
  readonly bytes: number;
}

/** Durable before the first byte: who takes which file. Whose data are in it was recorded when the job made it. */
export async function openRecord(
  trail: DurableObjectStub<AuditTrail>,
  downloaded: Downloaded,
): Promise<void> {
  await trail.record(recordOf(downloaded, downloaded.requestId));
}

/** How much was taken in the end. Where it is missing, the download was cut off with the runtime. */
export async function closeRecord(
  trail: DurableObjectStub<AuditTrail>,
  downloaded: Downloaded,
): Promise<void> {
  await trail.record({ ...recordOf(downloaded, crypto.randomUUID()), closes: downloaded.requestId });
}

function recordOf({ identity, file, status, bytes }: Downloaded, requestId: string): AuditRecord {
  const { issuer, subject, clientId } = identity;
  return {
    requestId,
    recorded: new Date().toISOString(),
    interaction: "read",
    method: "GET",
    resourceType: file.type,
    parameters: [],
    agent: { issuer, subject, clientId, role: file.role },
    policy: file.policy,
    status,
    file: file.key.replace(/\.gz$/, ""),
    resources: file.lines,
    withheld: 0,
    bytes,
    patients: [],
  };
}
