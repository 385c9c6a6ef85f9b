import {
  type DeclaredTables,
  declaredTables,
  type JointCount,
  type MeasurePopulations,
  measurePopulations,
  type TableShape,
  tableCounts,
} from "../src/index.ts";

/** Somebody who was counted, and the populations of which he or she is one. */
export interface Person extends JointCount {
  readonly populations: readonly string[];
}

/** mulberry32: the same numbers for the same seed. */
export function numbersOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export function shapeOf(districts: readonly number[], months: number, bands = 2): TableShape {
  const named = (name: string, count: number) => Array.from({ length: count }, (_, at) => `${name} ${at}`);
  return {
    states: districts.map((count, state) => ({ code: `S${state}`, districts: named(`S${state} D`, count) })),
    period: "2025",
    months: named("month", months),
    sexes: ["female", "male"],
    ageBands: named("band", bands),
    settings: ["field", "hospital"],
  };
}

export const SUSPICIOUS: MeasurePopulations = {
  initial: "screened",
  parts: ["suspicious"],
  remainder: "not suspicious",
};
export const REFERRAL: MeasurePopulations = {
  initial: "screened",
  denominator: "reviewed",
  parts: ["urgent", "investigation"],
  remainder: "not referred",
};

export function person(
  populations: readonly string[],
  [district = 0, month = 0, sex = 0, ageBand = 0, setting = 0]: readonly number[] = [],
  count = 1,
): Person {
  return { district, month, sex, ageBand, setting, count, populations };
}

export function tablesOf(
  shape: TableShape,
  measures: readonly MeasurePopulations[],
  persons: readonly Person[],
): DeclaredTables {
  return declaredTables(shape, measurePopulations(measures), (population) =>
    tableCounts(
      shape,
      persons.filter(({ populations }) => populations.includes(population)),
    ),
  );
}

/** Persons spread unevenly; a part of them positive, a part of them reviewed. */
export function randomPersons(shape: TableShape, count: number, positive: number, seed: number): Person[] {
  const random = numbersOf(seed);
  const districts = shape.states.reduce((sum, state) => sum + state.districts.length, 0);
  const place = (length: number) => Math.min(length - 1, Math.floor(random() * random() * 1.3 * length));
  return Array.from({ length: count }, () => {
    const at = [
      place(districts),
      Math.floor(random() * Math.max(1, shape.months.length)),
      place(shape.sexes.length),
      place(shape.ageBands.length),
      place(shape.settings.length),
    ];
    const suspicion = random() < positive ? "suspicious" : "not suspicious";
    const referral = random() < positive ? (random() < 0.5 ? "urgent" : "investigation") : "not referred";
    const review = random() < 0.6 ? ["reviewed", referral] : ["screened without reviewed"];
    return person(["screened", suspicion, ...review], at);
  });
}
