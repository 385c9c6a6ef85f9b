import {
  compilePolicy,
  identifiedPolicy,
  type Policy,
  programmePolicy,
  safeHarborPolicy,
  shiftedPolicy,
} from "@aarohan/deid";
import type { AnyResource } from "@aarohan/fhir";
import { browserBundles } from "./browser-bundle.ts";
import { corpusOfResources } from "./corpus.ts";
import { benchExecutors } from "./executors-bench.ts";
import { benchFhirpath } from "./fhirpath-bench.ts";
import { figureRow } from "./figures.ts";
import { hl7Examples } from "./hl7-examples.ts";
import { benchMemory } from "./memory-bench.ts";
import { benchPseudonyms } from "./pseudonym-bench.ts";
import { benchReleased, benchWhole } from "./throughput-bench.ts";
import { candidate, takeTurns } from "./turns.ts";

/** Enough for a median that a busy machine does not move. */
const EXECUTOR_ROUNDS = 15;

/** Sections of figures, each when it is there. One thread. */
export function* benchAnonymiser(resources: readonly AnyResource[]): Generator<string[]> {
  yield benchCompilation([programmePolicy, safeHarborPolicy]);
  const programme = compilePolicy(programmePolicy);
  const safeHarbor = compilePolicy(safeHarborPolicy);
  const plans = [programme, safeHarbor, ...[shiftedPolicy, identifiedPolicy].map(compilePolicy)];
  const population = corpusOfResources("synthetic population", resources);
  yield benchReleased(population, programme, 7);
  yield benchReleased(population, safeHarbor, 7);
  for (const type of ["Observation", "Patient", undefined]) {
    const some = resources.filter(({ resourceType }) => type === undefined || resourceType === type);
    const corpus = corpusOfResources(type === undefined ? "all types" : `${type}s`, some);
    for (const plan of plans) yield benchExecutors(corpus, plan, EXECUTOR_ROUNDS);
  }
  yield benchWhole(population, [programme, safeHarbor], 3);
  yield benchFhirpath(population, programme, 1000);
  yield benchPseudonyms(programme);
  yield benchMemory(programme);
  const examples = hl7Examples();
  yield benchReleased(examples, programme, 40);
  yield benchReleased(examples, safeHarbor, 40);
  yield benchWhole(examples, [programme, safeHarbor], 3);
  yield benchFhirpath(examples, programme, 500);
  yield browserBundles();
}

function benchCompilation(policies: readonly Policy[]): string[] {
  return [
    "a policy is compiled (first, then best):",
    ...policies.map((policy) => {
      const first = candidate(() => void compilePolicy(policy));
      takeTurns(1, [first]);
      const later = candidate(() => void compilePolicy(policy));
      takeTurns(5, [later]);
      const milliseconds = ({ seconds }: typeof first) => `${(seconds * 1000).toFixed(1)} ms`;
      return figureRow(policy.name, `${milliseconds(first).padStart(11)}, ${milliseconds(later)}`);
    }),
  ];
}
