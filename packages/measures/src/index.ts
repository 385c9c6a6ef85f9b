export { type Fact, newerFact } from "./fact.ts";
export { createFactStore, type FactStore, type RowChanges, takeFacts } from "./fact-store.ts";
export { indianDay, isoDay } from "./indian-day.ts";
export { type CubeChunk, type CubeNames, IndicatorCube, type Subject } from "./indicator-cube.ts";
export { INDICATORS, type Indicator, indicatorNamed, MEASURE_BASE } from "./indicators.ts";
export { type PersonRows, personRows } from "./person-rows.ts";
export { nearestRank } from "./quantile.ts";
export { deletionFact, FACT_TYPES, type FactPorts, readFact } from "./read-fact.ts";
export { type DayPeriod, DIMENSIONS, type Dimension, type Tally, type TallyQuery, tally } from "./tally.ts";
