import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { gunzipSync } from "node:zlib";
import {
  assertPortFree,
  DEMO_ROLE_MAPPINGS,
  demoSecrets,
  type Edge,
  type EdgeOptions,
  effort,
  type FhirServer,
  generatePopulation,
  startEdge,
  startFhirServer,
  startTokenMint,
  type TokenMint,
} from "@aarohan/devkit";
import type { AnyResource } from "@aarohan/fhir";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type ExportClient, exportClient, type Manifest } from "../src/export-client.ts";

const KILLS = effort(20);
const PATIENTS = 7400;
const LEAST_RESOURCES = 100_000;
const PORT = 18_790;

let population: readonly AnyResource[];
let upstream: FhirServer;
let mint: TokenMint;
let child: ChildProcess | undefined;
const state = mkdtempSync(join(tmpdir(), "aarohan-test-"));

beforeAll(async () => {
  population = [...generatePopulation({ patients: PATIENTS })];
  upstream = await startFhirServer({ port: 0, resources: population });
  mint = await startTokenMint();
}, 60_000);
afterAll(async () => {
  kill();
  await upstream.close();
  await mint.close();
  rmSync(state, { recursive: true });
});

function options(): EdgeOptions {
  return {
    port: PORT,
    stateFolder: state,
    settings: {
      ...secrets,
      UPSTREAM_BASE_URL: upstream.url,
      OIDC_ISSUERS: JSON.stringify([
        { issuer: mint.issuer, jwksUri: mint.jwksUri, audiences: ["aarohan-edge"] },
      ]),
      ROLE_MAPPINGS: JSON.stringify(DEMO_ROLE_MAPPINGS),
      CONSENT_MODE: "none",
      EXPORT_SETTLE_SECONDS: "0",
      // Slices of some tenths of a second, cut alike in both runs: no windows by the time of the start.
      EXPORT_PAGE_SIZE: "500",
      EXPORT_PART_KIB: "128",
      EXPORT_WINDOW_RESOURCES: "200000",
    },
  };
}
const secrets = demoSecrets(undefined);

/** The whole edge in a process group of its own, on the state that the one before left. */
async function start(): Promise<void> {
  await assertPortFree(PORT, "gateway");
  const started = spawn(process.execPath, [resolve(import.meta.dirname, "../src/edge-process.ts")], {
    detached: true,
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, EDGE_OPTIONS: JSON.stringify(options()) },
  });
  child = started;
  for await (const line of createInterface({ input: started.stdout })) {
    if (line.startsWith("http")) return;
  }
  throw new Error("the edge did not start");
}

function kill(): void {
  if (child?.pid !== undefined) process.kill(-child.pid, "SIGKILL");
  child = undefined;
}

async function killed(): Promise<void> {
  kill();
  await expect
    .poll(() =>
      assertPortFree(PORT, "gateway").then(
        () => true,
        () => false,
      ),
    )
    .toBe(true);
}

const pause = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds));
const stack = () => ({ mint, fhirUrl: `http://localhost:${PORT}/fhir` });
const TYPES =
  "Patient,Observation,QuestionnaireResponse,Encounter,ClinicalImpression,Condition,Task,RiskAssessment";

/** All lines of all files as they are stored, checked against the manifest. */
async function contents(edge: Edge, manifest: Manifest) {
  const bucket = await edge.runtime.getR2Bucket("EXPORT_FILES", "aarohan-exporter");
  const ids: string[] = [];
  for (const { type, url, count, fileSize, extension } of manifest.output) {
    const object = await bucket.get(`${url.split("/files/")[1]}.gz`);
    const bytes = gunzipSync(new Uint8Array((await object?.arrayBuffer()) ?? new ArrayBuffer(0)));
    expect(bytes.length).toBe(fileSize);
    expect(createHash("sha256").update(bytes).digest("hex")).toBe(extension["sha-256"]);
    const lines = bytes.toString().trimEnd().split("\n");
    expect(lines).toHaveLength(count);
    for (const line of lines) ids.push(`${type}/${JSON.parse(line).id}`);
  }
  return ids;
}

const digestsOf = ({ output }: Manifest) =>
  output.map(({ type, extension }) => `${type} ${extension["sha-256"]}`).toSorted();

interface BegunDownload {
  readonly status: number;
  readonly retrySeconds: number;
  readonly etag: string;
  /** The first chunks; the connection is still open. */
  readonly bytes: Buffer;
}

