import type { TableLattice } from "@aarohan/deid";
import {
  type Dimension,
  type EvaluatedGroup,
  type Indicator,
  type Numbers,
  PUBLISHED_AGE_BANDS,
  PUBLISHED_DEPTHS,
  PUBLISHED_NUMBERS,
  PUBLISHED_SETTINGS,
  PUBLISHED_SEXES,
  type Shown,
  type Stratum,
  scored,
  type TableDepth,
} from "@aarohan/measures";
import { isDeclaredAt, type TableCell } from "./declared-cells.ts";
import { ABSENT, type PublishedPlace, QUANTILES, SUPPRESSED } from "./published-place.ts";
import { latticeOf, monthName, NO_PLACES } from "./year-places.ts";

/** What declared tables are split by. */
const DECLARED_DIMENSIONS = ["state", "district", "month", "sex", "age-band", "setting"] as const;
export type DeclaredDimension = (typeof DECLARED_DIMENSIONS)[number];

/** A part of the declared tables. */
export interface DeclaredQuestion {
  /** Id of the indicator. */
  readonly indicator: string;
  readonly year: number;
  /** 0 is January; absent: the year. */
  readonly month?: number;
  /** A group for everything, for each state, or for each district. */
  readonly level: "all" | "state" | "district";
  /** Only these, as `state` or `state|district`; of a state each of its districts. Default: all. */
  readonly regions?: readonly string[];
  readonly by: readonly DeclaredDimension[];
}

/** Whether an indicator has numbers of a level, of a month or of a year, and split so. */
export function isDeclared(
  { indicator, level, month }: Pick<DeclaredQuestion, "indicator" | "level" | "month">,
  by?: Dimension,
): by is DeclaredDimension | undefined {
  const depths = depthsOf(indicator);
  const at = (cell: TableCell) => depths.length > 0 && depths.every((depth) => isDeclaredAt(depth, cell));
  const isMonth = month !== undefined;
  switch (by) {
    case undefined:
      return at({ level, isMonth, by });
    case "state":
      return level === "all" && at({ level: "state", isMonth, by: undefined });
    case "district":
      return level !== "district" && at({ level: "district", isMonth, by: undefined });
    case "month":
      return !isMonth && at({ level, isMonth: true, by: undefined });
    case "setting":
    case "sex":
    case "age-band":
      return at({ level, isMonth, by });
    default:
      return false;
  }
}

/** Of all populations that the indicator's numbers are of; its categories are told where they are, too. */
function depthsOf(indicator: string): TableDepth[] {
  const { initial = [], denominator = [], numerator, categories = [] } = PUBLISHED_NUMBERS[indicator] ?? {};
  const names = [...initial, ...denominator, ...(numerator ?? categories.flat())];
  return names.flatMap((name) => PUBLISHED_DEPTHS.get(name) ?? []);
}

/** What a release has of a year. */
export interface PublishedTables {
  /** Names of the rows of each place's numbers, before those of `QUANTILES`. */
  readonly populations: readonly string[];
  readonly places: readonly PublishedPlace[];
}

/** Groups as a MeasureReport has them, from places as they are published; what is not published yet is not there. */
export function releasedGroups(
  { populations, places }: PublishedTables,
  indicator: Indicator,
  question: DeclaredQuestion,
): EvaluatedGroup[] {
  const latest = latestPlaces(places);
  const rows = rowsOf(populations);
  const own = latest.filter((place) => levelOf(place) === question.level && isAsked(place, question.regions));
  return own.map((place) => {
    const numbers = numbersAt({ place, rows }, indicator, slotOf(question.month));
    return {
      ...(question.level === "all" ? {} : { region: regionOf(place) }),
      ...(numbers === undefined ? {} : { numbers }),
      strata: question.by.map((dimension) => ({
        dimension,
        values: strataOf({ place, rows }, latest, indicator, question, dimension),
      })),
    };
  });
}

/** Of a place that several releases took anew, what the last one of them published. */
function latestPlaces(places: readonly PublishedPlace[]): PublishedPlace[] {
  const latest = new Map<string, PublishedPlace>();
  for (const place of places) {
    const known = latest.get(regionOf(place));
    if (known === undefined || known.revision < place.revision) latest.set(regionOf(place), place);
  }
  return [...latest.entries()].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, place]) => place);
}

function levelOf({ state, district }: PublishedPlace): DeclaredQuestion["level"] {
  if (district !== undefined) return "district";
  return state === undefined ? "all" : "state";
}

function regionOf({ state, district }: PublishedPlace): string {
  return [state, district].filter((name) => name !== undefined).join("|");
}

function isAsked({ state, ...place }: PublishedPlace, regions: readonly string[] | undefined): boolean {
  return (
    regions === undefined || regions.some((one) => one === state || one === `${state}|${place.district}`)
  );
}

