/**
 * Runs every check and every test, and ends with the line "N passed, N failed". Tests write their results as JSON
 * beside themselves; a suite that wrote none counts as one failure.
 */
import { spawn } from "node:child_process";
import { globSync, readFileSync, rmSync } from "node:fs";
import { concludeWith, countResults } from "./test-results.ts";

const TESTS = ["run", "test", "--only", "--output-logs=new-only", "--continue=always"];

const suites = globSync("{packages,workers,web}/*/package.json")
  .concat(globSync("{test,deploy}/package.json"))
  .filter((file) => JSON.parse(readFileSync(file, "utf8")).scripts?.test !== undefined)
  .map((file) => file.replace(/package\.json$/, ".vitest/results.json"));
for (const file of suites) rmSync(file, { force: true });

const failures: string[] = [];
// Once, before anything starts from what is built.
const built = await run("turbo", "run", "build", "--output-logs=errors-only");
if (built !== 0) {
  concludeWith({ passed: 0, failures: ["turbo run build: see its output above"] });
  process.exit();
}
const check = () => run("node", "scripts/check.ts", "--is-built");
const overHttp = () => run("turbo", ...TESTS, "--filter=@aarohan/test");
const others = () => run("turbo", ...TESTS, "--filter=!@aarohan/test", "--concurrency=2");
const checks = await checkAndTest();
if (checks !== 0) failures.push("scripts/check.ts: see its output above");
let passed = checks === 0 ? 1 : 0;
for (const results of suites.map(countResults)) {
  passed += results.passed;
  failures.push(...results.failures);
}
concludeWith({ passed, failures });

/**
 * Over HTTP exports are waited for more than they work: all else runs beside. With all random cases there is work enough for
 * any machine, and one comes after the other.
 */
async function checkAndTest(): Promise<number | null> {
  if (Number(process.env.TEST_EFFORT ?? 0) < 1) {
    const [status] = await Promise.all([check(), overHttp(), others()]);
    return status;
  }
  const status = await check();
  await overHttp();
  await others();
  return status;
}

/** The exit status. */
function run(name: string, ...args: string[]): Promise<number | null> {
  const child = spawn(name, args, {
    stdio: "inherit",
    env: { ...process.env, TURBO_TELEMETRY_DISABLED: "1" },
  });
  return new Promise((done, failed) => {
    child.on("error", failed);
    child.on("exit", done);
  });
}
