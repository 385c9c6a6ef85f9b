import { type CellTest, everybody } from "./cell-tests.ts";
import { ageBandAt, COLUMN, type Cube, shownAgeBandAt } from "./cube.ts";
import { firstDayOf, isoMonth, monthOf } from "./indian-day.ts";
import type { Indicator } from "./indicators.ts";
import { AGE_BANDS, isEligible, NO_DAY, NO_YES, SETTINGS, SEXES } from "./row.ts";

/** What counts can be split by. */
export const DIMENSIONS = [
  "state",
  "district",
  "setting",
  "sex",
  "age-band",
  "tobacco",
  "organisation",
  "month",
  "year",
] as const;
export type Dimension = (typeof DIMENSIONS)[number];

/** Days since 1970, both included. */
export interface DayPeriod {
  readonly from: number;
  readonly to: number;
}

export interface TallyQuery {
  readonly indicator: Indicator;
  readonly period: DayPeriod;
  /** Only rows whose value is one of these. A district is `state|district`. */
  readonly filter?: Partial<Readonly<Record<Dimension, readonly string[]>>>;
  /** At most three. */
  readonly by?: readonly Dimension[];
  /**
   * Which of a person's rows counts. `latest` (default): the latest of the period, or of the month or year where it is split by
   * them. `first-of-year`: the first of its calendar year, so that months add up to their year and a month that is over does
   * not change by what comes later.
   */
  readonly counting?: "latest" | "first-of-year";
  /** Which ages count: as they are (default), or as anonymised rows tell them, so that counts tell no more than rows. */
  readonly ages?: "lived" | "shown";
}

/** What was counted of one combination of values. */
export interface Tally {
  /** Of the dimensions, in the order of the query; `unknown` where a row does not tell. */
  readonly values: readonly string[];
  initial: number;
  denominator: number;
  numerator: number;
  /** Of the indicator's categories, in their order. */
  readonly categories: number[];
  /** Days → how many, of a continuous variable. */
  readonly days: Map<number, number>;
}

/** Counts, in one walk over the cube. Combinations that do not occur are not there. */
export function tally(cube: Cube, query: TallyQuery): Tally[] {
  const { indicator, by = [] } = query;
  if (by.length > 3) throw new RangeError("counts are split by three dimensions at most");
  const table = cube[indicator.subject];
  const counts = isCounted(query);
  const admits = admitted(cube, query);
  const readers = by.map((dimension) => readerOf(cube, dimension, query));
  const isOfAge = ofAge(query);
  const found = new Map<number, Tally>();
  const { cells, width, size } = table;
  for (let cell = 0; cell < size; cell += 1) {
    const count = table.count(cell);
    const at = cell * width;
    if (count === 0 || !counts(cells, at) || !admits(cells, at) || !isOfAge(cells, at)) continue;
    // A number for the combination: three of 16 bits are exact.
    let key = 0;
    for (const { numberOf } of readers) key = key * 0x1_0000 + numberOf(cells, at);
    const own =
      found.get(key) ??
      emptyTally(
        readers.map(({ nameOf }) => nameOf(cells, at)),
        indicator,
      );
    found.set(key, own);
    countInto(own, indicator, cells, at, count);
  }
  return [...found.values()];
}

function ofAge(query: TallyQuery): CellTest {
  if (query.indicator.isOfEligible !== true) return everybody;
  const band = bandOf(query);
  return (cells, at) => isEligible({ ageBand: band(cells, at) });
}

function bandOf({ ages = "lived" }: TallyQuery): DimensionReader["numberOf"] {
  return ages === "shown" ? shownAgeBandAt : ageBandAt;
}

function emptyTally(values: readonly string[], { categories }: Indicator): Tally {
  const zeros = (categories?.values ?? []).map(() => 0);
  return { values, initial: 0, denominator: 0, numerator: 0, categories: zeros, days: new Map() };
}

function countInto(own: Tally, indicator: Indicator, cells: Uint16Array, at: number, count: number): void {
  own.initial += count;
  if (!indicator.isDenominator(cells, at)) return;
  own.denominator += count;
  if (indicator.isNumerator(cells, at)) own.numerator += count;
  for (const [index, category] of (indicator.categories?.values ?? []).entries())
    if (category.is(cells, at)) own.categories[index] = (own.categories[index] ?? 0) + count;
  if (indicator.days === undefined) return;
  const days = cells[at + indicator.days] ?? NO_DAY;
  own.days.set(days, (own.days.get(days) ?? 0) + count);
}

