/**
 * `npm run -s pnpm -- --filter @aarohan/deid run differential [resources] [seed]`: both executors over so many resources
 * (default a million), by all policies in turn: HL7's examples and synthetic populations, as they are, spelled otherwise,
 * changed and broken. Stops at the first difference, and names the seed that makes it again.
 */
import { generatePopulation } from "@aarohan/devkit";
import type { AnyResource } from "@aarohan/fhir";
import { compilePolicy, SHIPPED_POLICIES } from "../src/index.ts";
import { Differential } from "../test/differential.ts";
import { everyTypePolicy } from "../test/every-type-policy.ts";
import { hl7Examples } from "../test/hl7-examples.ts";
import { mutated, randomOf } from "../test/mutation.ts";

const MOST_OF_ONE_POPULATION = 20_000;
/** In characters. */
const LARGE = 20_000;
const [wanted = "1000000", firstSeed = "1"] = process.argv.slice(2);
const isLarge = (resource: AnyResource) => JSON.stringify(resource).length > LARGE;
const all = hl7Examples().map(({ resource }) => resource);
const examples = all.filter((resource) => !isLarge(resource));
/**
 * Taken once with each population, by one policy, and by the next one with the next: chosen like the others, they would
 * take nine tenths of the time.
 */
const largeOnes = all.filter(isLarge);
const plans = [...SHIPPED_POLICIES, everyTypePolicy].map(compilePolicy);
const totals = new Map<string, number>();
let done = 0;

for (let seed = Number(firstSeed); done < Number(wanted); seed += 1) {
  const resources = [...examples, ...generatePopulation({ patients: 400, seed })];
  for (const [turn, plan] of plans.entries()) {
    const large = largeOnes.filter((_, index) => (index + seed) % plans.length === turn);
    run(plan, resources, large, seed);
  }
  console.log(`seed ${seed}: ${done} resources, ${[...totals].map((total) => total.join(" ")).join(", ")}`);
}

function run(
  plan: (typeof plans)[number],
  resources: readonly AnyResource[],
  large: readonly AnyResource[],
  seed: number,
): void {
  const withheldPatients = new Set(resources.slice(0, 300).map(({ id }) => String(id)));
  const both = new Differential(plan, seed % 2 === 0 ? { withheldPatients, requirePatient: true } : {});
  const random = randomOf(seed);
  const end = Math.min(Number(wanted), done + MOST_OF_ONE_POPULATION);
  for (let index = 0; done < end; index += 1, done += 1) {
    const resource = large[index] ?? resources[Math.floor(random() * resources.length)];
    const difference = resource && both.differenceIn(mutated(resource, random));
    if (difference !== undefined) fail(`${plan.name}, seed ${seed}, resource ${index}: ${difference}`);
  }
  if (!both.isReportSame) fail(`${plan.name}, seed ${seed}: the reports differ`);
  for (const [outcome, count] of both.outcomes) totals.set(outcome, (totals.get(outcome) ?? 0) + count);
}

function fail(what: string): never {
  console.error(what);
  process.exit(1);
}
