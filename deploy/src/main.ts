/**
 * `npm run deploy -- --env production [--secrets FILE] [--dry-run]`: all workers, in the order in which each finds what
 * it is bound to. With `--dry-run` nothing leaves this machine, and no account is needed.
 */
import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";
import { type Deployment, deploy, rehearse } from "./deployment.ts";
import { readEnvironment } from "./environment.ts";
import { readSecretsFile, secretsOfAll } from "./secret-values.ts";
import { readWorkers } from "./worker-config.ts";
import { runWrangler } from "./wrangler.ts";

function main(): void {
  const { values } = parseArgs({
    options: {
      env: { type: "string" },
      secrets: { type: "string" },
      "dry-run": { type: "boolean", default: false },
    },
  });
  if (values.env === undefined) throw new Error("--env names an environment: staging or production");
  const deployment = deploymentOf(values.env, values.secrets);
  if (values["dry-run"]) rehearse(deployment);
  else deploy(deployment);
}

function deploymentOf(name: string, secretsFile: string | undefined): Deployment {
  const environment = readEnvironment(name);
  const workers = readWorkers();
  const expected = secretsOfAll(workers, environment);
  return {
    environment,
    workers,
    secrets: secretsFile === undefined ? {} : readSecretsFile(secretsFile, expected),
    tag: commit(),
    wrangler: runWrangler,
    say: console.log,
  };
}

function commit(): string {
  const { status, stdout } = spawnSync("git", ["rev-parse", "--short", "HEAD"], { encoding: "utf8" });
  return status === 0 ? stdout.trim() : "unversioned";
}

try {
  main();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
