import { effort, generatePopulation } from "@aarohan/devkit";
import { TableAttacker } from "@aarohan/devkit/attacker";
import { PUBLISHED_DEPTHS, PUBLISHED_NAMES } from "@aarohan/measures";
import { describe, expect, it } from "vitest";
import { cellAt, isDeclaredAt } from "../src/declared-cells.ts";
import { countYear } from "../src/frozen-year.ts";
import { frozenYear, nextRelease, type PublishedYear } from "../src/release-book.ts";
import { cubeOf, FrozenMemory } from "./frozen-memory.ts";

const YEAR = 2025;
const DAY = 86_400_000;
const K = 4;
const SCHEDULE = { disclosure: "suppression", k: K, keyOf: () => 0, revisionMilliseconds: 90 * DAY } as const;

/** Releases of a year: half of it, all of it, and what has changed since. */
async function releases(patients: number, seed: number) {
  const population = [...generatePopulation({ patients, seed })];
  const first = cubeOf(population);
  const later = cubeOf([
    ...population.slice(Math.floor(population.length / 8)),
    ...generatePopulation({ patients: Math.floor(patients / 6), seed: seed + 1000 }),
  ]);
  const frozen = new FrozenMemory();
  const made: PublishedYear[] = [];
  for (const [months, cube, day] of [
    [6, first, 0],
    [12, first, 30],
    ...[150, 250, 350, 450, 550].map((later_) => [12, later, later_] as const),
  ] as const) {
    const next = await nextRelease(
      made.at(-1),
      YEAR,
      months,
      frozen.sources(cube, YEAR, day * DAY),
      SCHEDULE,
    );
    if (next !== undefined) made.push(next);
  }
  return { made, frozen };
}

/**
 * Everything that all releases of the year told, with every equation between the numbers, and what is true: of each cell that is
 * small, or is not told, between what an attacker finds it to be.
 */
function attack(last: PublishedYear, frozen: FrozenMemory) {
  const year = frozenYear(last, frozen);
  const { tables } = countYear(year);
  const { lattice, system } = tables;
  const told = new Map(
    last.places.map(({ numbers, ...name }) => [
      JSON.stringify([name.state, name.district, name.revision]),
      numbers,
    ]),
  );
  const numberAt = (cell: number) => {
    const coordinate = cell % lattice.size;
    const place = lattice.placeOf(coordinate);
    const { state, district, revision } = lattice.named(coordinate);
    const slots = lattice.isDistrict(place) ? lattice.commonSlots : lattice.slots;
    const row = Math.floor(cell / lattice.size);
    const number = told.get(JSON.stringify([state, district, revision]))?.[
      row * slots + lattice.slotOf(coordinate)
    ];
    return number === undefined || number < 0 ? undefined : number;
  };
  const isDeclared = (cell: number) => {
    const coordinate = cell % lattice.size;
    const at = cellAt(lattice, lattice.placeOf(coordinate), lattice.slotOf(coordinate));
    return isDeclaredAt(
      PUBLISHED_DEPTHS.get(PUBLISHED_NAMES[Math.floor(cell / lattice.size)] ?? "") ?? "fine",
      at,
    );
  };
  return { attacker: new TableAttacker(tables, numberAt), numberAt, isDeclared, system };
}

describe("who has every number of every release", () => {
  const programmes = [
    [600, 3],
    [800, 5],
    [1000, 8],
  ] as const;
  it.each(programmes.slice(0, effort(programmes.length)))(
    "of a programme with %i patients finds no small count",
    { timeout: 240_000 },
    async (patients, seed) => {
      const { made, frozen } = await releases(patients, seed);
      const last = made.at(-1);
      if (last === undefined) throw new Error("no release");
      expect(last.yearPlaces.revisions.length).toBeGreaterThan(0);
      const { attacker, numberAt, isDeclared, system } = attack(last, frozen);
      const small: number[] = [];
      for (let cell = 0; cell < system.size; cell += 1) {
        const value = system.value(cell);
        if (numberAt(cell) !== undefined) expect(numberAt(cell)).toBe(value);
        if (value > 0 && value < K && isDeclared(cell)) small.push(cell);
      }
      expect(small.length).toBeGreaterThan(30);
      const every = Math.ceil(small.length / 40);
      const found = small
        .filter((_, at) => at % every === 0)
        .map((cell) => ({ cell, value: system.value(cell), ...attacker.interval(cell) }))
        .filter(({ low, high }) => low > 1 || high < K - 1);
      expect(found).toEqual([]);
    },
  );
});
