/**
 * The checks of the code's shape: types, lint and format, layering, unused code, generated files. `--is-built`: the workers and
 * the page are built, and are not built again.
 */
import { spawnSync } from "node:child_process";

type Check = readonly [title: string, command: string, ...args: string[]];

const BUILD: Check = [
  "workers are built and the page too",
  "turbo",
  "run",
  "build",
  "--output-logs=errors-only",
];
const CHECKS: readonly Check[] = [
  BUILD,
  ["bindings' types are in sync", "pnpm", "-r", "--filter", "./workers/*", "run", "types:check"],
  [
    "element table is what its generator writes",
    "pnpm",
    "--filter",
    "@aarohan/fhir",
    "run",
    "generate:check",
  ],
  ["policy tables are what the policies say", "pnpm", "--filter", "@aarohan/deid", "run", "generate:check"],
  ["role tables are what the rules say", "pnpm", "--filter", "@aarohan/programme", "run", "generate:check"],
  [
    "indicator table is what the Measures say",
    "pnpm",
    "--filter",
    "@aarohan/measures",
    "run",
    "generate:check",
  ],
  [
    "the page's samples and lists are what their generators write",
    "pnpm",
    "--filter",
    "@aarohan/dashboard",
    "run",
    "generate:check",
  ],
  ["bundles keep their budgets", "pnpm", "--filter", "@aarohan/dashboard", "run", "budgets"],
  ["widgets keep their budgets", "pnpm", "--filter", "@aarohan/widgets", "run", "budgets"],
  ["the table of settings is what the workers read", "node", "deploy/src/write-settings-table.ts", "--check"],
  ["a deployment would be whole", "node", "deploy/src/main.ts", "--env", "production", "--dry-run"],
  ["documents name what exists", "node", "scripts/check-documents.ts"],
  ["versions, hashes, install scripts and licences of others", "node", "scripts/check-supply-chain.ts"],
  ["bill of materials names what is shipped", "node", "scripts/sbom.ts"],
  ["known vulnerabilities: none", "node", "scripts/audit.ts"],
  ["types", "tsc", "-b"],
  ["lint and format", "biome", "ci", "--error-on-warnings", "."],
  [
    "layers",
    "depcruise",
    "--config",
    ".dependency-cruiser.cjs",
    "packages",
    "workers",
    "web",
    "test",
    "bench",
    "deploy",
  ],
  ["unused code", "knip"],
];

/** EX_TEMPFAIL: what could not be looked at. It is told, and is neither good nor bad. */
const NOT_CHECKED = 75;

const failures: string[] = [];
const isBuilt = process.argv.includes("--is-built");
for (const [title, command, ...args] of CHECKS.filter((one) => one !== BUILD || !isBuilt)) {
  const started = performance.now();
  const { status, stdout, stderr } = spawnSync(command, args, {
    encoding: "utf8",
    env: { ...process.env, TURBO_TELEMETRY_DISABLED: "1" },
  });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  if (status === NOT_CHECKED) {
    console.log(`unknown ${title} (${stdout.trim()})`);
    continue;
  }
  console.log(`${status === 0 ? "ok    " : "FAILED"} ${title} (${seconds} s)`);
  if (status === 0) continue;
  failures.push(title);
  console.log(stdout, stderr);
}
if (failures.length > 0) console.log(`failed: ${failures.join(", ")}`);
process.exitCode = failures.length === 0 ? 0 : 1;
