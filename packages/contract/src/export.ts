import type { ErrorCode } from "./edge-error.ts";
import type { Role } from "./role.ts";

/** What becomes of a bulk export. The last five are ends: nothing follows but that the job is removed. */
export type ExportState =
  | "queued"
  | "running"
  | "complete"
  | "complete-with-errors"
  | "failed"
  | "cancelled"
  | "expired";

/** A job as its user's list shows it. Times are milliseconds since 1970. */
export interface ExportSummary {
  /** UUID. */
  readonly id: string;
  readonly state: ExportState;
  readonly created: number;
  /** When it ended; `undefined` while it goes on. */
  readonly ended?: number | undefined;
  /** When its files are removed. */
  readonly expires?: number | undefined;
  /** Instant up to which changes are in it. */
  readonly transactionTime?: number | undefined;
  readonly level: "system" | "patient" | "group";
  readonly format: "ndjson" | "csv" | "parquet";
  readonly role: Role;
  /** Name of the policy: pseudonyms are of its own. */
  readonly policyName: string;
  /** Client that ordered it, and for whom its pseudonyms are. */
  readonly clientId: string;
  readonly recipient: string;
  readonly types: readonly string[];
  /** Address of the kick-off request, without what its body had. */
  readonly requestUrl?: string | undefined;
  /** True where the request had a body: the address alone is another order. */
  readonly hasBody?: boolean | undefined;
  /** 0 to 100; 100 only once it is complete. */
  readonly percent: number;
  /** The same by type, while it goes on. */
  readonly progress?: readonly { readonly type: string; readonly percent: number }[] | undefined;
  readonly resources: number;
  readonly files: number;
  /** Of the files' own, uncompressed bytes. */
  readonly bytes: number;
}

/** A file of a finished job. */
export interface ExportFileSummary {
  readonly type: string;
  /** Last segment of its URL. */
  readonly name: string;
  /** Lines, or rows. */
  readonly count: number;
  /** Of the uncompressed bytes. */
  readonly fileSize: number;
  /** SHA-256 of the uncompressed bytes, 64 hexadecimal digits. */
  readonly sha256: string;
}

/** What a manifest says, but for its addresses. */
export interface ExportOutcome {
  /** Milliseconds since 1970. */
  readonly transactionTime: number;
  readonly expires: number;
  readonly requestUrl: string;
  readonly output: readonly ExportFileSummary[];
  readonly deleted: readonly ExportFileSummary[];
  readonly error: readonly ExportFileSummary[];
  /** The manifest's `extension`, an object in JSON: policy, key, format, disclosure report. */
  readonly extension: string;
}

/** Answer to a poll. */
export type ExportStatus =
  | { readonly kind: "unknown" }
  | { readonly kind: "early"; readonly retryAfterSeconds: number }
  | { readonly kind: "running"; readonly progress: string; readonly retryAfterSeconds: number }
  | { readonly kind: "failed"; readonly code: ErrorCode }
  | { readonly kind: "complete"; readonly outcome: ExportOutcome };
