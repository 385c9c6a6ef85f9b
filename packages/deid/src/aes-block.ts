import { unsafe } from "@noble/ciphers/aes.js";

/**
 * AES (FIPS 197 §5.1) of one block by tables of 4 KiB. The library's own are of 640 KiB, so that ids which come but once
 * each wait for memory at every look-up. Substitution and key schedule are the library's, and tests hold every block
 * against it.
 */

/** SubBytes, MixColumns of one byte in the first row, and of the other rows by rotation (FIPS 197 §5.1.1, §5.1.3). */
const SUBSTITUTED = Uint8Array.from({ length: 256 }, (_, byte) => substituted(byte));
const FIRST = Uint32Array.from(SUBSTITUTED, mixed);
const SECOND = FIRST.map((word) => rotated(word, 8));
const THIRD = FIRST.map((word) => rotated(word, 16));
const FOURTH = FIRST.map((word) => rotated(word, 24));

/** `block`: four words, the first byte lowest, which become the ciphertext. `schedule`: of the library's `expandKeyLE`. */
export function encryptBlock(schedule: Uint32Array, block: Uint32Array): void {
  let a = (block[0] ?? 0) ^ (schedule[0] ?? 0);
  let b = (block[1] ?? 0) ^ (schedule[1] ?? 0);
  let c = (block[2] ?? 0) ^ (schedule[2] ?? 0);
  let d = (block[3] ?? 0) ^ (schedule[3] ?? 0);
  const last = schedule.length - 4;
  for (let key = 4; key < last; key += 4) {
    const nextA = column(a, b, c, d) ^ (schedule[key] ?? 0);
    const nextB = column(b, c, d, a) ^ (schedule[key + 1] ?? 0);
    const nextC = column(c, d, a, b) ^ (schedule[key + 2] ?? 0);
    d = column(d, a, b, c) ^ (schedule[key + 3] ?? 0);
    a = nextA;
    b = nextB;
    c = nextC;
  }
  block[0] = lastColumn(a, b, c, d) ^ (schedule[last] ?? 0);
  block[1] = lastColumn(b, c, d, a) ^ (schedule[last + 1] ?? 0);
  block[2] = lastColumn(c, d, a, b) ^ (schedule[last + 2] ?? 0);
  block[3] = lastColumn(d, a, b, c) ^ (schedule[last + 3] ?? 0);
}

/** One column of a round: of each row the byte that ShiftRows brings there (FIPS 197 §5.1.2). */
function column(a: number, b: number, c: number, d: number): number {
  return (
    (FIRST[a & 0xff] ?? 0) ^
    (SECOND[(b >>> 8) & 0xff] ?? 0) ^
    (THIRD[(c >>> 16) & 0xff] ?? 0) ^
    (FOURTH[d >>> 24] ?? 0)
  );
}

/** The last round does not mix. */
function lastColumn(a: number, b: number, c: number, d: number): number {
  return (
    (SUBSTITUTED[a & 0xff] ?? 0) |
    ((SUBSTITUTED[(b >>> 8) & 0xff] ?? 0) << 8) |
    ((SUBSTITUTED[(c >>> 16) & 0xff] ?? 0) << 16) |
    ((SUBSTITUTED[d >>> 24] ?? 0) << 24)
  );
}

/** A schedule of two keys of zero makes the library substitute, and do nothing else. */
function substituted(byte: number): number {
  return unsafe.encrypt(new Uint32Array(8), byte, 0, 0, 0).s0 & 0xff;
}

function mixed(byte: number): number {
  const twice = (byte << 1) ^ (byte >> 7 === 1 ? 0x11b : 0);
  return ((twice ^ byte) << 24) | (byte << 16) | (byte << 8) | twice;
}

function rotated(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}
