import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Bucket, bucketsOf } from "./buckets.ts";
import { type Bundle, bundle, bundleTable, isWithinBudget } from "./bundle.ts";
import { checkSettings, placeholdersOf } from "./check-settings.ts";
import type { Environment } from "./environment.ts";
import { type SecretValues, secretsOfAll, withStandIns } from "./secret-values.ts";
import { secretsOf, type Worker } from "./worker-config.ts";
import { must, type Wrangler } from "./wrangler.ts";
import { type WrittenWorker, writeConfig } from "./written-config.ts";

export interface Deployment {
  readonly environment: Environment;
  /** In the order in which they are deployed. */
  readonly workers: readonly Worker[];
  /** Secrets that are set with this deployment; the others are in the account already. */
  readonly secrets: SecretValues;
  /** What the versions are found by: the commit. */
  readonly tag: string;
  readonly wrangler: Wrangler;
  readonly say: (line: string) => void;
}

/** All that can be known without an account. Throws an Error that says what is wrong. */
export function rehearse(deployment: Deployment): WrittenWorker[] {
  const { environment, workers, secrets, wrangler, say } = deployment;
  checkSettings(environment, withStandIns(secrets, secretsOfAll(workers, environment)));
  const written = workers.map((worker) => writeConfig(worker, environment));
  const bundles = written.map((one) => bundle(one, wrangler));
  say(`${environment.name}: ${written.map(({ deployedName }) => deployedName).join(" → ")}`);
  say(bundleTable(bundles));
  say(`  secrets    ${secretsOfAll(workers, environment).join(", ")}`);
  for (const { name, lifecycle } of bucketsOf(workers, environment)) {
    say(`  bucket     ${name}: ${lifecycle.rules.map(({ id }) => id).join(", ")}`);
  }
  const placeholders = placeholdersOf(environment);
  if (placeholders.length > 0)
    say(`  examples   ${placeholders.join(", ")}: to be set before it is deployed`);
  assertBudgets(bundles);
  return written;
}

/** Checks everything before it changes anything; then buckets, and the workers in their order. */
export function deploy(deployment: Deployment): void {
  const { environment, workers, wrangler, say } = deployment;
  const placeholders = placeholdersOf(environment);
  if (placeholders.length > 0) {
    throw new Error(
      `still as the examples have it: ${placeholders.join(", ")} (${environmentFile(environment)})`,
    );
  }
  const written = rehearse(deployment);
  must(wrangler, ["whoami", "--json"], "signing in to Cloudflare (CLOUDFLARE_API_TOKEN, or wrangler login)");
  assertSecrets(deployment, written);
  for (const bucket of bucketsOf(workers, environment)) prepareBucket(bucket, deployment, written);
  for (const one of written) upload(one, deployment);
  say(`deployed ${environment.name} as ${deployment.tag}`);
}

function environmentFile({ name }: Environment): string {
  return `deploy/environments/${name}.json`;
}

function assertBudgets(bundles: readonly Bundle[]): void {
  const large = bundles.filter((one) => !isWithinBudget(one)).map(({ worker }) => worker);
  if (large.length > 0) throw new Error(`larger than its budget: ${large.join(", ")}`);
}

function assertSecrets(
  { environment, secrets, wrangler }: Deployment,
  written: readonly WrittenWorker[],
): void {
  const missing = written.flatMap(({ worker, deployedName }) => {
    const there = new Set([...Object.keys(secrets), ...secretsInAccount(deployedName, wrangler)]);
    return secretsOf(worker, environment)
      .filter((name) => !there.has(name))
      .map((name) => `${name} of ${deployedName}`);
  });
  if (missing.length > 0) throw new Error(`secrets are missing: ${missing.join(", ")}`);
}

/** Names alone: values cannot be read. A worker that does not exist yet has none. */
function secretsInAccount(deployedName: string, wrangler: Wrangler): string[] {
  const { succeeded, output } = wrangler(["secret", "list", "--name", deployedName, "--format", "json"]);
  if (!succeeded) return [];
  const listed: readonly { readonly name: string }[] = JSON.parse(output);
  return listed.map(({ name }) => name);
}

function prepareBucket(
  { name, location, lifecycle }: Bucket,
  { wrangler, say }: Deployment,
  [first]: readonly WrittenWorker[],
): void {
  if (!wrangler(["r2", "bucket", "info", name]).succeeded) {
    must(wrangler, ["r2", "bucket", "create", name, "--location", location], `making the bucket ${name}`);
    say(`made the bucket ${name}`);
  }
  const file = join(first?.folder ?? "", `${name}-lifecycle.json`);
  writeFileSync(file, JSON.stringify(lifecycle));
  must(wrangler, ["r2", "bucket", "lifecycle", "set", name, "--file", file, "--force"], `rules of ${name}`);
}

function upload({ worker, file, deployedName }: WrittenWorker, deployment: Deployment): void {
  const { environment, secrets, tag, wrangler, say } = deployment;
  const names = secretsOf(worker, environment);
  const own = Object.entries(secrets).filter(([name]) => names.includes(name));
  withSecretsFile(own, (secretArgs) =>
    must(
      wrangler,
      ["deploy", "-c", file, "--strict", "--tag", tag, ...secretArgs],
      `deploying ${deployedName}`,
    ),
  );
  say(`deployed ${deployedName}`);
}

/** The file is there while wrangler reads it, for its owner alone. */
function withSecretsFile(
  own: readonly [name: string, value: string][],
  use: (args: readonly string[]) => void,
) {
  if (own.length === 0) return use([]);
  const folder = mkdtempSync(join(tmpdir(), "aarohan-deploy-"));
  try {
    const file = join(folder, "secrets.json");
    writeFileSync(file, JSON.stringify(Object.fromEntries(own)), { mode: 0o600 });
    use(["--secrets-file", file]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
