import { type ExportState, type ExportSummary, isRole } from "@aarohan/contract";
import { malformedError } from "../gateway/gateway-error.ts";
import {
  instantOf,
  numberOf,
  type Parameter,
  readParameters,
  textOf,
  textsOf,
} from "../gateway/parameters.ts";

const STATES: readonly ExportState[] = [
  "queued",
  "running",
  "complete",
  "complete-with-errors",
  "failed",
  "cancelled",
  "expired",
];
const FORMATS = ["ndjson", "csv", "parquet"] as const;
const LEVELS = ["system", "patient", "group"] as const;

/** A job as the gateway's list tells it. */
export type ListedExport = Omit<ExportSummary, "policyName" | "clientId" | "recipient">;

/** `GET $export-jobs` → the user's exports, the newest first. Throws GatewayError. */
export function readExportJobs(document: unknown): ListedExport[] {
  return readParameters(document).flatMap(({ name, parts }) =>
    name === "job" ? [readExportJob(parts)] : [],
  );
}

function readExportJob(parts: readonly Parameter[]): ListedExport {
  const id = textOf(parts, "id");
  const created = instantOf(parts, "created");
  if (id === undefined || created === undefined) throw malformedError("an export without id or time");
  const role = textOf(parts, "role");
  if (!isRole(role)) throw malformedError("an export without a role");
  return {
    id,
    state: oneOf(STATES, textOf(parts, "state")),
    created,
    ended: instantOf(parts, "ended"),
    expires: instantOf(parts, "expires"),
    transactionTime: instantOf(parts, "transactionTime"),
    level: oneOf(LEVELS, textOf(parts, "level")),
    format: oneOf(FORMATS, textOf(parts, "format")),
    role,
    types: textsOf(parts, "type"),
    percent: numberOf(parts, "percent") ?? 0,
    progress: parts.flatMap((part) => (part.name === "progress" ? [readProgress(part.parts)] : [])),
    resources: numberOf(parts, "resources") ?? 0,
    files: numberOf(parts, "files") ?? 0,
    bytes: numberOf(parts, "bytes") ?? 0,
    requestUrl: textOf(parts, "request"),
    hasBody: textOf(parts, "hasBody") === "true",
  };
}

function readProgress(parts: readonly Parameter[]) {
  return { type: textOf(parts, "type") ?? "", percent: numberOf(parts, "percent") ?? 0 };
}

function oneOf<T extends string>(known: readonly T[], value: string | undefined): T {
  const found = known.find((each) => each === value);
  if (found === undefined) throw malformedError("an export of an unknown kind");
  return found;
}

export function isActive({ state }: ListedExport): boolean {
  return state === "queued" || state === "running";
}

/** True where files can be had. */
export function hasFiles({ state }: ListedExport): boolean {
  return state === "complete" || state === "complete-with-errors";
}
