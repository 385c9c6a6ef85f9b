/**
 * Hostile requests, tokens and answers of the programme's server against the whole stack, for longer than a test may:
 * `--minutes 10` (default), `--seed` and `--path` to repeat what an earlier run found.
 */
import { parseArgs } from "node:util";
import { generatePopulation } from "@aarohan/devkit";
import { startTestStack } from "../src/test-stack.ts";
import { fuzz } from "./fuzz.ts";

const { values } = parseArgs({
  options: { minutes: { type: "string" }, seed: { type: "string" }, path: { type: "string" } },
});
const seconds = 60 * Number(values.minutes ?? 10);
const seed = Number(values.seed ?? Date.now() % 2 ** 31);
const stack = await startTestStack({ patients: 20 });
console.log(`seed ${seed}, for ${seconds} s`);
const { failure, attempts } = await fuzz(stack, [...generatePopulation({ patients: 20 })], {
  seconds,
  seed,
  ...(values.path === undefined ? {} : { path: values.path }),
});
await stack.close();
console.log(failure ?? `${attempts} attempts, nothing found`);
process.exitCode = failure === undefined ? 0 : 1;
