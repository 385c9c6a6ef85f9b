import { DEMO_ROLE_MAPPINGS, demoSecrets, edgeWorker, startTokenMint } from "@aarohan/devkit";
import type { AnyResource } from "@aarohan/fhir";
import { buildSync } from "esbuild";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { type LoadResult, load } from "./load.ts";
import { startWireUpstream } from "./wire-upstream.ts";

const CALLS = Number(process.env.BENCH_CALLS ?? 600);
const STAGES = [
  "nothing",
  "round-trip",
  "authentication",
  "limit",
  "rules",
  "consent",
  "page",
  "audit",
  "all",
];
const PAGES = [100, 1000];
const EMPTY = JSON.stringify({ resourceType: "Bundle", type: "searchset" });

/**
 * What each stage of the gateway's chain adds to a request, one request at a time, over an empty worker: of a page of 100
 * Patients and of 1,000, and beside a round trip of JSON over the same page.
 */
export async function benchStages(resources: readonly AnyResource[]): Promise<string[]> {
  const pages = Object.fromEntries(PAGES.map((patients) => [patients, pageOf(resources, patients)]));
  const upstream = await startWireUpstream(EMPTY);
  const mint = await startTokenMint();
  const secrets = demoSecrets(undefined);
  const settings = {
    access: {
      issuers: [{ issuer: mint.issuer, jwksUri: mint.jwksUri, audiences: ["aarohan-edge"] }],
      roleMappings: DEMO_ROLE_MAPPINGS,
    },
    programme: { UPSTREAM_BASE_URL: upstream.url, CONSENT_MODE: "opt-out", ...EMPTY_SETTINGS, ...secrets },
  };
  const runtime = new Miniflare(
    convertV4MiniflareOptions({
      host: "127.0.0.1",
      port: 0,
      workers: [stageWorker(JSON.stringify(settings), pages), edgeWorker("ledger", secrets)],
    }),
  );
  try {
    const { port } = await runtime.ready;
    const headers = { Authorization: `Bearer ${await mint.mint("analyst")}` };
    let calls = 0;
    const measure = (stage: string, patients: number, requests: number) =>
      load(`http://localhost:${port}/?stage=${stage}&patients=${patients}`, {
        requests,
        concurrency: 1,
        headers: () => headers,
        query: () => {
          calls += 1;
          return `&call=${calls}`;
        },
      });
    const lines: string[] = [];
    for (const patients of PAGES) {
      for (const stage of STAGES) await measure(stage, patients, 30);
      const requests = Math.ceil((CALLS * 100) / patients);
      const rows: [string, LoadResult][] = [];
      for (const stage of STAGES) rows.push([stage, await measure(stage, patients, requests)]);
      const empty = rows[0]?.[1].p50 ?? 0;
      lines.push(
        `what each stage adds to a request, one at a time, ${requests} requests each, ${patients} patients on the page:`,
        ...rows.map(([stage, result]) => rowOf(stage, result, empty)),
      );
    }
    return lines;
  } finally {
    await runtime.dispose();
    await mint.close();
    await upstream.close();
  }
}

const EMPTY_SETTINGS = {
  UPSTREAM_AUTH: "none",
  UPSTREAM_LINK_ALIASES: "",
  UPSTREAM_TIMEOUT_SECONDS: "",
  CONSENT_PURPOSE: "",
  CONSENT_PURPOSES: "",
};

function pageOf(resources: readonly AnyResource[], patients: number): string {
  const entry = resources
    .filter(({ resourceType }) => resourceType === "Patient")
    .slice(0, patients)
    .map((resource) => ({ resource, search: { mode: "match" } }));
  return JSON.stringify({ resourceType: "Bundle", type: "searchset", total: patients, entry });
}

function stageWorker(settings: string, pages: Readonly<Record<string, string>>) {
  const { outputFiles } = buildSync({
    entryPoints: [`${import.meta.dirname}/stage-worker.ts`],
    bundle: true,
    write: false,
    format: "esm",
    platform: "browser",
    logLevel: "warning",
  });
  return {
    name: "stages",
    compatibilityDate: "2026-11-02",
    bindings: { SETTINGS: settings, PAGES: pages },
    durableObjects: {
      RATE_LIMITER: { className: "RateLimiter", scriptName: "aarohan-ledger" },
      AUDIT_TRAIL: { className: "AuditTrail", scriptName: "aarohan-ledger" },
    },
    modules: [{ type: "ESModule" as const, path: "index.js", contents: outputFiles[0]?.text ?? "" }],
  };
}

function rowOf(stage: string, { p50, p99 }: LoadResult, empty: number): string {
  const milliseconds = (value: number) => `${value.toFixed(2).padStart(7)} ms`;
  const added = stage === "nothing" ? "" : `   adds ${milliseconds(p50 - empty)}`;
  return `  ${stage.padEnd(18)} p50 ${milliseconds(p50)}   p99 ${milliseconds(p99)}${added}`;
}
