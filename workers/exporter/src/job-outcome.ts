import type { ExportOutcome, ExportSummary } from "@aarohan/contract";
import { type ExportOrder, policyNameOf } from "@aarohan/export";
import { tellProgress } from "./job-progress.ts";
import { COMPLAINTS, DELETIONS, type JobFacts, type JobStore } from "./job-store.ts";
import { summaryOf } from "./stored-file.ts";

/** Media types as the manifest names them. */
const MEDIA_TYPES = {
  ndjson: "application/fhir+ndjson",
  csv: "text/csv",
  parquet: "application/vnd.apache.parquet",
} as const;

/** What the manifest of a finished job says. */
export function outcomeOf(store: JobStore, order: ExportOrder): ExportOutcome {
  const { transactionTime = order.created, expires = 0 } = store.facts;
  const files = store.files();
  const [name = "", version = "", hash = ""] = order.policy.split(/[@#]/);
  return {
    transactionTime,
    expires,
    requestUrl: order.requestUrl,
    output: files.filter(({ shard }) => shard > 0).map(summaryOf),
    deleted: files.filter(({ shard }) => shard === DELETIONS).map(summaryOf),
    error: files.filter(({ shard }) => shard === COMPLAINTS).map(summaryOf),
    extension: JSON.stringify({
      policy: { name, version, hash },
      keyId: order.keyId,
      format: MEDIA_TYPES[order.request.format],
      disclosure: store.facts.disclosure,
    }),
  };
}

export function summaryOfJob(store: JobStore, order: ExportOrder): ExportSummary {
  const facts = store.facts;
  const files = store.files().filter(({ shard }) => shard > 0);
  const { percent, byType } = tellProgress(store, order.types);
  const isEnded = facts.ended !== undefined;
  return {
    id: order.id,
    state: stateOf(facts),
    created: order.created,
    ended: facts.ended,
    expires: facts.expires,
    transactionTime: facts.transactionTime,
    level: order.request.level.kind,
    format: order.request.format,
    role: order.principal.role,
    policyName: policyNameOf(order),
    clientId: order.principal.clientId,
    recipient: order.principal.recipient,
    // Not those that were found: what was found may have been withheld.
    types: order.types,
    requestUrl: order.requestUrl,
    hasBody: order.hasBody,
    percent,
    progress: isEnded ? undefined : Object.entries(byType).map(([type, some]) => ({ type, percent: some })),
    // Before consent was asked for the last time, nothing is told of what is there.
    resources: isEnded ? files.reduce((sum, { lines }) => sum + lines, 0) : 0,
    files: isEnded ? files.length : 0,
    bytes: isEnded ? files.reduce((sum, { file }) => sum + file.size, 0) : 0,
  };
}

function stateOf({ phase, end }: JobFacts): ExportSummary["state"] {
  return end ?? (phase === "queued" ? "queued" : "running");
}
