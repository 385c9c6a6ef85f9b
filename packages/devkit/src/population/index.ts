export { collectIdentifyingValues } from "./identifying-values.ts";
export {
  DEFAULT_END_DATE,
  DEFAULT_MONTHS,
  DEFAULT_SEED,
  generatePopulation,
  type PopulationOptions,
} from "./population.ts";
