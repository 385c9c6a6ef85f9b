import { EdgeError, type ExportFileSummary, type ExportOutcome } from "@aarohan/contract";
import type { Context, Handler } from "hono";
import { baseUrl } from "./address.ts";
import type { GatewayEnv } from "./gateway-env.ts";
import { ONE, type OperationParameter, parameter } from "./operation-parameter.ts";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

export const POLLED_JOB: readonly OperationParameter[] = [
  parameter(ONE, "job", "id", "As Content-Location has it; also _jobId."),
];

/**
 * `GET $export-poll-status?job=`: 202 with `X-Progress` and `Retry-After` in whole seconds, or 200 with the manifest
 * (FHIR Bulk Data Access, status request). HAPI's spelling `_jobId` is read, too.
 */
export function exportStatus(): Handler<GatewayEnv> {
  return async function exportStatus(c) {
    const status = await c.env.EXPORT_JOB.getByName(jobId(c)).poll(asking(c));
    switch (status.kind) {
      case "unknown":
        throw unknownJob();
      case "early":
        throw new EdgeError(
          "rate-limited",
          "The export was asked for too soon: wait as long as Retry-After says.",
          {
            retryAfterSeconds: status.retryAfterSeconds,
          },
        );
      case "failed":
        throw new EdgeError(
          "export-failed",
          `The export failed (${status.code}); it does not count. Order it again.`,
        );
      case "running":
        c.header("X-Progress", status.progress);
        c.header("Retry-After", String(status.retryAfterSeconds));
        return c.body(null, 202);
      case "complete":
        return manifest(c, status.outcome);
    }
  };
}

/** `DELETE $export-poll-status?job=`: stops the job, or removes its files; from then on there is no such job. */
export function cancelExport(): Handler<GatewayEnv> {
  return async function cancelExport(c) {
    if (!(await c.env.EXPORT_JOB.getByName(jobId(c)).cancel(asking(c)))) throw unknownJob();
    c.header("Content-Type", "application/fhir+json; charset=utf-8");
    const issue = [
      {
        severity: "information",
        code: "informational",
        diagnostics: "The export is stopped, and its files are removed.",
      },
    ];
    return c.body(JSON.stringify({ resourceType: "OperationOutcome", issue }), 202);
  };
}

function jobId(c: Context<GatewayEnv>): string {
  const parameters = new URL(c.req.url).searchParams;
  c.get("record").describe({ interaction: "operation", parameters: [...new Set(parameters.keys())].sort() });
  const id = parameters.get("job") ?? parameters.get("_jobId");
  if (id === null) throw new EdgeError("parameter-invalid", "job is missing.", { parameter: "job" });
  if (!UUID.test(id)) throw unknownJob();
  return id;
}

function asking(c: Context<GatewayEnv>) {
  const { userKey, roles, authorisation, issuer, clientId, recipient } = c.get("identity");
  return { userKey, roles, authorisation, issuer, clientId, recipient };
}

/** Nonexistent, expired, cancelled and another's: one answer. */
function unknownJob(): EdgeError {
  return new EdgeError("export-unknown", "There is no such export.");
}

function manifest(c: Context<GatewayEnv>, outcome: ExportOutcome): Response {
  const origin = new URL(baseUrl(c)).origin;
  const job = jobId(c);
  const listed = (files: readonly ExportFileSummary[]) =>
    files.map(({ type, name, count, fileSize, sha256 }) => ({
      type,
      url: `${origin}/files/${job}/${name}`,
      count,
      fileSize,
      extension: { "sha-256": sha256 },
    }));
  c.header("Content-Type", "application/json; charset=utf-8");
  c.header("Expires", new Date(outcome.expires).toUTCString());
  const error = listed(outcome.error);
  return c.body(
    JSON.stringify({
      transactionTime: new Date(outcome.transactionTime).toISOString(),
      request: outcome.requestUrl,
      requiresAccessToken: true,
      output: listed(outcome.output),
      deleted: listed(outcome.deleted),
      error,
      outcome: error,
      extension: JSON.parse(outcome.extension),
    }),
  );
}
