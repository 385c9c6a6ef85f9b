import type { ExportSummary } from "@aarohan/contract";
import type { Json } from "@aarohan/fhir";
import type { Handler } from "hono";
import { baseUrl } from "./address.ts";
import type { GatewayEnv } from "./gateway-env.ts";
import { assertJson } from "./json-only.ts";
import { MANY, ONE, type OperationParameter, PERHAPS, parameter, parts } from "./operation-parameter.ts";

export const EXPORT_JOBS: readonly OperationParameter[] = [
  parts(MANY, "job", [
    parameter(ONE, "id", "id"),
    parameter(ONE, "status", "url"),
    parameter(ONE, "state", "code"),
    ...["created", "ended", "expires", "transactionTime"].map((name) => parameter(PERHAPS, name, "instant")),
    parameter(ONE, "level", "code"),
    parameter(ONE, "format", "code"),
    parameter(ONE, "role", "code"),
    parameter(MANY, "type", "code"),
    parameter(PERHAPS, "request", "url"),
    parameter(PERHAPS, "hasBody", "boolean", "True where the request had a body, too."),
    parameter(ONE, "percent", "integer"),
    parts(MANY, "progress", [parameter(ONE, "type", "code"), parameter(ONE, "percent", "integer")]),
    parameter(ONE, "resources", "unsignedInt"),
    parameter(ONE, "files", "unsignedInt"),
    parameter(ONE, "bytes", "decimal"),
  ]),
];

/** Between a job's place in the list and its begin there is less. */
const KICK_OFF_MILLISECONDS = 60_000;

/** `GET $export-jobs`: the user's exports of the last 30 days, by clients like this, as Parameters, the newest first. */
export function exportJobs(): Handler<GatewayEnv> {
  return async function exportJobs(c) {
    assertJson(c);
    const { userKey, issuer, clientId, recipient } = c.get("identity");
    const desk = c.env.EXPORT_DESK.getByName(userKey);
    const listed = await desk.list({ issuer, clientId, recipient });
    const now = await Promise.all(listed.map((summary) => asItIs(summary, c.env)));
    const jobs = now.filter((job) => job !== undefined);
    // Their kick-off broke off before they began: they neither stay in the list nor use up the hour.
    const lost = listed.filter((_, index) => now[index] === undefined);
    await Promise.all(lost.map(({ id }) => desk.release(id)));
    const base = baseUrl(c);
    c.header("Content-Type", "application/fhir+json; charset=utf-8");
    return c.body(
      JSON.stringify({ resourceType: "Parameters", parameter: jobs.map((job) => described(job, base)) }),
    );
  };
}

/** A job that goes on as it is now; `undefined` for one that never began. */
async function asItIs(summary: ExportSummary, { EXPORT_JOB }: Env): Promise<ExportSummary | undefined> {
  if (summary.ended !== undefined) return summary;
  const current = await EXPORT_JOB.getByName(summary.id).summary();
  const isBeginning = summary.created > Date.now() - KICK_OFF_MILLISECONDS;
  return current ?? (isBeginning ? summary : undefined);
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
      ...(job.hasBody === true ? [{ name: "hasBody", valueBoolean: true }] : []),
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
