import { effort } from "@aarohan/devkit";
import { TableAttacker } from "@aarohan/devkit/attacker";
import { describe, expect, it } from "vitest";
import { type DeclaredTables, SuppressionState, suppressPrimary, suppressTables } from "../src/index.ts";
import { breaches } from "./breaches.ts";
import {
  type Person,
  person,
  REFERRAL,
  randomPersons,
  SUSPICIOUS,
  shapeOf,
  tablesOf,
} from "./table-populations.ts";

const POSITIVE = ["screened", "suspicious"];
const NEGATIVE = ["screened", "not suspicious"];

/** So many persons in every district, month, sex, age band and setting. */
function everywhere(populations: readonly string[], count: number, districts = 3, months = 3): Person[] {
  return Array.from({ length: districts * months * 8 }, (_, at) =>
    person(
      populations,
      [at % districts, Math.floor(at / districts) % months, (at >> 1) % 2, (at >> 2) % 2, (at >> 3) % 2],
      count,
    ),
  );
}

const shape = shapeOf([2, 1], 3);
const HARD: Record<string, { persons: Person[]; k?: number }> = {
  "one positive in a district": { persons: [...everywhere(NEGATIVE, 6), person(POSITIVE)] },
  "a full cell": {
    persons: [
      ...everywhere(NEGATIVE, 6).filter(({ district, month }) => district + month > 0),
      person(POSITIVE, [], 12),
    ],
  },
  "a full district": {
    persons: [
      ...everywhere(NEGATIVE, 6).filter(({ district }) => district > 0),
      ...everywhere(POSITIVE, 2).filter(({ district }) => district === 0),
    ],
  },
  "everybody positive": { persons: everywhere(POSITIVE, 4) },
  "a district with one month": {
    persons: everywhere(NEGATIVE, 6)
      .concat(person(POSITIVE, [2, 1], 3))
      .filter(({ district, month }) => district < 2 || month === 1),
  },
  "a dominant stratum": {
    persons: [...everywhere(NEGATIVE, 1), person(NEGATIVE, [0, 0], 5000), person(POSITIVE, [0, 0], 2500)],
  },
  "a single person": { persons: [person(POSITIVE, [2, 2, 1, 1, 1])] },
  "two persons who differ": { persons: [person(POSITIVE, [0, 0]), person(NEGATIVE, [2, 1, 1, 1, 1])] },
  nobody: { persons: [] },
  "k exactly": { persons: [...everywhere(NEGATIVE, 11), person(POSITIVE, [1, 1], 11)] },
  "k − 1 exactly": { persons: [...everywhere(NEGATIVE, 11), person(POSITIVE, [1, 1], 10)] },
  "two small cells in a row": {
    persons: [...everywhere(NEGATIVE, 6), person(POSITIVE, [0, 0], 3), person(POSITIVE, [0, 1], 4)],
  },
  "two small cells in a column": {
    persons: [...everywhere(NEGATIVE, 6), person(POSITIVE, [0, 0], 3), person(POSITIVE, [1, 0], 4)],
  },
  "all positive cells small": { persons: [...everywhere(NEGATIVE, 6), ...everywhere(POSITIVE, 1)] },
  "k of 2": { persons: [...everywhere(NEGATIVE, 1), person(POSITIVE)], k: 2 },
};

describe("declared tables that are hard to protect", () => {
  for (const [name, { persons, k = 11 }] of Object.entries(HARD))
    it(`${name}: the attacker learns no more than allowed`, () => {
      const suppressed = suppressTables(tablesOf(shape, [SUSPICIOUS], persons), { k });
      // What is withheld whole is not looked at below: only tables with next to nobody in them may be.
      expect(suppressed.withheld.size).toBe(persons.length > 2 ? 0 : suppressed.withheld.size);
      expect(breaches(suppressed, true, 1)).toEqual([]);
    });
});

describe("random tables", () => {
  for (let seed = 1; seed <= effort(12); seed += 1)
    it(`small ones (${seed}): whole numbers`, () => {
      const own = shapeOf([1 + (seed % 3), 1, 2].slice(0, 1 + (seed % 3)), seed % 4, 1 + (seed % 3));
      const persons = randomPersons(own, 20 * seed, 0.05 * (1 + (seed % 5)), seed);
      const measures = seed % 2 === 0 ? [SUSPICIOUS, REFERRAL] : [SUSPICIOUS];
      const suppressed = suppressTables(tablesOf(own, measures, persons), { k: 3 + (seed % 9) });
      expect(breaches(suppressed, true, 5)).toEqual([]);
    });

  it("of medium size, two measures that share a population", () => {
    const own = shapeOf([5, 3, 1], 6, 3);
    const persons = randomPersons(own, 4000, 0.05, 99);
    const suppressed = suppressTables(tablesOf(own, [SUSPICIOUS, REFERRAL], persons));
    expect(suppressed.withheld.size).toBe(0);
    expect(breaches(suppressed, false, 60)).toEqual([]);
  });
});

describe("without complementary suppression", () => {
  it("the attacker finds out what was suppressed", () => {
    const tables: DeclaredTables = tablesOf(
      shape,
      [SUSPICIOUS],
      [...everywhere(NEGATIVE, 6), person(POSITIVE)],
    );
    const state = new SuppressionState(tables, 11);
    suppressPrimary(state);
    const attacker = new TableAttacker(tables, (cell) =>
      state.isSuppressed(cell) ? undefined : tables.system.value(cell),
    );
    const cells = [...tables.system.values.keys()].filter((cell) => state.isSuppressed(cell));
    expect(cells.length).toBeGreaterThan(0);
    for (const cell of cells) {
      const value = tables.system.value(cell);
      expect(attacker.interval(cell)).toEqual({ low: value, high: value });
    }
  });
});
