import { revisedSlices, type SliceCounts, type SuppressionReport } from "@aarohan/deid";
import { Cube, type CubeChunk, type CubeNames, frozenSlices, PUBLISHED_NAMES } from "@aarohan/measures";
import type { FrozenYear } from "./frozen-year.ts";
import { type PublishedNames, publishedName, publishedNames } from "./published-names.ts";
import { type Disclosure, type EarlierRelease, type ReleaseRules, releaseYear } from "./release-year.ts";
import { latticeOf, NO_PLACES, type YearPlaces } from "./year-places.ts";

/** A year as its last release left it. */
export interface PublishedYear extends EarlierRelease {
  readonly year: number;
  readonly yearPlaces: YearPlaces;
  readonly disclosure: Disclosure;
  readonly k: number;
  /** Totals of everybody, of the whole and of states, that are suppressed for other cells. */
  readonly suppressedTotals: number;
  /** How much of the numbers of all releases is suppressed; `undefined` where counts are rounded or blurred. */
  readonly shares: SuppressedShares | undefined;
  /** When changes were looked for, in milliseconds since 1970. */
  readonly revisedAt: number;
  /** Revisions in a row that were put off. */
  readonly postponed: number;
}

/** Of numbers, and of the persons counted in them, percent. */
export interface SuppressedShares {
  readonly numbers: number;
  readonly numbersSuppressed: number;
  readonly personsSuppressed: number;
  /** What would be if everything small, and every total of it, were suppressed. */
  readonly naiveNumbersSuppressed: number;
}

/** Rows of one month, as they are stored. */
export interface MonthRows {
  readonly names: CubeNames;
  readonly chunks: readonly CubeChunk[];
}

/** Rows of frozen months. 0 is January, and the first freezing. */
export interface FrozenMonths {
  /** As the latest of the revisions up to this one froze it. */
  read(year: number, month: number, revision: number): MonthRows;
  /** Replaces what stands there: it was never released. */
  write(year: number, month: number, revision: number, rows: MonthRows): void;
}

export interface ReleaseSchedule extends ReleaseRules {
  /** Between two looks for changes in what was published. */
  readonly revisionMilliseconds: number;
}

