import { type DeclaredTables, declaredTables, TableCounter, type TableLattice } from "@aarohan/deid";
import {
  type Cube,
  type FrozenRow,
  frozenRows,
  PUBLISHED_NAMES,
  PUBLISHED_POPULATIONS,
} from "@aarohan/measures";
import { placeKey, slotsOf, timed } from "./published-place.ts";

/** What is frozen of a year: as it was first, then as each revision has it, of which only the districts count that it took anew. */
export interface FrozenYear {
  readonly lattice: TableLattice;
  /** `state|district` under which somebody of a district counts; `undefined`: nowhere. */
  readonly nameOf: (state: string, district: string) => string | undefined;
  /** Each in parts, of which one at a time is held: a month after the other. */
  readonly views: readonly Iterable<Cube>[];
}

/** Days → how many, by coordinate, of each indicator of time. */
export type DaysByIndicator = ReadonlyMap<string, ReadonlyMap<number, ReadonlyMap<number, number>>>;

/** The year's tables and days, in one walk over what is frozen. */
export function countYear({ lattice, nameOf, views }: FrozenYear): {
  readonly tables: DeclaredTables;
  readonly days: DaysByIndicator;
} {
  const counters = PUBLISHED_NAMES.map(() => new TableCounter(lattice));
  const timings = TIMED.map(({ indicator }) => [indicator, new Map<number, Map<number, number>>()] as const);
  const places = placesOf(lattice);
  for (const [revision, parts] of views.entries())
    for (const row of rowsOf(parts)) {
      const [state = "", district = ""] = nameOf(row.state, row.district)?.split("|") ?? [];
      const place = places.get(placeKey({ state, district, revision }));
      if (place === undefined) continue;
      const joint = { ...row, district: place - lattice.firstDistrict };
      for (const population of row.populations) counters[population]?.add(joint);
      addDays(lattice, place, row, timings);
    }
  const counts = (name: string) => counters[PUBLISHED_NAMES.indexOf(name)];
  return { tables: declaredTables(lattice.shape, PUBLISHED_POPULATIONS, counts), days: new Map(timings) };
}

function* rowsOf(parts: Iterable<Cube>): Generator<FrozenRow> {
  for (const cube of parts) yield* frozenRows(cube);
}

/** Populations whose days are known. */
const TIMED = ["time-to-review", "time-to-follow-up"].map((indicator) => ({
  indicator,
  population: PUBLISHED_NAMES.indexOf(timed(indicator)),
}));

function addDays(
  lattice: TableLattice,
  place: number,
  { populations, days, month, sex, ageBand, setting, count }: FrozenRow,
  timings: readonly (readonly [string, Map<number, Map<number, number>>])[],
): void {
  if (days === undefined) return;
  const [months, sexes, ages] = lattice.partitions;
  const common = [0, (months?.first ?? 0) + month, (sexes?.first ?? 0) + sex, (ages?.first ?? 0) + ageBand];
  const slots = [...common, lattice.settingSlot(-1, setting), lattice.settingSlot(month, setting)];
  for (const [index, { population }] of TIMED.entries()) {
    if (!populations.includes(population)) continue;
    const found = timings[index]?.[1];
    for (const each of lattice.withAllAbove(place))
      for (const slot of slots) {
        if (slot >= slotsOf(lattice, each)) continue;
        const coordinate = lattice.coordinate(each, slot);
        const histogram = found?.get(coordinate) ?? new Map<number, number>();
        found?.set(coordinate, histogram.set(days, (histogram.get(days) ?? 0) + count));
      }
  }
}

/** Places by their names. */
function placesOf(lattice: TableLattice): ReadonlyMap<string, number> {
  return new Map(
    Array.from({ length: lattice.placeCount }, (_, place) => [
      placeKey(lattice.named(lattice.coordinate(place, 0))),
      place,
    ]),
  );
}
