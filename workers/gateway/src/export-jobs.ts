import type { ExportSummary } from "@aarohan/contract";
import type { Json } from "@aarohan/fhir";
import type { Handler } from "hono";
import { baseUrl } from "./address.ts";
import type { GatewayEnv } from "./gateway-env.ts";

/** `GET $export-jobs`: the user's exports of the last 30 days as Parameters, the newest first. */
export function exportJobs(): Handler<GatewayEnv> {
  return async function exportJobs(c) {
    c.get("record").describe({ interaction: "operation" });
    const listed = await c.env.EXPORT_DESK.getByName(c.get("identity").userKey).list();
    const jobs = await Promise.all(
      listed.map(async (summary) =>
        summary.ended === undefined
          ? ((await c.env.EXPORT_JOB.getByName(summary.id).summary()) ?? summary)
          : summary,
      ),
    );
    const base = baseUrl(c);
    c.header("Content-Type", "application/fhir+json; charset=utf-8");
    return c.body(
      JSON.stringify({ resourceType: "Parameters", parameter: jobs.map((job) => described(job, base)) }),
    );
  };
}

function described(job: ExportSummary, base: string): Json {
  const instant = (name: string, milliseconds: number | undefined): Json[] =>
    milliseconds === undefined ? [] : [{ name, valueInstant: new Date(milliseconds).toISOString() }];
  return {
    name: "job",
    part: [
      { name: "id", valueId: job.id },
      { name: "status", valueUrl: `${base}/$export-poll-status?job=${job.id}` },
      { name: "state", valueCode: job.state },
      ...instant("created", job.created),
      ...instant("ended", job.ended),
      ...instant("expires", job.expires),
      ...instant("transactionTime", job.transactionTime),
      { name: "level", valueCode: job.level },
      { name: "format", valueCode: job.format },
      { name: "role", valueCode: job.role },
      ...job.types.map((type) => ({ name: "type", valueCode: type })),
      ...(job.requestUrl === undefined ? [] : [{ name: "request", valueUrl: job.requestUrl }]),
      { name: "percent", valueInteger: job.percent },
      ...(job.progress ?? []).map(({ type, percent }) => ({
        name: "progress",
        part: [
          { name: "type", valueCode: type },
          { name: "percent", valueInteger: percent },
        ],
      })),
      { name: "resources", valueUnsignedInt: job.resources },
      { name: "files", valueUnsignedInt: job.files },
      { name: "bytes", valueDecimal: job.bytes },
    ],
  };
}