/** What a release is made from. */
export interface ReleaseSources {
  readonly frozen: FrozenMonths;
  /** A month as the records are now; −1 is the December before. */
  readonly live: (month: number) => Promise<MonthRows>;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** A revision that would hide totals waits so many times, while changes add up. */
const MOST_POSTPONED = 4;

/**
 * The year with the months that have closed since; else, when it is time, with the districts in which enough persons are counted
 * differently by now. `undefined` where nothing is to be published. Holds the rows of two months at a time, and the year's tables.
 * Throws a DisclosureError where a release would tell too much: what was published stays.
 */
export async function nextRelease(
  known: PublishedYear | undefined,
  year: number,
  months: number,
  sources: ReleaseSources,
  schedule: ReleaseSchedule,
): Promise<PublishedYear | undefined> {
  if (known === undefined || known.months < months)
    return withMonths(known ?? unpublished(year, schedule, sources.now), months, sources, schedule);
  if (sources.now - known.revisedAt < schedule.revisionMilliseconds) return undefined;
  return revised(known, sources, schedule);
}

function unpublished(year: number, { disclosure, k }: ReleaseSchedule, now: number): PublishedYear {
  return {
    year,
    yearPlaces: NO_PLACES,
    disclosure,
    k,
    months: 0,
    isClosed: false,
    populations: PUBLISHED_NAMES,
    places: [],
    kept: undefined,
    suppressedTotals: 0,
    shares: undefined,
    revisedAt: now,
    postponed: 0,
  };
}

async function withMonths(
  known: PublishedYear,
  months: number,
  { frozen, live }: ReleaseSources,
  schedule: ReleaseSchedule,
): Promise<PublishedYear> {
  const { year, k } = known;
  for (let month = known.months; month < months; month += 1) frozen.write(year, month, 0, await live(month));
  const names = known.months > 0 ? known.yearPlaces.names : publishedNames(await sizesOf(months, live), k);
  const yearPlaces = { ...known.yearPlaces, names };
  return released(known, { ...known, months, yearPlaces }, frozen, schedule);
}

/** Persons by `state|district`: of the year, or, while it is not over, of the twelve months up to now. */
async function sizesOf(months: number, live: ReleaseSources["live"]): Promise<ReadonlyMap<string, number>> {
  const sizes = new Map<string, number>();
  for (let month = months - 12; month < months; month += 1)
    for (const [slice, counts] of slicesOf(await live(month)))
      for (const count of counts.values()) sizes.set(slice, (sizes.get(slice) ?? 0) + count);
  return sizes;
}

async function revised(
  known: PublishedYear,
  { frozen, live, now }: ReleaseSources,
  schedule: ReleaseSchedule,
): Promise<PublishedYear> {
  const revision = known.yearPlaces.revisions.length + 1;
  const current = new Map<string, Map<string, number>>();
  for (let month = 0; month < known.months; month += 1) {
    const rows = await live(month);
    frozen.write(known.year, month, revision, rows);
    addSlices(current, slicesOf(rows), known.yearPlaces.names);
  }
  const taken = revisedSlices(publishedSlices(known, frozen), current, known.k)
    .filter(({ isRevised }) => isRevised)
    .map(({ slice }) => slice);
  if (taken.length === 0) return { ...known, revisedAt: now, postponed: 0 };
  const { names, revisions } = known.yearPlaces;
  const yearPlaces = { names, revisions: [...revisions, taken] };
  const next = released(known, { ...known, yearPlaces, revisedAt: now, postponed: 0 }, frozen, schedule);
  return next.suppressedTotals > known.suppressedTotals && known.postponed < MOST_POSTPONED
    ? { ...known, revisedAt: now, postponed: known.postponed + 1 }
    : next;
}

/** A year keeps the rules of its first release. */
function released(
  known: PublishedYear,
  next: PublishedYear,
  frozen: FrozenMonths,
  { keyOf }: ReleaseSchedule,
): PublishedYear {
  const { disclosure, k, months } = next;
  const isClosed = months === 12;
  const year = { ...frozenYear(next, frozen), months, isClosed };
  const earlier = known.months === 0 ? undefined : known;
  const { places, kept, report, suppressedTotals } = releaseYear(year, earlier, { disclosure, k, keyOf });
  const shares = report === undefined ? undefined : sharesOf(report);
  return { ...next, isClosed, populations: PUBLISHED_NAMES, places, kept, suppressedTotals, shares };
}

function sharesOf({ total: { all, primary, secondary }, naive }: SuppressionReport): SuppressedShares {
  const percent = (part: number, of: number) => (of === 0 ? 0 : Math.round((1000 * part) / of) / 10);
  return {
    numbers: all.cells,
    numbersSuppressed: percent(primary.cells + secondary.cells, all.cells),
    personsSuppressed: percent(primary.counts + secondary.counts, all.counts),
    naiveNumbersSuppressed: percent(naive.cells, all.cells),
  };
}

/** The year as it is frozen by now. */
export function frozenYear({ year, yearPlaces, months }: PublishedYear, frozen: FrozenMonths): FrozenYear {
  const revisions = Array.from({ length: yearPlaces.revisions.length + 1 }, (_, revision) => revision);
  return {
    lattice: latticeOf(year, yearPlaces),
    nameOf: (state, district) => publishedName(yearPlaces.names, state, district),
    views: revisions.map((revision) => ({
      *[Symbol.iterator]() {
        for (let month = 0; month < months; month += 1) yield cubeOf(frozen.read(year, month, revision));
      },
    })),
  };
}

/** Each district as the last revision that took it has it. */
function publishedSlices({ year, yearPlaces, months }: PublishedYear, frozen: FrozenMonths) {
  const { revisions } = yearPlaces;
  const revisionOf = (slice: string) => revisions.findLastIndex((taken) => taken.includes(slice)) + 1;
  const all = new Map<string, Map<string, number>>();
  for (let revision = 0; revision <= revisions.length; revision += 1)
    for (let month = 0; month < months; month += 1) {
      const slices = new Map<string, Map<string, number>>();
      addSlices(slices, slicesOf(frozen.read(year, month, revision)), yearPlaces.names);
      for (const [slice, counts] of slices) if (revisionOf(slice) === revision) addCounts(all, slice, counts);
    }
  return all;
}

function cubeOf({ names, chunks }: MonthRows): Cube {
  return Cube.from(names, chunks);
}

function slicesOf(rows: MonthRows) {
  return frozenSlices(cubeOf(rows));
}

/** By the names under which they are published. */
function addSlices(
  into: Map<string, Map<string, number>>,
  slices: ReadonlyMap<string, SliceCounts>,
  names: PublishedNames,
): void {
  for (const [slice, counts] of slices) {
    const [state = "", district = ""] = slice.split("|");
    const name = publishedName(names, state, district);
    if (name !== undefined) addCounts(into, name, counts);
  }
}

function addCounts(into: Map<string, Map<string, number>>, slice: string, counts: SliceCounts): void {
  const own = into.get(slice) ?? new Map<string, number>();
  for (const [alike, count] of counts) own.set(alike, (own.get(alike) ?? 0) + count);
  into.set(slice, own);
}
