import type { Plan } from "@aarohan/deid";
import { generatePopulation } from "@aarohan/devkit";
import { benchAnonymiserOf } from "./bench-key.ts";
import { figureRow } from "./figures.ts";
import { collectGarbage, heapMegabytes } from "./garbage.ts";

const RESOURCES = 100_000;
/** Enough for the compiled code and the tables that are loaded once: they are no growth. */
const FIRST_RESOURCES = 1000;

/** What a run over resources that all differ leaves on the heap while its anonymiser lives. */
export function benchMemory(plan: Plan): string[] {
  heapGrowth(plan, FIRST_RESOURCES);
  const growth = heapGrowth(plan, RESOURCES);
  return [
    `memory, ${RESOURCES} resources through one anonymiser:`,
    figureRow("heap growth", `${growth.toFixed(1).padStart(8)} MB`),
  ];
}

function heapGrowth(plan: Plan, resources: number): number {
  collectGarbage();
  const before = heapMegabytes();
  const anonymiser = benchAnonymiserOf(plan);
  let count = 0;
  // As many patients would be more than enough; the population is made as it is read.
  for (const resource of generatePopulation({ patients: resources })) {
    const anonymised = anonymiser.anonymise(JSON.parse(JSON.stringify(resource)));
    if (anonymised.kind === "released") JSON.stringify(anonymised.resource);
    count += 1;
    if (count === resources) break;
  }
  collectGarbage();
  const growth = heapMegabytes() - before;
  if (anonymiser.report().released === 0) throw new Error("nothing was released");
  return growth;
}
