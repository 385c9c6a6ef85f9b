/**
 * `npm run -s pnpm -- --filter @aarohan/deid run differential [executions] [seed]`: both executors so often (default a million),
 * each resource by all policies: HL7's examples and synthetic populations, as they are, spelled otherwise, changed and
 * broken. Stops at the first difference, and names the seed that makes it again.
 */
import { generatePopulation } from "@aarohan/devkit";
import type { AnyResource } from "@aarohan/fhir";
import { compilePolicy, SHIPPED_POLICIES } from "../src/index.ts";
import { Differential, sampleOf } from "../test/differential.ts";
import { everyTypePolicy } from "../test/every-type-policy.ts";
import { hl7Examples } from "../test/hl7-examples.ts";
import { mutated, randomOf } from "../test/mutation.ts";

const RESOURCES_OF_ONE_POPULATION = 20_000;
/** In characters. */
const LARGE = 20_000;
const [wanted = "1000000", firstSeed = "1"] = process.argv.slice(2);
const plans = [...SHIPPED_POLICIES, everyTypePolicy].map(compilePolicy);
const isLarge = (resource: AnyResource) => JSON.stringify(resource).length > LARGE;
const examples = hl7Examples().map(({ resource }) => resource);
/** Taken once in five populations: chosen like the others, they would take nine tenths of the time. */
const LARGE_ONES_EVERY = 5;
const largeOnes = examples.filter(isLarge);
const others = examples.filter((resource) => !isLarge(resource));
const totals = new Map<string, number>();
let done = 0;

for (let seed = Number(firstSeed); done < Number(wanted); seed += 1) {
  run([...others, ...generatePopulation({ patients: 400, seed })], seed);
  console.log(`seed ${seed}: ${done} executions, ${[...totals].map((total) => total.join(" ")).join(", ")}`);
}

function run(resources: readonly AnyResource[], seed: number): void {
  const withheldPatients = new Set(resources.slice(0, 300).map(({ id }) => String(id)));
  const options = seed % 2 === 0 ? { withheldPatients, requirePatient: true } : {};
  const pairs = plans.map((plan) => [plan.name, new Differential(plan, options)] as const);
  const random = randomOf(seed);
  const large = largeOnes.filter((_, index) => (index + seed) % LARGE_ONES_EVERY === 0);
  for (let index = 0; index < RESOURCES_OF_ONE_POPULATION && done < Number(wanted); index += 1) {
    const resource = large[index] ?? resources[Math.floor(random() * resources.length)];
    if (resource === undefined) continue;
    const sample = sampleOf(mutated(resource, random));
    for (const [name, both] of pairs) {
      const difference = both.differenceInSample(sample);
      if (difference !== undefined) fail(`${name}, seed ${seed}, resource ${index}: ${difference}`);
      done += 1;
    }
  }
  for (const [name, both] of pairs) {
    if (!both.isReportSame) fail(`${name}, seed ${seed}: the reports differ`);
    for (const [outcome, count] of both.outcomes) totals.set(outcome, (totals.get(outcome) ?? 0) + count);
  }
}

function fail(what: string): never {
  console.error(what);
  process.exit(1);
}