function begun(url: string, authorization: string): Promise<BegunDownload> {
  return new Promise((done, failed) => {
    const asked = request(url, { agent: false, headers: { Authorization: authorization } }, (answer) => {
      const { etag = "", "retry-after": retrySeconds } = answer.headers;
      answer.on("error", () => undefined);
      answer.once("data", (bytes: Buffer) => {
        answer.pause();
        done({ status: answer.statusCode ?? 0, retrySeconds: Number(retrySeconds), etag, bytes });
      });
    });
    asked.on("error", failed);
    asked.end();
  });
}

/** Each kill costs the user what the limiter had written ahead: the limit may be reached, and the download has to wait. */
async function begunPatiently(url: string, authorization: string): Promise<BegunDownload> {
  for (;;) {
    const first = await begun(url, authorization);
    if (first.status !== 429) return first;
    await pause(1000 * first.retrySeconds);
  }
}

/** Killed in the middle of a file, twice; what was received is gone on from. */
async function resumedDownload(url: string, client: ExportClient): Promise<Buffer> {
  const first = await begunPatiently(url, client.authorization);
  expect(first.status).toBe(200);
  await killed();
  await start();
  const from = first.bytes.length;
  const middle = await client.patiently(url, {
    headers: { Range: `bytes=${from}-${from + 99_999}`, "If-Range": first.etag },
  });
  expect([middle.status, middle.headers.etag]).toEqual([206, first.etag]);
  await killed();
  await start();
  const rest = await client.patiently(url, {
    headers: { Range: `bytes=${from + 100_000}-`, "If-Range": first.etag },
  });
  expect([rest.status, rest.headers.etag]).toEqual([206, first.etag]);
  return Buffer.concat([first.bytes, middle.bytes, rest.bytes]);
}

it("holds every resource once, as if nothing had happened, however often the process is killed", async () => {
  await start();
  const client = await exportClient(stack(), "administrator", { exp: Math.floor(Date.now() / 1000) + 3600 });
  const accepted = await client.kickOff(`/$export?_type=${TYPES}`);
  expect(accepted.status).toBe(202);
  const location = String(accepted.headers["content-location"]);
  let duringWork = 0;
  for (let kills = 0; kills < KILLS; kills += 1) {
    await pause(100 + Math.random() * 500);
    if ((await client.ask(location)).status !== 200) duringWork += 1;
    await killed();
    await start();
  }
  const settled = await client.settle(location);
  expect(settled.status).toBe(200);
  const manifest: Manifest = JSON.parse(settled.body);
  const [file] = manifest.output.toSorted((a, b) => b.fileSize - a.fileSize);
  const resumed = await resumedDownload(String(file?.url), client);
  expect(createHash("sha256").update(resumed).digest("hex")).toBe(file?.extension["sha-256"]);
  const undisturbed = await exportClient(stack(), "administrator", {
    exp: Math.floor(Date.now() / 1000) + 3600,
  });
  const calm = await undisturbed.run(`/$export?_type=${TYPES}`);
  // Killed while it is removed: it goes on with that, too.
  const calmJob = String(calm.output[0]?.url.split("/files/")[1]?.split("/")[0]);
  const removal = `${stack().fhirUrl}/$export-poll-status?job=${calmJob}`;
  expect((await undisturbed.ask(removal, { method: "DELETE" })).status).toBe(202);
  await killed();

  const edge: Edge = await startEdge(options());
  try {
    const ids = await contents(edge, manifest);
    const expected = population
      .filter(({ resourceType }) => TYPES.split(",").includes(resourceType))
      .map(({ resourceType, id }) => `${resourceType}/${id}`);
    expect(expected.length).toBeGreaterThan(LEAST_RESOURCES);
    expect(ids.toSorted()).toEqual(expected.toSorted());
    expect(digestsOf(manifest)).toEqual(digestsOf(calm));
    const bucket = await edge.runtime.getR2Bucket("EXPORT_FILES", "aarohan-exporter");
    const job = new URL(location).searchParams.get("job");
    const { objects } = await bucket.list({ prefix: `${job}/` });
    const names = manifest.output.map(({ url }) => `${url.split("/files/")[1]}.gz`);
    expect(objects.map(({ key }) => key).toSorted()).toEqual(names.toSorted());
    await expect
      .poll(async () => (await bucket.list({ prefix: `${calmJob}/` })).objects.length, { timeout: 20_000 })
      .toBe(0);
    expect((await undisturbed.ask(removal)).status).toBe(404);
    console.log(
      `${ids.length} resources in ${manifest.output.length} files over ${KILLS} kills, ${duringWork} of them during the work`,
    );
    expect(duringWork).toBeGreaterThan(KILLS / 2);
  } finally {
    await edge.close();
  }
}, 900_000);
