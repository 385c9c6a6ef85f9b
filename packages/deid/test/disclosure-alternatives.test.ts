import { describe, expect, it } from "vitest";
import {
  cellName,
  isMedianReleased,
  isP90Released,
  noisyCount,
  releasedRate,
  revisedSlices,
  roundedCount,
} from "../src/index.ts";
import { numbersOf } from "./table-populations.ts";

const K = 11;
const CELLS = Array.from({ length: 400 }, (_, at) => `cell ${at}`);
const COUNTS = Array.from({ length: 60 }, (_, count) => count);

/** FNV-1a and a mix, in place of HMAC. */
function keyOf(cell: string): number {
  let hash = 0x811c9dc5;
  for (const character of cell) hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193);
  return Math.floor(numbersOf(hash)() * 2 ** 32);
}
const fractionOf = (cell: string) => keyOf(cell) / 2 ** 32;

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}

describe("rounding to a base", () => {
  for (const base of [5, 10])
    it(`${base}: multiples, nothing below k, zeros as they are, near the count from k on`, () => {
      for (const count of COUNTS)
        for (const cell of CELLS) {
          const rounded = roundedCount(cell, count, { base, k: K, fractionOf });
          expect(rounded % base).toBe(0);
          expect(rounded > 0 && rounded < K).toBe(false);
          if (count === 0) expect(rounded).toBe(0);
          if (count >= 20) expect(Math.abs(rounded - count)).toBeLessThan(base);
        }
    });

  it("is right on average", () => {
    for (const count of [3, 11, 17, 26, 42])
      expect(
        Math.abs(mean(CELLS.map((cell) => roundedCount(cell, count, { fractionOf }))) - count),
      ).toBeLessThan(1.5);
  });

  it("never shows a full part exactly", () => {
    for (const base of [5, 10])
      for (const count of COUNTS.slice(1))
        for (const cell of CELLS) {
          const rounded = roundedCount(cell, count, { base, fractionOf }, true);
          expect(rounded).not.toBe(count);
          expect(rounded > 0 && rounded < K).toBe(false);
        }
  });

  it("refuses a base that hides nothing, and what is no count", () => {
    expect(() => roundedCount("a", 3, { base: 1, fractionOf })).toThrow("hides nothing");
    expect(() => roundedCount("a", -1, { fractionOf })).toThrow("not a count");
  });
});

describe("noise by the key of the cell", () => {
  it("is bounded, shows nothing below k, and leaves zeros alone", () => {
    for (const count of COUNTS)
      for (const cell of CELLS) {
        const noisy = noisyCount(cell, count, { bound: 4, k: K, keyOf });
        expect(noisy > 0 && noisy < K).toBe(false);
        expect(noisy).toBeGreaterThanOrEqual(0);
        if (count === 0) expect(noisy).toBe(0);
        if (count >= K) expect(Math.abs(noisy - count)).toBeLessThanOrEqual(4);
      }
  });

  it("takes every amount within its bound", () => {
    const amounts = new Set(CELLS.map((cell) => noisyCount(cell, 50, { bound: 3, keyOf }) - 50));
    expect([...amounts].toSorted((a, b) => a - b)).toEqual([-3, -2, -1, 0, 1, 2, 3]);
  });

  it("never shows a full part exactly", () => {
    for (const count of COUNTS.slice(1))
      for (const cell of CELLS) {
        const noisy = noisyCount(cell, count, { keyOf }, true);
        expect(noisy).not.toBe(count);
        expect(noisy > 0 && noisy < K).toBe(false);
      }
  });

  it("is the same for the same cell, whatever the order of its dimensions", () => {
    const one = cellName("screened", { state: "Karnataka", month: "2025-03" });
    expect(cellName("screened", { month: "2025-03", state: "Karnataka" })).toBe(one);
    expect(cellName("screened", { month: "2025-04", state: "Karnataka" })).not.toBe(one);
  });
});

describe("scores", () => {
  it("are computed from released counts alone", () => {
    expect(releasedRate(12, 48)).toBe(0.25);
    expect(releasedRate(12, 48, 1000)).toBe(250);
    expect(releasedRate(undefined, 48)).toBeUndefined();
    expect(releasedRate(12, undefined)).toBeUndefined();
    expect(releasedRate(0, 0)).toBeUndefined();
  });

  it("need enough persons", () => {
    expect([29, 30, undefined].map(isMedianReleased)).toEqual([false, true, false]);
    expect([109, 110, undefined].map((n) => isP90Released(n))).toEqual([false, true, false]);
    expect(isP90Released(50, 5)).toBe(true);
  });
});

describe("revisions", () => {
  const counts = (men: number, women: number, positive = 0) =>
    new Map([
      ["male", men],
      ["female", women],
      ["female positive", positive],
    ]);

  it("take a slice anew only when k persons are counted differently in it", () => {
    const previous = new Map([
      ["Kolar 2025", counts(50, 50)],
      ["Mysuru 2025", counts(50, 50)],
      ["Udupi 2025", counts(50, 50)],
    ]);
    const live = new Map([
      ["Kolar 2025", counts(55, 45)],
      ["Mysuru 2025", counts(45, 44, 11)],
      ["Ballari 2025", counts(2, 8)],
    ]);
    expect(revisedSlices(previous, live, 11)).toEqual([
      { slice: "Ballari 2025", added: 10, removed: 0, isRevised: false },
      { slice: "Kolar 2025", added: 5, removed: 5, isRevised: false },
      { slice: "Mysuru 2025", added: 11, removed: 11, isRevised: true },
      { slice: "Udupi 2025", added: 0, removed: 100, isRevised: true },
    ]);
    expect(revisedSlices(previous, new Map([["Kolar 2025", counts(61, 50)]]))[0]?.isRevised).toBe(true);
    expect(() => revisedSlices(previous, live, 1)).toThrow("k is 1");
  });
});