/** A place, and where its rows are by the names of what they count. */
interface PlaceNumbers {
  readonly place: PublishedPlace;
  readonly rows: ReadonlyMap<string, number>;
}

function rowsOf(populations: readonly string[]): ReadonlyMap<string, number> {
  return new Map([...populations, ...QUANTILES.map(quantileName)].map((name, row) => [name, row]));
}

function quantileName({ indicator, share }: { readonly indicator: string; readonly share: number }): string {
  return `${indicator} ${share}`;
}

function strataOf(
  { place, rows }: PlaceNumbers,
  latest: readonly PublishedPlace[],
  indicator: Indicator,
  { year, month }: DeclaredQuestion,
  dimension: DeclaredDimension,
): Stratum[] {
  const isPlace = dimension === "state" || dimension === "district";
  const found = isPlace
    ? latest
        .filter((one) => levelOf(one) === dimension && (place.state ?? one.state) === one.state)
        .map((one) => ({
          value: regionOf(one),
          numbers: numbersAt({ place: one, rows }, indicator, slotOf(month)),
        }))
    : slotsBy(dimension, year, month).map(({ value, slot }) => ({
        value,
        numbers: numbersAt({ place, rows }, indicator, slot),
      }));
  return found.flatMap(({ value, numbers }) => (numbers === undefined ? [] : [{ value, numbers }]));
}

/** Slots are the same in every year. */
const LAYOUT: TableLattice = latticeOf(2000, NO_PLACES);
const MONTHS = Array.from({ length: 12 }, (_, month) => month);

function slotOf(month: number | undefined): number {
  return month === undefined ? 0 : LAYOUT.monthSlot(month);
}

function slotsBy(
  dimension: Exclude<DeclaredDimension, "state" | "district">,
  year: number,
  month: number | undefined,
): { readonly value: string; readonly slot: number }[] {
  const [, sexes, ages] = LAYOUT.partitions;
  switch (dimension) {
    case "month":
      return MONTHS.map((each) => ({ value: monthName(year, each), slot: LAYOUT.monthSlot(each) }));
    case "sex":
      return PUBLISHED_SEXES.map((value, at) => ({ value, slot: (sexes?.first ?? 0) + at }));
    case "age-band":
      return PUBLISHED_AGE_BANDS.map((value, at) => ({ value, slot: (ages?.first ?? 0) + at }));
    case "setting":
      return PUBLISHED_SETTINGS.map((value, at) => ({ value, slot: LAYOUT.settingSlot(month ?? -1, at) }));
  }
}

/** `undefined` where the release has nothing for it. Scores are computed from numbers that are told. */
function numbersAt(from: PlaceNumbers, indicator: Indicator, slot: number): Numbers | undefined {
  const parts = PUBLISHED_NUMBERS[indicator.id];
  const initial = sum(from, parts?.initial, slot);
  if (parts === undefined || initial === undefined) return undefined;
  const denominator = sum(from, parts.denominator, slot);
  const numerator = sum(from, parts.numerator, slot);
  const categories = (parts.categories ?? []).map((names) => sum(from, names, slot));
  return {
    initial,
    ...(denominator === undefined ? {} : { denominator }),
    ...(numerator === undefined ? {} : { numerator }),
    categories: categories.every((count) => count !== undefined) ? categories : [],
    ...(numerator === undefined || denominator === undefined
      ? {}
      : scored(indicator, numerator, denominator)),
    ...daysAt(from, indicator, slot),
  };
}

function sum(from: PlaceNumbers, names: readonly string[] | undefined, slot: number): Shown | undefined {
  if (names === undefined) return undefined;
  const counts = names.map((name) => numberAt(from, name, slot));
  if (counts.includes(ABSENT)) return undefined;
  return counts.includes(SUPPRESSED) ? "suppressed" : counts.reduce((total, count) => total + count, 0);
}

function daysAt(from: PlaceNumbers, { id }: Indicator, slot: number): Pick<Numbers, "score" | "ninetieth"> {
  const told = (share: number): Shown | undefined => {
    const days = numberAt(from, quantileName({ indicator: id, share }), slot);
    return days === ABSENT ? undefined : days === SUPPRESSED ? "suppressed" : days;
  };
  const [score, ninetieth] = [told(0.5), told(0.9)];
  return { ...(score === undefined ? {} : { score }), ...(ninetieth === undefined ? {} : { ninetieth }) };
}

function numberAt({ place, rows }: PlaceNumbers, name: string, slot: number): number {
  const row = rows.get(name);
  const slots = place.district === undefined ? LAYOUT.slots : LAYOUT.commonSlots;
  return row === undefined || slot >= slots ? ABSENT : (place.numbers[row * slots + slot] ?? ABSENT);
}
