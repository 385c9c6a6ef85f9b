import type { ExportOrder } from "@aarohan/export";
import type { AnyResource } from "@aarohan/fhir";
import { GzipWriter } from "@aarohan/files";
import { encodeNdjson } from "@aarohan/formats";
import { createExportFiles } from "./export-files.ts";
import { gzip } from "./gzip.ts";
import { COMPLAINTS, type Complaint, type JobStore, type ShardRow } from "./job-store.ts";

/** File of the manifest's `error`. */
const ERRORS = "OperationOutcome.errors.ndjson";

/** What went wrong with parts of the job, in sentences that name types and no numbers. */
export function complaintsOf(shards: readonly ShardRow[]): string[] {
  return shards.flatMap(({ type, code, counts, state }) => [
    ...(state === "failed"
      ? [`${type}: consent could not be asked (${code}); a part of it is left out.`]
      : []),
    ...(state !== "failed" && code !== undefined ? [`${type}: not all could be read (${code}).`] : []),
    ...(counts.malformed > 0 ? [`${type}: some resources could not be read, and are left out.`] : []),
    ...(counts.short > 0
      ? [`${type}: the programme's server counts more resources than it gave, even when it was asked again.`]
      : []),
  ]);
}

/** Writes the complaints as OperationOutcomes into a file of their own, one a line. */
export async function writeComplaints(env: Env, store: JobStore, order: ExportOrder): Promise<void> {
  const complaints = store.complaints();
  if (complaints.length === 0) return;
  const writer = new GzipWriter(gzip);
  for (const chunk of encodeNdjson(complaints.map(outcome))) writer.write(chunk);
  const { file, bytes } = writer.finish();
  await createExportFiles(env.EXPORT_FILES, order.id).put(ERRORS, bytes);
  store.addFile(COMPLAINTS, { name: ERRORS, type: "OperationOutcome", lines: complaints.length, file });
}

function outcome({ text, severity }: Complaint): AnyResource {
  const code = severity === "information" ? "informational" : "incomplete";
  return { resourceType: "OperationOutcome", issue: [{ severity, code, diagnostics: text }] };
}
