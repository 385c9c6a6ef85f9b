import { type AuditRecord, EdgeError, type ErrorCode, type Identity } from "@aarohan/contract";
import type { ServedFile } from "@aarohan/exporter";
import type { AuditTrail } from "@aarohan/ledger";

/** Who asks, and for which file, once that is known. */
export interface Asked {
  readonly requestId: string;
  readonly identity: Identity;
  readonly method: string;
  readonly file?: ServedFile;
}

/** What is answered. */
export interface Told {
  readonly status: number;
  readonly errorCode?: ErrorCode;
  /** That are about to be sent, or that were. */
  readonly bytes: number;
}

/**
 * Durable before the first byte: who takes which file, or was refused it. Whose data are in it was recorded when the job made it.
 * Throws `audit-unavailable`.
 */
export async function openRecord(
  trail: DurableObjectStub<AuditTrail>,
  asked: Asked,
  told: Told,
): Promise<void> {
  try {
    await trail.record(recordOf(asked, told, asked.requestId));
  } catch (cause) {
    throw new EdgeError("audit-unavailable", "The audit trail cannot be written, so nothing is released.", {
      cause,
      retryAfterSeconds: 5,
    });
  }
}

/** How much was taken in the end. Where it is missing, the download was cut off with the runtime. */
export async function closeRecord(
  trail: DurableObjectStub<AuditTrail>,
  asked: Asked,
  told: Told,
): Promise<void> {
  await trail.record({ ...recordOf(asked, told, crypto.randomUUID()), closes: asked.requestId });
}

/** Does it, and records what is refused on the way, before it is told. */
export async function recordingRefusals<T>(
  trail: DurableObjectStub<AuditTrail>,
  asked: Asked,
  act: () => Promise<T>,
): Promise<T> {
  try {
    return await act();
  } catch (error) {
    const { code, status } = error instanceof EdgeError ? error : { code: "internal" as const, status: 500 };
    if (code !== "audit-unavailable") await openRecord(trail, asked, { status, errorCode: code, bytes: 0 });
    throw error;
  }
}

function recordOf(
  { identity, method, file }: Asked,
  { status, errorCode, bytes }: Told,
  requestId: string,
): AuditRecord {
  const { issuer, subject, clientId } = identity;
  return {
    requestId,
    recorded: new Date().toISOString(),
    interaction: "read",
    method,
    parameters: [],
    agent: { issuer, subject, clientId, role: file?.role ?? "none" },
    status,
    ...(errorCode === undefined ? {} : { errorCode }),
    ...(file === undefined
      ? {}
      : { resourceType: file.type, policy: file.policy, file: file.key.replace(/\.gz$/, "") }),
    resources: bytes === 0 ? 0 : (file?.lines ?? 0),
    withheld: 0,
    bytes,
    patients: [],
  };
}
