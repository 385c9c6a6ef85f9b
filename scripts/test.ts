/**
 * Runs every check and every test, and ends with the line "N passed, N failed". Tests write their results as JSON
 * beside themselves; a suite that wrote none counts as one failure.
 */
import { spawnSync } from "node:child_process";
import { globSync, readFileSync, rmSync } from "node:fs";

interface Results {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numFailedTestSuites: number;
}

const suites = globSync("{packages,workers,web}/*/package.json")
  .concat(globSync("{test,deploy}/package.json"))
  .filter((file) => JSON.parse(readFileSync(file, "utf8")).scripts?.test !== undefined)
  .map((file) => file.replace(/package\.json$/, ".vitest/results.json"));
for (const file of suites) rmSync(file, { force: true });

let passed = 0;
let failed = 0;
for (const command of [
  ["node", "scripts/check.ts"],
  ["turbo", "run", "test", "--output-logs=new-only", "--concurrency=2", "--continue=always"],
]) {
  const [name = "", ...args] = command;
  const { status } = spawnSync(name, args, {
    stdio: "inherit",
    env: { ...process.env, TURBO_TELEMETRY_DISABLED: "1" },
  });
  if (status !== 0) failed += name === "node" ? 1 : 0;
  else if (name === "node") passed += 1;
}
for (const file of suites) {
  const results = readResults(file);
  if (results === undefined) console.error(`${file}: the suite wrote no results`);
  passed += results?.numPassedTests ?? 0;
  // A file that cannot be loaded fails as a suite without a failed test in it.
  failed += Math.max(results?.numFailedTests ?? 1, results?.numFailedTestSuites ? 1 : 0);
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;

function readResults(file: string): Results | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}
