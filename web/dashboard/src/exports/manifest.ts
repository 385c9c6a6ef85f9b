import type { ExportFileSummary } from "@aarohan/contract";
import { malformedError } from "../gateway/gateway-error.ts";

/** A file that can be had: `path` is on this origin, where the session's cookie is. */
export interface ManifestFile extends ExportFileSummary {
  readonly path: string;
}

/** What a finished export has (FHIR Bulk Data Access, complete status). */
export interface Manifest {
  readonly transactionTime: number;
  readonly output: readonly ManifestFile[];
  readonly deleted: readonly ManifestFile[];
  readonly error: readonly ManifestFile[];
  /** `name@version#hash`, "" where it is not told. */
  readonly policy: string;
}

/** Throws GatewayError. */
export function readManifest(document: unknown): Manifest {
  const { transactionTime, output, deleted, error, extension } = Object(document);
  const instant = Date.parse(String(transactionTime));
  if (Number.isNaN(instant)) throw malformedError("a manifest without its time");
  const { policy } = Object(extension);
  return {
    transactionTime: instant,
    output: readFiles(output),
    deleted: readFiles(deleted),
    error: readFiles(error),
    policy: policyText(policy),
  };
}

function readFiles(list: unknown): ManifestFile[] {
  return Array.isArray(list) ? list.map(readFile) : [];
}

function readFile(entry: unknown): ManifestFile {
  const { type, url, count, fileSize, extension } = Object(entry);
  const path = typeof url === "string" ? new URL(url, "http://gateway").pathname : "";
  if (!path.startsWith("/files/") || typeof type !== "string") throw malformedError("a file without address");
  return {
    type,
    path,
    name: path.slice(path.lastIndexOf("/") + 1),
    count: Number(count),
    fileSize: Number(fileSize),
    sha256: String(Object(extension)["sha-256"] ?? ""),
  };
}

function policyText(policy: unknown): string {
  const { name, version, hash } = Object(policy);
  if (typeof policy === "string") return policy;
  return typeof name === "string" ? `${name}@${version}#${String(hash).slice(0, 12)}` : "";
}
