import {
  cellName,
  type DeclaredTables,
  DisclosureError,
  isMedianReleased,
  isP90Released,
  type KeptWitnesses,
  KIND,
  keepWitnesses,
  noisyCount,
  roundedCount,
  STANDING,
  type SuppressedTables,
  type SuppressionReport,
  SuppressionState,
  suppressionReport,
  suppressPrimary,
  suppressTables,
  type Witness,
} from "@aarohan/deid";
import { nearestRank, PUBLISHED_DEPTHS, PUBLISHED_NAMES } from "@aarohan/measures";
import { cellAt, isDeclaredAt } from "./declared-cells.ts";
import { countYear, type DaysByIndicator, type FrozenYear } from "./frozen-year.ts";
import {
  ABSENT,
  type PublishedPlace,
  placeKey,
  QUANTILES,
  SUPPRESSED,
  slotsOf,
  timed,
} from "./published-place.ts";

/** How counts are kept from telling of single persons; a year keeps the way of its first release. */
export const DISCLOSURES = ["suppression", "rounding", "noise"] as const;
export type Disclosure = (typeof DISCLOSURES)[number];

export interface ReleaseRules {
  readonly disclosure: Disclosure;
  /** Least count that is told, zero apart. */
  readonly k: number;
  /** 32 random bits of a cell's name under a secret key, for rounding and noise. */
  readonly keyOf: (cell: string) => number;
}

/** What earlier releases of the year published. */
export interface EarlierRelease {
  readonly months: number;
  readonly isClosed: boolean;
  /** Names of the populations, as the numbers of its places have them. */
  readonly populations: readonly string[];
  /** In every version. */
  readonly places: readonly PublishedPlace[];
  readonly kept: KeptWitnesses | undefined;
}

export interface YearToRelease extends FrozenYear {
  /** Months that are frozen, from January. */
  readonly months: number;
  /** Whether the tables of the whole year are published. */
  readonly isClosed: boolean;
}

export interface ReleasedYear {
  /** Every place in every version. */
  readonly places: readonly PublishedPlace[];
  readonly kept: KeptWitnesses | undefined;
  /** Of suppression. */
  readonly report: SuppressionReport | undefined;
  /** Totals of all who were screened or referred, of the latest whole and its states, that are suppressed for other cells. */
  readonly suppressedTotals: number;
}

/**
 * Numbers of a year that may leave, with all that left before: what was published stays as it was. Throws a DisclosureError, and
 * so releases nothing, where a published number would change, or suppression does not stand its audit.
 */
export function releaseYear(
  year: YearToRelease,
  earlier: EarlierRelease | undefined,
  rules: ReleaseRules,
): ReleasedYear {
  const { tables, days } = countYear(year);
  const published = publishedBefore(tables, year, earlier);
  if (rules.disclosure !== "suppression") {
    const cells = perturbed(tables, published, rules);
    return {
      places: placesOf(tables, cells, days, rules.k),
      kept: undefined,
      report: undefined,
      suppressedTotals: 0,
    };
  }
  for (const [cell, number] of published.numbers.entries())
    if (number >= 0 && number !== tables.system.value(cell))
      throw new DisclosureError("a published number would change");
  const witnesses: Witness[] = [];
  const suppressed = suppressTables(tables, {
    k: rules.k,
    standings: published.standings,
    ...(earlier?.kept === undefined ? {} : { kept: earlier.kept }),
    onWitness: (witness) => witnesses.push(witness),
  });
  const { state } = suppressed;
  const cells = Int32Array.from(tables.system.values, (value, cell) => {
    const kind = state.kind(cell);
    return kind === KIND.RELEASED ? value : kind === KIND.ABSENT ? ABSENT : SUPPRESSED;
  });
  return {
    places: placesOf(tables, cells, days, rules.k),
    kept: keepWitnesses(suppressed, witnesses),
    report: suppressionReport(suppressed),
    suppressedTotals: suppressedTotals(suppressed),
  };
}

interface PublishedBefore {
  /** As they were published; `ABSENT` of what was not. */
  readonly numbers: Int32Array;
  readonly standings: Uint8Array;
}

