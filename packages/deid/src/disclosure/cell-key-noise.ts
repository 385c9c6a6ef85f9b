import { requireCount } from "./controlled-rounding.ts";
import { DisclosureError } from "./disclosure-error.ts";

export interface NoiseOptions {
  /** Furthest that a count moves where it is not below k. Default 3. */
  readonly bound?: number;
  /** Least count that is released, zero apart. Default 11. */
  readonly k?: number;
  /** 32 random bits, the same for the same cell in every table and release: of HMAC under a secret key. */
  readonly keyOf: (cell: string) => number;
}

/** Name of a cell whatever table it stands in: dimensions in order, and none for what is summed over. */
export function cellName(population: string, dimensions: Readonly<Record<string, string>>): string {
  const named = Object.entries(dimensions).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([population, ...named]);
}

/**
 * Cell-key noise, for one cell by itself. Guaranteed: the same cell has the same noise in every table and release, so that asking
 * again tells nothing new; zeros stay zero; nothing is negative; nothing from 1 to k − 1 leaves: it becomes 0 or k, as often as
 * keeps its expectation; a count of k or more moves by at most `bound`, one of 2·bound + 1 amounts that are equally likely, save
 * that what would be below k is k. A full part (`isFull`: everybody of its population) never leaves exactly: 0 is not among its
 * amounts. A count that has changed between releases keeps its noise, so the difference is exact: that is why a slice is frozen
 * anew only when k records have changed (`revisedSlices`). Not guaranteed: additive tables, or an interval against those who
 * average many cells of one total; suppression does that.
 */
export function noisyCount(
  cell: string,
  count: number,
  { bound = 3, k = 11, keyOf }: NoiseOptions,
  isFull = false,
): number {
  requireCount(count);
  if (!Number.isInteger(bound) || bound < 1) throw new DisclosureError(`noise up to ${bound} hides nothing`);
  if (count === 0) return 0;
  const fraction = (keyOf(cell) >>> 0) / 2 ** 32;
  if (count < k) return fraction < count / k ? k : 0;
  if (!isFull) return Math.max(k, count + Math.floor(fraction * (2 * bound + 1)) - bound);
  const amount = Math.floor(fraction * 2 * bound) - bound;
  const moved = count + (amount < 0 ? amount : amount + 1);
  return moved < k ? count + bound : moved;
}
