export { CHUNK_WIDTHS, Cube, type CubeChunk, type CubeNames, type Subject } from "./cube.ts";
export { type DenominatorEntry, eligiblePopulation, readDenominators } from "./denominators.ts";
export { type Fact, newerFact } from "./fact.ts";
export {
  allRows,
  createFactStore,
  eachPerson,
  type FactStore,
  forgetPatients,
  type RowChanges,
  takeFacts,
} from "./fact-store.ts";
export {
  type FrozenRow,
  frozenChunks,
  frozenRows,
  frozenSlices,
  PUBLISHED_AGE_BANDS,
  PUBLISHED_DEPTHS,
  PUBLISHED_NAMES,
  PUBLISHED_SETTINGS,
  PUBLISHED_SEXES,
} from "./frozen.ts";
export { firstDayOf, indianDay, indianDayAt, isoDay, isoMonth, monthOf } from "./indian-day.ts";
export { INDICATORS, type Indicator, indicatorNamed, MEASURE_BASE } from "./indicators.ts";
export {
  canonicalOf,
  type EvaluatedGroup,
  type Evaluation,
  measureReport,
  regionCoding,
  type Stratum,
  slugOf,
} from "./measure-report.ts";
export { LIMITATION, measureResource, STRATIFIERS, UNCONFIRMED } from "./measure-resource.ts";
export {
  type Numbers,
  numbersOf,
  type QuantileLimits,
  type Shown,
  scored,
  withEligible,
} from "./numbers.ts";
export { type PersonRows, personRows } from "./person-rows.ts";
export {
  PUBLISHED_NUMBERS,
  PUBLISHED_POPULATIONS,
  type PublishedNumbers,
  type TableDepth,
} from "./published-populations.ts";
export { nearestRank } from "./quantile.ts";
export { deletionFact, FACT_TYPES, type FactPorts, type FactType, readFact } from "./read-fact.ts";
export { type ReportRow, reportRows } from "./report-rows.ts";
export { type DayPeriod, DIMENSIONS, type Dimension, type Tally, type TallyQuery, tally } from "./tally.ts";
