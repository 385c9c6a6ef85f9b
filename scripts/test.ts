/**
 * Runs every check and every test, and ends with the line "N passed, N failed". Tests write their results as JSON
 * beside themselves; a suite that wrote none counts as one failure.
 */
import { spawnSync } from "node:child_process";
import { globSync, readFileSync, rmSync } from "node:fs";
import { concludeWith, countResults } from "./test-results.ts";

const suites = globSync("{packages,workers,web}/*/package.json")
  .concat(globSync("{test,deploy}/package.json"))
  .filter((file) => JSON.parse(readFileSync(file, "utf8")).scripts?.test !== undefined)
  .map((file) => file.replace(/package\.json$/, ".vitest/results.json"));
for (const file of suites) rmSync(file, { force: true });

const failures: string[] = [];
const { status: checks } = run("node", "scripts/check.ts");
if (checks !== 0) failures.push("scripts/check.ts: see its output above");
run("turbo", "run", "test", "--output-logs=new-only", "--concurrency=2", "--continue=always");
let passed = checks === 0 ? 1 : 0;
for (const results of suites.map(countResults)) {
  passed += results.passed;
  failures.push(...results.failures);
}
concludeWith({ passed, failures });

function run(name: string, ...args: string[]) {
  return spawnSync(name, args, {
    stdio: "inherit",
    env: { ...process.env, TURBO_TELEMETRY_DISABLED: "1" },
  });
}
