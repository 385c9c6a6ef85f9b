import { DisclosureError } from "./disclosure-error.ts";

export interface RoundingOptions {
  /** Counts become multiples of it. Default 10; 5 is usual, too. */
  readonly base?: number;
  /** Least count that is released, zero apart. Default 11. */
  readonly k?: number;
  /** 0 ≤ number < 1, the same for the same cell in every table and release: a keyed hash of the cell's name. */
  readonly fractionOf: (cell: string) => number;
}

/**
 * Random rounding of each cell by itself (controlled-free: rounded cells need not add up). Guaranteed: what leaves is a multiple
 * of the base; a zero stays zero; nothing from 1 to k − 1 leaves: counts below the least multiple that is k or more become that
 * or 0, so that a 0 tells only that there are fewer; others move by less than one base, and neither kind is biased. A full part
 * (`isFull`: everybody of its population) never leaves exactly: where it is a multiple of the base itself, it moves by one.
 * Not guaranteed: an interval against those who combine many tables; suppression does that.
 */
export function roundedCount(
  cell: string,
  count: number,
  { base = 10, k = 11, fractionOf }: RoundingOptions,
  isFull = false,
): number {
  requireCount(count);
  if (!Number.isInteger(base) || base < 2) throw new DisclosureError(`a base of ${base} hides nothing`);
  if (count === 0) return 0;
  const fraction = fractionOf(cell);
  const least = Math.ceil(k / base) * base;
  if (count < least) return fraction < count / least ? least : 0;
  if (isFull && count % base === 0) return besideExact(count, least, base, fraction);
  const below = Math.floor(count / base) * base;
  return fraction < (count - below) / base ? below + base : below;
}

function besideExact(count: number, least: number, base: number, fraction: number): number {
  if (count > least) return fraction < 0.5 ? count + base : count - base;
  return fraction < count / (count + base) ? count + base : 0;
}

export function requireCount(count: number): void {
  if (!Number.isInteger(count) || count < 0) throw new DisclosureError(`${count} is not a count`);
}
