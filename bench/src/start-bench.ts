import { gzipSync } from "node:zlib";
import { edgeWorker } from "@aarohan/devkit";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { middleOf } from "./ratios.ts";

const ROUNDS = 7;
const WORKERS = ["gateway", "downloads", "exporter", "ledger"] as const;
const EMPTY = "export default { fetch: () => new Response() };";

/**
 * How large each worker is, and what it adds to the start of a runtime that has an empty worker: its code is compiled, and its
 * modules run. They take turns; medians.
 */
export async function benchStart(): Promise<string[]> {
  const scripts = WORKERS.map((name) => ({ name, script: scriptOf(name), times: [] as number[] }));
  const empty = { name: "empty worker", script: EMPTY, times: [] as number[] };
  await startTime(EMPTY);
  for (let round = 0; round < ROUNDS; round += 1)
    for (const one of [empty, ...scripts]) one.times.push(await startTime(one.script));
  return [
    "a worker starts:",
    ...scripts.map(({ name, script, times }) => {
      const adds = middleOf(times.map((time, round) => time - (empty.times[round] ?? Number.NaN)));
      const size = `${(gzipSync(script).length / 1024).toFixed(0).padStart(4)} KiB gzip`;
      return `  ${name.padEnd(12)}${size}   adds ${adds.toFixed(1).padStart(5)} ms to ${middleOf(empty.times).toFixed(0)} ms`;
    }),
  ];
}

function scriptOf(name: (typeof WORKERS)[number]): string {
  return edgeWorker(name, {}).modules[0]?.contents ?? "";
}

async function startTime(script: string): Promise<number> {
  const started = performance.now();
  const runtime = new Miniflare(
    convertV4MiniflareOptions({
      host: "127.0.0.1",
      port: 0,
      compatibilityDate: "2026-11-02",
      compatibilityFlags: ["nodejs_compat"],
      modules: [{ type: "ESModule", path: "index.js", contents: script }],
    }),
  );
  await runtime.ready;
  const milliseconds = performance.now() - started;
  await runtime.dispose();
  return milliseconds;
}
