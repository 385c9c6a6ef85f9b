import { TableLattice, type TableShape } from "@aarohan/deid";
import { PUBLISHED_AGE_BANDS, PUBLISHED_SETTINGS, PUBLISHED_SEXES } from "@aarohan/measures";
import { allNames, type PublishedNames } from "./published-names.ts";

/** States and districts that a year's tables have, from its first release on. */
export interface YearPlaces {
  readonly names: PublishedNames;
  /** `state|district` of those that each later release took anew. */
  readonly revisions: readonly (readonly string[])[];
}

export const NO_PLACES: YearPlaces = {
  names: { states: [], districts: [], hasOtherStates: false },
  revisions: [],
};

/** The year's tables as a lattice of places and slots. */
export function latticeOf(year: number, { names, revisions }: YearPlaces): TableLattice {
  const slices = allNames(names);
  const byState = Map.groupBy(slices, (slice) => slice.split("|")[0] ?? "");
  const states = [...byState].map(([code, own]) => ({
    code,
    districts: own.map((slice) => slice.slice(code.length + 1)),
  }));
  const order = states.flatMap(({ code, districts }) => districts.map((district) => `${code}|${district}`));
  const shape: TableShape = {
    states,
    period: String(year),
    months: Array.from({ length: 12 }, (_, month) => monthName(year, month)),
    sexes: PUBLISHED_SEXES,
    ageBands: PUBLISHED_AGE_BANDS,
    settings: PUBLISHED_SETTINGS,
    revisions: revisions.map((taken) => taken.map((slice) => order.indexOf(slice))),
  };
  return new TableLattice(shape);
}

/** 0 is January. */
export function monthName(year: number, month: number): string {
  return `${year}-${String(month + 1).padStart(2, "0")}`;
}
