import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import {
  type DemoStack,
  generatePopulation,
  startDemoStack,
  startFhirServer,
  startTokenMint,
} from "@aarohan/devkit";
import type { AnyResource } from "@aarohan/fhir";
import { exportOnce, FORMATS } from "./export-run.ts";
import { startPreparedUpstream } from "./prepared-upstream.ts";

/** Resources of each run, about. */
const SIZES = (process.env.BENCH_SIZES ?? "10000,100000,1000000").split(",").map(Number);
const RESOURCES_PER_PATIENT = 13.5;
const LARGE = { resources: 120, bytes: 1_000_000 };

interface Cost {
  readonly resources: number;
  readonly files: number;
  readonly shards: number;
  readonly seconds: number;
  /** Of the runtime, in seconds and megabytes. */
  readonly cpu: number;
  readonly peak: number;
}

/** What whole exports cost as they grow: time, processor, memory, operations of the store and of Durable Objects. */
export async function benchScale(): Promise<string[]> {
  const rows: string[] = [];
  for (const size of SIZES) {
    const patients = Math.round(size / RESOURCES_PER_PATIENT);
    const upstream = await startPreparedUpstream(generatePopulation({ patients }));
    const cost = await costOf(
      upstream.url,
      "Condition,Encounter,Observation,Patient,QuestionnaireResponse,ClinicalImpression,RiskAssessment,Task",
    );
    await upstream.close();
    rows.push(rowOf(cost));
  }
  const server = await startFhirServer({ port: 0, resources: largeResources() });
  const large = await costOf(server.url, "Observation", "administrator");
  await server.close();
  return [
    "exports as they grow, pages at wire speed:",
    ...rows,
    "",
    `${LARGE.resources} resources of 1 MB:`,
    rowOf(large),
    `  live memory of a slice over them: ${sliceMemory()} MB`,
  ];
}

function sliceMemory(): string {
  const script = `${import.meta.dirname}/slice-memory.ts`;
  return execFileSync(process.execPath, ["--expose-gc", script], { encoding: "utf8" }).trim();
}

async function costOf(
  url: string,
  types: string,
  role: "analyst" | "administrator" = "analyst",
): Promise<Cost> {
  const mint = await startTokenMint();
  const stack: DemoStack = await startDemoStack({
    furtherIssuers: [{ issuer: mint.issuer, jwksUri: mint.jwksUri, audiences: ["aarohan-edge"] }],
    settings: { UPSTREAM_BASE_URL: url, CONSENT_MODE: "none", EXPORT_WINDOW_RESOURCES: "200000" },
  });
  try {
    const runtime = runtimeProcess();
    const before = cpuOf(runtime);
    const { resources, seconds, files } = await exportOnce(stack, mint, role, types, FORMATS[0] ?? "");
    const cpu = cpuOf(runtime) - before;
    return { resources, files, shards: types.split(",").length, seconds, cpu, peak: peakOf(runtime) };
  } finally {
    await stack.close();
    await mint.close();
  }
}

function* largeResources(): Generator<AnyResource> {
  for (let index = 0; index < LARGE.resources; index += 1) {
    yield {
      resourceType: "Observation",
      id: `large-${index}`,
      meta: { lastUpdated: new Date(Date.UTC(2025, 0, 1) + index * 1000).toISOString() },
      status: "final",
      code: { text: "large" },
      note: [{ text: `${index}`.padEnd(LARGE.bytes, "x") }],
    };
  }
}

/** The Workers runtime that this process has started. */
function runtimeProcess(): number {
  const pid = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .find((candidate) => {
      const [comm, parent] = statOf(candidate);
      return comm === "workerd" && Number(parent) === process.pid;
    });
  if (pid === undefined) throw new Error("the runtime's process is not found (this bench needs Linux)");
  return pid;
}

/** Name, parent, then the fields of proc(5) from the state on. */
function statOf(pid: number): [name: string, parent: string, fields: string[]] {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return [text.slice(text.indexOf("(") + 1, text.lastIndexOf(")")), fields[1] ?? "", fields];
  } catch {
    return ["", "", []];
  }
}

/** Seconds of processor time, user and system. */
function cpuOf(pid: number): number {
  const [, , fields] = statOf(pid);
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** Most memory so far, in megabytes. */
function peakOf(pid: number): number {
  const [, kilobytes] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kilobytes) / 1000;
}

function rowOf({ resources, files, shards, seconds, cpu, peak }: Cost): string {
  // A slice: its alarm, its facts, its news; a shard: begin, check, alarm, record, news; a job: order, steps, polls.
  const requests = 3 * files + 6 * shards + 30;
  return [
    `  ${String(resources).padStart(8)} resources`,
    `${seconds.toFixed(1).padStart(6)} s`,
    `${cpu.toFixed(1).padStart(6)} s of processor`,
    `${peak.toFixed(0).padStart(5)} MB at most`,
    `${String(files).padStart(4)} files`,
    `about ${requests} requests of Durable Objects`,
  ].join("  ");
}