function publishedBefore(
  { lattice, system }: DeclaredTables,
  { months, isClosed }: YearToRelease,
  earlier: EarlierRelease | undefined,
): PublishedBefore {
  const known = new Map((earlier?.places ?? []).map((place) => [placeKey(place), place]));
  const numbers = new Int32Array(system.size).fill(ABSENT);
  const standings = new Uint8Array(system.size).fill(STANDING.ABSENT);
  for (let coordinate = 0; coordinate < lattice.size; coordinate += 1) {
    const place = lattice.placeOf(coordinate);
    const slot = lattice.slotOf(coordinate);
    const month = lattice.monthOf(slot);
    const isToBe = lattice.isLatest(place) && (month === undefined ? isClosed : month < months);
    const named = lattice.named(coordinate);
    const published = known.get(placeKey(named));
    const own = cellAt(lattice, place, slot);
    // A district that nobody had named before had nobody, and that was seen.
    const wasNobody =
      published === undefined &&
      named.revision === 0 &&
      earlier !== undefined &&
      (month === undefined ? earlier.isClosed : month < earlier.months);
    for (const [population, name] of PUBLISHED_NAMES.entries()) {
      const cell = population * lattice.size + coordinate;
      const row = earlier?.populations.indexOf(name) ?? -1;
      const before = row < 0 ? undefined : published?.numbers[row * slotsOf(lattice, place) + slot];
      if (!isDeclaredAt(PUBLISHED_DEPTHS.get(name) ?? "fine", own)) {
        standings[cell] = STANDING.UNDECLARED;
        continue;
      }
      const number = wasNobody && system.value(cell) === 0 ? 0 : (before ?? ABSENT);
      numbers[cell] = number;
      if (number >= 0) standings[cell] = STANDING.RELEASED;
      else if (number === SUPPRESSED) standings[cell] = STANDING.SUPPRESSED;
      else if (isToBe) standings[cell] = STANDING.NEW;
    }
  }
  return { numbers, standings };
}

/** Cell by cell: what was published stays. */
function perturbed(
  tables: DeclaredTables,
  { numbers, standings }: PublishedBefore,
  { disclosure, k, keyOf }: ReleaseRules,
): Int32Array {
  const { lattice, tree, system } = tables;
  const primary = new SuppressionState(tables, k, standings);
  suppressPrimary(primary);
  const coordinates = Array.from({ length: lattice.size }, (_, at) => lattice.named(at));
  return Int32Array.from(system.values, (value, cell) => {
    const before = numbers[cell] ?? ABSENT;
    if (before !== ABSENT || standings[cell] !== STANDING.NEW) return before;
    const { revision, ...named } = coordinates[cell % lattice.size] ?? { revision: 0 };
    const name = cellName(tree.node(Math.floor(cell / lattice.size)).name, {
      ...named,
      period: lattice.shape.period,
    });
    const isFull = primary.kind(cell) === KIND.FULL;
    return disclosure === "rounding"
      ? roundedCount(name, value, { k, fractionOf: (each) => (keyOf(each) >>> 0) / 2 ** 32 }, isFull)
      : noisyCount(name, value, { k, keyOf }, isFull);
  });
}

function placesOf(
  tables: DeclaredTables,
  cells: Int32Array,
  days: DaysByIndicator,
  k: number,
): PublishedPlace[] {
  const { lattice } = tables;
  return Array.from({ length: lattice.placeCount }, (_, place) => {
    const slots = slotsOf(lattice, place);
    const first = lattice.coordinate(place, 0);
    const numbers = new Int32Array((PUBLISHED_NAMES.length + QUANTILES.length) * slots);
    for (const population of PUBLISHED_NAMES.keys()) {
      const from = population * lattice.size + first;
      numbers.set(cells.subarray(from, from + slots), population * slots);
    }
    for (const [index, { indicator, share }] of QUANTILES.entries())
      for (let slot = 0; slot < slots; slot += 1) {
        const count = numbers[PUBLISHED_NAMES.indexOf(timed(indicator)) * slots + slot] ?? 0;
        const own = days.get(indicator)?.get(first + slot) ?? new Map();
        numbers[(PUBLISHED_NAMES.length + index) * slots + slot] = quantile(count, own, share, k);
      }
    const { state, district, revision } = lattice.named(first);
    return {
      ...(state === undefined ? {} : { state }),
      ...(district === undefined ? {} : { district }),
      revision,
      numbers,
    };
  });
}

/** `count`: as it is published. Days of fewer than the limits are not told; those of whom they are not known do not count. */
function quantile(count: number, days: ReadonlyMap<number, number>, share: number, k: number): number {
  if (count === ABSENT || count === 0) return ABSENT;
  if (count === SUPPRESSED) return SUPPRESSED;
  const n = [...days.values()].reduce((sum, persons) => sum + persons, 0);
  const isReleased = share === 0.5 ? isMedianReleased(n) : isP90Released(n, k);
  return isReleased ? (nearestRank(days, share) ?? SUPPRESSED) : SUPPRESSED;
}

function suppressedTotals({ tables, state }: SuppressedTables): number {
  const { lattice, tree } = tables;
  let found = 0;
  for (const [node, { split }] of tree.nodes.entries()) {
    if (split >= 0) continue;
    for (let place = 0; place < lattice.firstDistrict; place += 1) {
      const cell = node * lattice.size + lattice.coordinate(place, 0);
      if (lattice.isLatest(place) && state.kind(cell) === KIND.SECONDARY) found += 1;
    }
  }
  return found;
}
