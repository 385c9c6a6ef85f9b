export { collectIdentifyingValues } from "./identifying-values.ts";
export { createLeakFinder, type LeakFinder } from "./leak-finder.ts";
export {
  DEFAULT_END_DATE,
  DEFAULT_MONTHS,
  DEFAULT_SEED,
  generatePopulation,
  type PopulationOptions,
} from "./population.ts";
