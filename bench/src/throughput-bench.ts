import type { Plan } from "@aarohan/deid";
import { parseAndWalk, parseOnly, roundTrip, wholeRun } from "./anonymiser-run.ts";
import { benchCodec, constantCodec } from "./bench-key.ts";
import { type Corpus, releasedOf } from "./corpus.ts";
import { corpusTitle, throughputRow } from "./figures.ts";
import { candidate, takeTurns } from "./turns.ts";

/** What leaves: the whole pipeline beside parse and stringify of the same bytes, and the parts its time goes to. */
export function benchReleased(corpus: Corpus, plan: Plan, rounds: number): string[] {
  const released = releasedOf(corpus, plan);
  const floor = candidate(() => roundTrip(released));
  const parsed = candidate(() => parseOnly(released));
  const walked = candidate(() => parseAndWalk(released, plan, constantCodec()));
  const sealed = candidate(() => parseAndWalk(released, plan, benchCodec()));
  const whole = candidate(() => wholeRun(released, plan));
  takeTurns(rounds, [floor, parsed, walked, sealed, whole]);
  const share = (seconds: number) => `${Math.round((100 * Math.max(0, seconds)) / whole.seconds)} %`;
  return [
    `${plan.policy.name}, what it releases of the ${corpusTitle(released)}:`,
    throughputRow("JSON.parse + JSON.stringify", released, floor.seconds),
    throughputRow("parse + anonymise + stringify", released, whole.seconds),
    `  ratio ${(floor.seconds / whole.seconds).toFixed(2)}; time: parse ${share(parsed.seconds)}, walk ${share(walked.seconds - parsed.seconds)}, pseudonyms ${share(sealed.seconds - walked.seconds)}, stringify ${share(whole.seconds - sealed.seconds)}`,
  ];
}

/** All of a corpus, with what is withheld and so only parsed. */
export function benchWhole(corpus: Corpus, plans: readonly Plan[], rounds: number): string[] {
  const floor = candidate(() => roundTrip(corpus));
  const runs = plans.map((plan) => ({ plan, whole: candidate(() => wholeRun(corpus, plan)) }));
  takeTurns(rounds, [floor, ...runs.map(({ whole }) => whole)]);
  return [
    `all of the ${corpusTitle(corpus)}, what is withheld too:`,
    throughputRow("JSON.parse + JSON.stringify", corpus, floor.seconds),
    ...runs.map(({ plan, whole }) => throughputRow(plan.policy.name, corpus, whole.seconds)),
  ];
}
