/**
 * Runs every check and every test, and ends with the line "N passed, N failed". Tests write their results as JSON
 * beside themselves; a suite that wrote none counts as one failure.
 */
import { spawnSync } from "node:child_process";
import { globSync, readFileSync, rmSync } from "node:fs";
import { countResults } from "./test-results.ts";

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
  const results = countResults(file);
  passed += results.passed;
  failed += results.failed;
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
