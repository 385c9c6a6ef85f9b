/** The 64 characters of a FHIR id (R4 §2.24.0.1), letters first: 6 bits each. */
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-.";
const NO_VALUE = 255;
const VALUE_OF_CODE = new Uint8Array(128).fill(NO_VALUE);
for (const [value, character] of [...ALPHABET].entries()) VALUE_OF_CODE[character.charCodeAt(0)] = value;

const CODES = Uint8Array.from(ALPHABET, (character) => character.charCodeAt(0));

/** By length: the character codes of a text, to be filled in. */
const TEXTS: number[][] = [];

/** Bytes → text, 6 bits a character; the last character's unused bits are zero. */
export function encodeId(bytes: Uint8Array, length = bytes.length): string {
  const characters = Math.ceil((length * 8) / 6);
  const codes = TEXTS[characters] ?? new Array<number>(characters).fill(0);
  TEXTS[characters] = codes;
  for (let from = 0, to = 0; from < length; from += 3, to += 4) {
    const second = from + 1 < length ? (bytes[from + 1] ?? 0) : 0;
    const third = from + 2 < length ? (bytes[from + 2] ?? 0) : 0;
    const three = ((bytes[from] ?? 0) << 16) | (second << 8) | third;
    codes[to] = CODES[three >> 18] ?? 0;
    codes[to + 1] = CODES[(three >> 12) & 63] ?? 0;
    if (to + 2 < characters) codes[to + 2] = CODES[(three >> 6) & 63] ?? 0;
    if (to + 3 < characters) codes[to + 3] = CODES[three & 63] ?? 0;
  }
  return String.fromCharCode.apply(null, codes);
}

/** `undefined` for another character, or unused bits that are not zero: each byte string has one text. */
export function decodeId(text: string): Uint8Array | undefined {
  const bytes = new Uint8Array(Math.floor((text.length * 6) / 8));
  let bits = 0;
  let held = 0;
  let at = 0;
  for (let index = 0; index < text.length; index += 1) {
    const value = VALUE_OF_CODE[text.charCodeAt(index)] ?? NO_VALUE;
    if (value === NO_VALUE) return undefined;
    held = (held << 6) | value;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes[at] = held >> bits;
    at += 1;
    held &= (1 << bits) - 1;
  }
  return held === 0 && bits < 6 ? bytes : undefined;
}

/** Most characters that `packId` takes: 41 × 6 bits and a terminator are 31 bytes. */
export const MAXIMUM_PACKED = 41;

/**
 * An id of at most so many characters at 6 bits each, then a 1 bit, then zeros: how many bytes that are, or -1 where a
 * character is none of an id.
 */
export function packId(id: string, bytes: Uint8Array): number {
  let bits = 0;
  let held = 0;
  let at = 0;
  for (let index = 0; index < id.length; index += 1) {
    const value = VALUE_OF_CODE[id.charCodeAt(index)] ?? NO_VALUE;
    if (value === NO_VALUE) return -1;
    held = ((held & 0x3f) << 6) | value;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes[at] = held >> bits;
    at += 1;
  }
  bytes[at] = (held << (8 - bits)) | (0x80 >> bits);
  return at + 1;
}

/** The id that `packId` packed; `undefined` where there is no terminator in its place. */
export function unpackId(bytes: Uint8Array): string | undefined {
  const end = terminator(bytes);
  if (end < 0 || end % 6 !== 0 || Math.ceil((end + 1) / 8) !== bytes.length) return undefined;
  let id = "";
  for (let at = 0; at < end; at += 6) id += ALPHABET[readBits(bytes, at, 6)];
  return id;
}

/** Place of the last bit that is set. */
function terminator(bytes: Uint8Array): number {
  let at = bytes.length * 8 - 1;
  while (at >= 0 && readBits(bytes, at, 1) === 0) at -= 1;
  return at;
}

function readBits(bytes: Uint8Array, at: number, count: number): number {
  let value = 0;
  for (let place = at; place < at + count; place += 1) {
    value = (value << 1) | (((bytes[place >> 3] ?? 0) >> (7 - (place & 7))) & 1);
  }
  return value;
}
