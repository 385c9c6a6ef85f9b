import type { ExportFileSummary, Role } from "@aarohan/contract";
import type { GzipFile } from "@aarohan/files";

/** A file of a job, as it is kept: its index with it. */
export interface StoredFile {
  readonly name: string;
  readonly type: string;
  /** Lines, or rows. */
  readonly lines: number;
  readonly file: GzipFile;
}

/** What the downloads worker needs to serve one. */
export interface ServedFile extends StoredFile {
  /** In R2. */
  readonly key: string;
  readonly format: "ndjson" | "csv" | "parquet";
  /** Milliseconds since 1970. */
  readonly expires: number;
  readonly policy: string;
  /** In which it was ordered. */
  readonly role: Role;
  /** By which it was ordered. */
  readonly scopes: readonly string[];
  /** Resource types that it tells of. */
  readonly tells: readonly string[];
}

export function summaryOf({ name, type, lines, file }: StoredFile): ExportFileSummary {
  return { type, name, count: lines, fileSize: file.size, sha256: hex(file.digest) };
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
