/** Four bytes of a kind each: a string of JSON is looked through four bytes at a time, the first of them lowest. */
export const QUOTES = 0x22222222;
export const BACKSLASHES = 0x5c5c5c5c;
export const SPACES = 0x20202020;
export const ONES = 0x01010101;
export const HIGH_BITS = 0x80808080 | 0;

/**
 * Which of four bytes is the first that stops, 0 to 3, where its high bit is set in `stops`, which is not 0. What a borrow
 * sets besides lies above it.
 */
export function firstStop(stops: number): number {
  return (31 - Math.clz32(stops & -stops)) >> 3;
}
