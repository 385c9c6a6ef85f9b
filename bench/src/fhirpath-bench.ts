import type { Plan } from "@aarohan/deid";
import type { AnyResource } from "@aarohan/fhir";
import { wholeRun } from "./anonymiser-run.ts";
import { type Corpus, releasedOf, sampleOf } from "./corpus.ts";
import { evaluateRules, RULE_COUNT } from "./fhirpath-rules.ts";
import { corpusTitle, throughputRow } from "./figures.ts";
import { candidate, takeTurns } from "./turns.ts";

const ROUNDS = 5;

/** The whole pipeline beside fhirpath.js that only finds what would have to change, in resources that are parsed. */
export function benchFhirpath(corpus: Corpus, plan: Plan, resources: number): string[] {
  const sample = sampleOf(releasedOf(corpus, plan), resources);
  const parsed = sample.lines.map((line): AnyResource => JSON.parse(line));
  const ours = candidate(() => wholeRun(sample, plan));
  const peer = candidate(() => {
    for (const resource of parsed) evaluateRules(resource);
  });
  takeTurns(ROUNDS, [ours, peer]);
  return [
    `fhirpath.js, ${corpusTitle(sample)}:`,
    throughputRow(`${RULE_COUNT} rules, evaluation alone`, sample, peer.seconds),
    throughputRow(`${plan.policy.name}, whole pipeline`, sample, ours.seconds),
    `  ${(peer.seconds / ours.seconds).toFixed(1)} times as fast`,
  ];
}
