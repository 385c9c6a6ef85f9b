import { effort } from "@aarohan/devkit";
import { describe, expect, it } from "vitest";
import {
  type Coordinate,
  declaredTables,
  type KeptWitnesses,
  KIND,
  keepWitnesses,
  measurePopulations,
  STANDING,
  type Standing,
  type SuppressedTables,
  standingsOf,
  suppressTables,
  TableLattice,
  type TableShape,
  tableCounts,
  type Witness,
} from "../src/index.ts";
import { breaches } from "./breaches.ts";
import {
  numbersOf,
  type Person,
  person,
  REFERRAL,
  randomPersons,
  SUSPICIOUS,
  shapeOf,
} from "./table-populations.ts";

interface Release {
  /** Months that have closed. */
  readonly months: number;
  readonly isYearClosed: boolean;
  /** Districts taken anew, and the persons that there are by then. */
  readonly taken?: readonly number[];
  readonly persons?: readonly Person[];
}

const key = (population: string, coordinate: Coordinate) => JSON.stringify([population, coordinate]);

/** Every release of a year, one after the other; the last one has the cells of all. */
function published(
  shape: TableShape,
  first: readonly Person[],
  releases: readonly Release[],
  k: number,
): { readonly suppressed: SuppressedTables; readonly releasedAt: readonly ReadonlySet<string>[] } {
  const standing = new Map<string, Standing>();
  const releasedAt: Set<string>[] = [];
  const views = [first];
  const revisions: (readonly number[])[] = [];
  let suppressed: SuppressedTables | undefined;
  let kept: KeptWitnesses | undefined;
  for (const { months, isYearClosed, taken, persons } of releases) {
    if (taken !== undefined && persons !== undefined) {
      revisions.push(taken);
      views.push(persons);
    }
    const own = { ...shape, revisions };
    const rows = places(own, views).filter(({ month }) => month < months);
    const tables = declaredTables(own, measurePopulations([SUSPICIOUS, REFERRAL]), (population) =>
      tableCounts(
        own,
        rows.filter(({ populations }) => populations.includes(population)),
      ),
    );
    const latest = new Set(
      Array.from({ length: tables.lattice.size }, (_, at) => at)
        .filter((at) => tables.lattice.isLatest(tables.lattice.placeOf(at)))
        .map((at) => JSON.stringify(tables.lattice.named(at))),
    );
    const isPublished = (coordinate: Coordinate) =>
      latest.has(JSON.stringify(coordinate)) &&
      (coordinate.month === undefined ? isYearClosed : shape.months.indexOf(coordinate.month) < months);
    const standings = standingsOf(
      tables,
      (population, coordinate) =>
        standing.get(key(population, coordinate)) ??
        (isPublished(coordinate) ? STANDING.NEW : STANDING.ABSENT),
    );
    const witnesses: Witness[] = [];
    suppressed = suppressTables(tables, {
      k,
      standings,
      ...(kept === undefined ? {} : { kept }),
      onWitness: (witness) => witnesses.push(witness),
    });
    kept = keepWitnesses(suppressed, witnesses);
    releasedAt.push(remember(suppressed, standing));
  }
  if (suppressed === undefined) throw new Error("no release");
  return { suppressed, releasedAt };
}

function remember({ state, tables }: SuppressedTables, standing: Map<string, Standing>): Set<string> {
  const released = new Set<string>();
  for (let cell = 0; cell < tables.system.size; cell += 1) {
    const kind = state.kind(cell);
    if (kind === KIND.ABSENT) continue;
    const { name } = tables.tree.node(Math.floor(cell / tables.lattice.size));
    const own = key(name, tables.lattice.named(cell % tables.lattice.size));
    standing.set(own, kind === KIND.RELEASED ? STANDING.RELEASED : STANDING.SUPPRESSED);
    if (kind === KIND.RELEASED) released.add(`${own} ${tables.system.value(cell)}`);
  }
  return released;
}

/** Persons in the places of every release that took their district anew. */
function places(shape: TableShape, views: readonly (readonly Person[])[]): Person[] {
  const lattice = new TableLattice(shape);
  const all = views.map(
    (_, view) => new TableLattice({ ...shape, revisions: (shape.revisions ?? []).slice(0, view) }),
  );
  return views.flatMap((persons, view) => {
    const taken = view === 0 ? undefined : new Set(shape.revisions?.[view - 1]);
    return persons
      .filter(({ district }) => taken?.has(district) ?? true)
      .map((one) => ({ ...one, district: placeIn(lattice, all[view], one.district) }));
  });
}

/** Where the place that a district had in an earlier release is now. */
function placeIn(lattice: TableLattice, then: TableLattice | undefined, district: number): number {
  const name = (of: TableLattice, place: number) => JSON.stringify(of.named(of.coordinate(place, 0)));
  const wanted = then === undefined ? "" : name(then, then.latestDistrict(district));
  for (let place = lattice.firstDistrict; place < lattice.placeCount; place += 1)
    if (name(lattice, place) === wanted) return place - lattice.firstDistrict;
  throw new Error(`no place ${wanted}`);
}

/** The same persons, but for some of a district. */
function changed(persons: readonly Person[], district: number, from: readonly Person[]): Person[] {
  return [
    ...persons.filter((one) => one.district !== district),
    ...from.filter((one) => one.district === district),
  ];
}

describe("several releases of a year", () => {
  for (let seed = 1; seed <= effort(5); seed += 1)
    it(`months, then the year, then revisions (${seed}): all of them together tell no more than allowed`, () => {
      const shape = shapeOf([3, 2], 3);
      const k = 4 + (seed % 8);
      const first = randomPersons(shape, 250 + 40 * seed, 0.1, seed);
      const later = changed(first, seed % 5, randomPersons(shape, 330 + 40 * seed, 0.12, 100 + seed));
      const last = changed(later, (seed + 2) % 5, randomPersons(shape, 290 + 40 * seed, 0.09, 200 + seed));
      const { suppressed, releasedAt } = published(
        shape,
        first,
        [
          { months: 1, isYearClosed: false },
          { months: 2, isYearClosed: false },
          { months: 3, isYearClosed: true, taken: [seed % 5], persons: later },
          { months: 3, isYearClosed: true, taken: [(seed + 2) % 5], persons: last },
        ],
        k,
      );
      expect(breaches(suppressed, true, 17)).toEqual([]);
      for (const [index, released] of releasedAt.entries())
        for (const cell of releasedAt[index - 1] ?? []) expect(released.has(cell), cell).toBe(true);
      expect(releasedAt.at(-1)?.size).toBeGreaterThan(releasedAt[0]?.size ?? 0);
      expect(suppressed.withheld.size).toBe(0);
    });

  it("one person less in a district that is taken anew with k others is not found", () => {
    const shape = shapeOf([2, 1], 2);
    const random = numbersOf(5);
    const first = randomPersons(shape, 400, 0.1, 3);
    const without = first.filter((one) => one.district !== 1 || random() > 0.2);
    const { suppressed } = published(
      shape,
      [...first, person(["screened", "suspicious", "reviewed", "urgent"], [1, 0])],
      [
        { months: 2, isYearClosed: true },
        { months: 2, isYearClosed: true, taken: [1], persons: without },
      ],
      11,
    );
    expect(breaches(suppressed, true, 5)).toEqual([]);
  });
});
