import { ExportFault } from "./export-fault.ts";

/** A file of an export, as the manifest promises it. */
export interface ManifestFile {
  readonly type: string;
  readonly url: URL;
  /** Last segment of the address: safe as the name of a file. */
  readonly name: string;
  /** Lines of NDJSON, rows of a table. */
  readonly count: number;
  /** Bytes, uncompressed; so is what `sha256` (64 hexadecimal digits) is of. */
  readonly size: number;
  readonly sha256: string;
}

/** What is used of a complete export's manifest (FHIR Bulk Data Access, status request). */
export interface Manifest {
  readonly transactionTime: string;
  /** The kick-off. */
  readonly request: URL;
  /** Of `output` and `deleted`. */
  readonly data: readonly ManifestFile[];
  /** OperationOutcomes about what is left out. */
  readonly errors: readonly ManifestFile[];
  readonly policy: { readonly name: string; readonly version: string; readonly hash: string };
  readonly keyId: number;
  readonly format: string;
  /** As it came. */
  readonly json: unknown;
}

/** Nothing that leaves the folder, hides, or needs quotes. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,120}$/;

/** Names that the folder of a run needs for itself. */
const OWN_NAME = /^(?:manifest|downloads)\.json|\.part$/i;

/** Throws an ExportFault that names what is wrong, without the value. */
export function readManifest(json: unknown): Manifest {
  const fields: Readonly<Record<string, unknown>> = Object(json);
  const { output, deleted = [], error = [], outcome = [], extension } = fields;
  const { policy, keyId, format } = Object(extension);
  const { name, version, hash } = Object(policy);
  const data = [...filesOf(output, "output"), ...filesOf(deleted, "deleted")];
  const errors = withoutRepetition([...filesOf(error, "error"), ...filesOf(outcome, "outcome")]);
  assertNamesDiffer([...data, ...errors]);
  return {
    transactionTime: instant(fields.transactionTime),
    request: address(fields.request, "request"),
    data,
    errors,
    policy: { name: String(name), version: String(version), hash: String(hash) },
    keyId: Number(keyId),
    format: String(format),
    json,
  };
}

function filesOf(list: unknown, where: string): ManifestFile[] {
  if (!Array.isArray(list)) throw malformed(where);
  return list.map((entry) => fileOf(Object(entry), where));
}

function fileOf(entry: Readonly<Record<string, unknown>>, where: string): ManifestFile {
  const { type, count, fileSize, extension } = entry;
  const sha256: unknown = Object(extension)["sha-256"];
  const url = address(entry.url, where);
  const name = url.pathname.split("/").at(-1) ?? "";
  if (!NAME.test(name) || OWN_NAME.test(name)) {
    throw new ExportFault("The manifest names a file in a way that is no safe name: nothing is downloaded.");
  }
  if (typeof sha256 !== "string" || !/^[0-9a-f]{64}$/.test(sha256)) throw malformed(where);
  return {
    type: String(type),
    url,
    name,
    count: wholeNumber(count, where),
    size: wholeNumber(fileSize, where),
    sha256,
  };
}

/** `outcome` is the newer name of `error`: usually both hold the same files. */
function withoutRepetition(files: readonly ManifestFile[]): ManifestFile[] {
  return [...new Map(files.map((file) => [file.url.href, file])).values()];
}

/** Also where upper and lower case are the same. */
function assertNamesDiffer(files: readonly ManifestFile[]): void {
  const names = new Set(files.map(({ name }) => name.toLowerCase()));
  if (names.size < files.length)
    throw new ExportFault("The manifest has two files of one name: nothing is downloaded.");
}

function instant(value: unknown): string {
  if (typeof value !== "string" || Number.isNaN(Date.parse(value))) throw malformed("transactionTime");
  return value;
}

function address(value: unknown, where: string): URL {
  const url = typeof value === "string" ? URL.parse(value) : null;
  if (url === null) throw malformed(where);
  return url;
}

function wholeNumber(value: unknown, where: string): number {
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 0) throw malformed(where);
  return value;
}

function malformed(where: string): ExportFault {
  return new ExportFault(`The manifest cannot be used: ${where} is missing or malformed.`);
}
