import { readFileSync } from "node:fs";
import { freshSecrets } from "@aarohan/devkit";
import type { Environment } from "./environment.ts";
import { secretsOf, type Worker } from "./worker-config.ts";

export type SecretValues = Readonly<Record<string, string>>;

/** Names of all secrets of an environment. */
export function secretsOfAll(workers: readonly Worker[], environment: Environment): string[] {
  return [...new Set(workers.flatMap((worker) => secretsOf(worker, environment)))];
}

/** A JSON file of secrets, which is no file of the project. Throws an Error that names a secret, and never its value. */
export function readSecretsFile(file: string, expected: readonly string[]): SecretValues {
  const values = parsed(file);
  for (const [name, value] of Object.entries(values)) {
    if (!expected.includes(name)) throw new Error(`${name}: is no secret of this environment`);
    if (typeof value !== "string" || value === "") throw new Error(`${name}: is a text that is not empty`);
  }
  return values;
}

function parsed(file: string): Record<string, string> {
  try {
    return Object(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    // The parser's message quotes the text: it is not passed on.
    throw new Error(`the file of secrets is not there, or no JSON object: ${file}`);
  }
}

/** Values of the right shape for secrets that only the platform knows, so that the other settings can be checked. */
export function withStandIns(given: SecretValues, expected: readonly string[]): SecretValues {
  const shaped = freshSecrets();
  return Object.fromEntries(expected.map((name) => [name, given[name] ?? shaped[name] ?? "stand-in"]));
}
