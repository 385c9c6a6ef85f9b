/**
 * `npm run deploy:secrets -- --env production --out FILE`: random values for the secrets that nobody else has to know,
 * and empty ones where others give them. The file is readable by its owner alone, and never overwritten.
 */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { freshSecrets } from "@aarohan/devkit";
import { readEnvironment } from "./environment.ts";
import { secretsOfAll } from "./secret-values.ts";
import { readWorkers } from "./worker-config.ts";

function main(): void {
  const { values } = parseArgs({ options: { env: { type: "string" }, out: { type: "string" } } });
  if (values.env === undefined || values.out === undefined) throw new Error("--env and --out are required");
  const names = secretsOfAll(readWorkers(), readEnvironment(values.env));
  const fresh = freshSecrets();
  const secrets = Object.fromEntries(names.map((name) => [name, fresh[name] ?? ""]));
  writeFileSync(values.out, `${JSON.stringify(secrets, undefined, 2)}\n`, { mode: 0o600, flag: "wx" });
  const empty = names.filter((name) => secrets[name] === "");
  const { d: _private, ...publicKey } = JSON.parse(secrets.AUDIT_SIGNING_KEY ?? "{}");
  console.log(`public half of AUDIT_SIGNING_KEY, for auditors: ${JSON.stringify(publicKey)}`);
  console.log(`wrote ${names.length} secrets; to be filled in: ${empty.join(", ") || "none"}`);
}

try {
  main();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
