/**
 * Builds the workers once more with the byte executor in the place of the one that serves, attacks them as they are attacked
 * else, and ends with the line "N passed, N failed".
 */
import { spawnSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { resolve } from "node:path";
import { concludeWith, countResults } from "./test-results.ts";

const BUILD = "by-bytes";
const REPLACEMENT = resolve("packages/deid/test/deid-by-bytes.ts");
/** A text that stands in the replacement alone: a bundle that has it anonymises bytes. */
const MARK = "what JSON.stringify wrote was called malformed";
const WORKERS = ["ledger", "exporter", "downloads", "gateway"];
const ANONYMISING = ["exporter", "gateway"];
const SUITES = [
  "test/attacks",
  "test/leak.test.ts",
  "test/consent.test.ts",
  "test/provider.test.ts",
  "test/export-disclosure.test.ts",
  "test/export-formats.test.ts",
];
/** As in each worker's own build. */
const OFFLINE = {
  WRANGLER_SEND_METRICS: "false",
  WRANGLER_SEND_ERROR_REPORTS: "false",
  WRANGLER_HIDE_BANNER: "true",
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
};
const RESULTS = "test/.vitest/by-bytes.json";

const failures = WORKERS.flatMap(built);
if (failures.length > 0) concludeWith({ passed: 0, failures });
else {
  rmSync(RESULTS, { force: true });
  spawnSync(
    "pnpm",
    [
      "--filter",
      "@aarohan/test",
      "exec",
      "vitest",
      "run",
      "--outputFile.json=.vitest/by-bytes.json",
      ...SUITES,
    ],
    { stdio: "inherit", env: { ...process.env, EDGE_BUILD: BUILD } },
  );
  concludeWith(countResults(RESULTS));
}

function built(worker: string): string[] {
  const folder = resolve("workers", worker);
  const bundle = resolve(folder, "dist", BUILD, "index.js");
  rmSync(bundle, { force: true });
  const build = [
    "deploy",
    "--dry-run",
    "--outdir",
    `dist/${BUILD}`,
    "--alias",
    `@aarohan/deid:${REPLACEMENT}`,
  ];
  const { status, stdout, stderr } = spawnSync(
    "pnpm",
    ["--filter", `@aarohan/${worker}`, "exec", "wrangler", ...build],
    { encoding: "utf8", env: { ...process.env, ...OFFLINE } },
  );
  if (status !== 0) return [`${bundle} is not built: ${stderr || stdout}`];
  const isByBytes = readFileSync(bundle, "utf8").includes(MARK);
  if (isByBytes === ANONYMISING.includes(worker)) return [];
  return [`${bundle} ${isByBytes ? "anonymises, which it should not" : "anonymises by objects"}`];
}
