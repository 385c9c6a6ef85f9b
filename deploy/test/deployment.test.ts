import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { bucketsOf } from "../src/buckets.ts";
import { type Deployment, deploy, rehearse } from "../src/deployment.ts";
import { secretsOfAll, withStandIns } from "../src/secret-values.ts";
import { readWorkers } from "../src/worker-config.ts";
import type { Outcome, Wrangler } from "../src/wrangler.ts";
import { environmentWith } from "./environment-fixture.ts";

const WORKERS = readWorkers();
const ENVIRONMENT = environmentWith();
const SECRETS = withStandIns({}, secretsOfAll(WORKERS, ENVIRONMENT));

/** An account that answers as Cloudflare's command line does, and remembers what it was asked. */
function createAccount(answers: { signedIn?: boolean; bundleBytes?: number; secrets?: string[] } = {}) {
  const asked: string[] = [];
  const secretFiles: Record<string, unknown>[] = [];
  const wrangler: Wrangler = (args) => {
    asked.push(args.join(" "));
    const command = args.slice(0, 3).join(" ");
    if (args.includes("--dry-run")) return bundled(args, answers.bundleBytes ?? 1000);
    if (command.startsWith("whoami")) return outcome(answers.signedIn ?? true);
    if (command.startsWith("secret list")) {
      const listed = (answers.secrets ?? []).map((name) => ({ name, type: "secret_text" }));
      return { ...outcome(answers.secrets !== undefined), output: JSON.stringify(listed) };
    }
    if (command === "r2 bucket info") return outcome(args[3] === "aarohan-audit-trial");
    const secretsFile = args[args.indexOf("--secrets-file") + 1];
    if (args.includes("--secrets-file") && secretsFile !== undefined) {
      expect(statSync(secretsFile).mode & 0o077).toBe(0);
      secretFiles.push(JSON.parse(readFileSync(secretsFile, "utf8")));
    }
    return outcome(true);
  };
  const changed = () =>
    asked.filter((one) => /^(deploy(?!.*--dry-run)|r2 bucket (create|lifecycle))/.test(one));
  return { wrangler, asked, changed, secretFiles };
}

function outcome(succeeded: boolean): Outcome {
  return { succeeded, output: "", errors: "" };
}

function bundled(args: readonly string[], bytes: number): Outcome {
  const outdir = args[args.indexOf("--outdir") + 1] ?? "";
  mkdirSync(outdir, { recursive: true });
  writeFileSync(join(outdir, "index.js"), "x".repeat(bytes));
  return outcome(true);
}

function deploymentWith(change: Partial<Deployment>): Deployment & { readonly said: string[] } {
  const said: string[] = [];
  const say = (line: string) => void said.push(line);
  const rest = { environment: ENVIRONMENT, workers: WORKERS, secrets: SECRETS, tag: "abc1234" };
  return { ...rest, wrangler: createAccount().wrangler, say, said, ...change };
}

describe("a deployment", () => {
  it("makes buckets with their rules first, then the workers in their order", () => {
    const account = createAccount();
    deploy(deploymentWith({ wrangler: account.wrangler }));
    expect(account.changed().map(kindOf)).toEqual([
      "r2 bucket lifecycle aarohan-audit-trial",
      "r2 bucket create aarohan-exports-trial",
      "r2 bucket lifecycle aarohan-exports-trial",
      "deploy ledger",
      "deploy exporter",
      "deploy downloads",
      "deploy gateway",
    ]);
  });

  it("gives each worker its own secrets alone, in files that are gone afterwards", () => {
    const account = createAccount();
    deploy(deploymentWith({ wrangler: account.wrangler }));
    expect(account.secretFiles.map((file) => Object.keys(file).sort())).toEqual([
      ["AUDIT_SIGNING_KEY", "OIDC_CLIENT_SECRET"],
      ["PSEUDONYM_KEYS"],
      ["PAGE_LINK_KEY", "PSEUDONYM_KEYS"],
    ]);
    const files = account.asked.flatMap((one) => /--secrets-file (\S+)/.exec(one)?.[1] ?? []);
    expect(files.filter((file) => existsSync(dirname(file)))).toEqual([]);
  });

  it("needs no secrets where the account has them", () => {
    const account = createAccount({ secrets: secretsOfAll(WORKERS, ENVIRONMENT) });
    deploy(deploymentWith({ wrangler: account.wrangler, secrets: {} }));
    expect(account.changed().filter((one) => one.startsWith("deploy")).length).toBe(4);
  });

  it.each<[string, Parameters<typeof createAccount>[0], Partial<Deployment>, RegExp]>([
    ["nobody is signed in", { signedIn: false }, {}, /signing in/],
    ["secrets are missing", {}, { secrets: {} }, /PSEUDONYM_KEYS of aarohan-exporter-trial/],
    ["a worker is too large", { bundleBytes: 2_000_000 }, {}, /larger than its budget: ledger/],
    ["a setting cannot be used", {}, { environment: environmentWith({ RELEASE_K: "1" }) }, /^RELEASE_K/],
    [
      "it stands as an example",
      {},
      { environment: environmentWith({}, { host: "data.example.org" }) },
      /host/,
    ],
  ])("changes nothing where %s", (_, answers, change, message) => {
    const account = createAccount(answers);
    expect(() => deploy(deploymentWith({ wrangler: account.wrangler, ...change }))).toThrow(message);
    expect(account.changed()).toEqual([]);
  });
});

describe("a rehearsal", () => {
  it("asks the account nothing, and tells sizes, secrets and buckets", () => {
    const account = createAccount();
    const deployment = deploymentWith({ wrangler: account.wrangler, secrets: {} });
    rehearse(deployment);
    expect(account.asked.every((one) => one.includes("--dry-run"))).toBe(true);
    expect(deployment.said.join("\n")).toMatch(
      /aarohan-ledger-trial → .*gzip.*PAGE_LINK_KEY.*aarohan-exports-trial/s,
    );
  });

  it("says no value of a secret", () => {
    const deployment = deploymentWith({});
    rehearse(deployment);
    const said = deployment.said.join("\n");
    expect(Object.values(SECRETS).filter((value) => said.includes(value))).toEqual([]);
  });
});

describe("buckets", () => {
  it("keep the trail longer than the ledger does, whatever it is set to", () => {
    const buckets = bucketsOf(WORKERS, environmentWith({ AUDIT_RETENTION_DAYS: "1096" }));
    const ages = buckets.map(({ name, lifecycle }) => [
      name,
      lifecycle.rules.flatMap((rule) => rule.deleteObjectsTransition?.condition.maxAge ?? []),
    ]);
    expect(ages).toEqual([
      ["aarohan-audit-trial", [(1096 + 31) * 86_400]],
      ["aarohan-exports-trial", [32 * 86_400]],
    ]);
  });
});

/** `r2 bucket create NAME` or `deploy WORKER`. */
function kindOf(asked: string): string {
  const worker = /^deploy -c \S+workers\/(\w+)\//.exec(asked)?.[1];
  const bucket = /^(r2 bucket \w+)(?: set)? (\S+)/.exec(asked);
  return worker === undefined ? `${bucket?.[1]} ${bucket?.[2]}` : `deploy ${worker}`;
}