/** Whether a row is in the period, and the one of its person that counts. */
function isCounted({ indicator, period, by = [], counting = "latest" }: TallyQuery) {
  const from = indicator.years === undefined ? period.from : yearsBefore(period.to, indicator.years);
  const { to } = period;
  const unit = by.includes("month") ? "month" : by.includes("year") ? "year" : undefined;
  const ends = dayTable((day) => (unit === undefined ? to : Math.min(to, lastDayOfUnit(day, unit))));
  const yearBegins = dayTable((day) => firstDayOf(Math.floor(monthOf(day) / 12) * 12));
  return function counts(cells: Uint16Array, at: number): boolean {
    const day = cells[at + COLUMN.day] ?? 0;
    if (day < from || day > to) return false;
    return counting === "latest"
      ? (cells[at + COLUMN.next] ?? NO_DAY) > ends(day)
      : (cells[at + COLUMN.previous] ?? 0) < yearBegins(day);
  };
}

/** Calendars are slow: each day is asked for once. */
function dayTable<V extends number | string>(of: (day: number) => V): (day: number) => V {
  const known: V[] = [];
  return (day) => (known[day] ??= of(day));
}

function lastDayOfUnit(day: number, unit: "month" | "year"): number {
  const month = monthOf(day);
  return firstDayOf(unit === "month" ? month + 1 : Math.floor(month / 12) * 12 + 12) - 1;
}

/** The day after the same day so many years ago; of a leap day, the day after the last of February. */
function yearsBefore(day: number, years: number): number {
  const month = monthOf(day);
  const earlier = month - 12 * years;
  return Math.min(firstDayOf(earlier) + day - firstDayOf(month) + 1, firstDayOf(earlier + 1));
}

function admitted(cube: Cube, query: TallyQuery) {
  const { filter = {} } = query;
  const tests = DIMENSIONS.flatMap((dimension) => {
    const wanted = filter[dimension];
    return wanted === undefined ? [] : [admitting(readerOf(cube, dimension, query), new Set(wanted))];
  });
  return (cells: Uint16Array, at: number) => tests.every((test) => test(cells, at));
}

/** Each value is compared by its name once. */
function admitting({ numberOf, nameOf }: DimensionReader, wanted: ReadonlySet<string>): CellTest {
  const known: boolean[] = [];
  return (cells, at) => (known[numberOf(cells, at)] ??= wanted.has(nameOf(cells, at)));
}

/** Value of a dimension, as a number of 16 bits and by its name. */
interface DimensionReader {
  readonly numberOf: (cells: Uint16Array, at: number) => number;
  readonly nameOf: (cells: Uint16Array, at: number) => string;
}

function readerOf({ names }: Cube, dimension: Dimension, query: TallyQuery): DimensionReader {
  switch (dimension) {
    case "state":
      return listed(COLUMN.state, names.states);
    case "district":
      return listed(COLUMN.district, names.districts);
    case "setting":
      return listed(COLUMN.setting, SETTINGS);
    case "sex":
      return listed(COLUMN.sex, SEXES);
    case "age-band":
      return named(bandOf(query), AGE_BANDS);
    case "tobacco":
      return listed(COLUMN.tobacco, NO_YES);
    case "organisation":
      return listed(COLUMN.organisation, names.organisations);
    case "month":
      return dated(monthOf, isoMonth);
    case "year":
      return dated(
        (day) => Math.floor(monthOf(day) / 12),
        (years) => String(1970 + years),
      );
  }
}

function listed(column: number, list: readonly string[]): DimensionReader {
  return named((cells, at) => cells[at + column] ?? 0, list);
}

function named(numberOf: DimensionReader["numberOf"], list: readonly string[]): DimensionReader {
  return { numberOf, nameOf: (cells, at) => list[numberOf(cells, at)] || "unknown" };
}

function dated(unitOf: (day: number) => number, nameOfUnit: (unit: number) => string): DimensionReader {
  const units = dayTable(unitOf);
  const numberOf = (cells: Uint16Array, at: number) => units(cells[at + COLUMN.day] ?? 0);
  return { numberOf, nameOf: (cells, at) => nameOfUnit(numberOf(cells, at)) };
}
