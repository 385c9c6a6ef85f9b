/** The 64 characters of a FHIR id (R4 §2.24.0.1), letters first: 6 bits each. */
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-.";
const VALUES = new Map([...ALPHABET].map((character, value) => [character, value]));

/** Bytes → text, 6 bits a character; the last character's unused bits are zero. */
export function encodeId(bytes: Uint8Array): string {
  let text = "";
  let bits = 0;
  let held = 0;
  for (const byte of bytes) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 6) {
      bits -= 6;
      text += ALPHABET[(held >> bits) & 63];
    }
    held &= (1 << bits) - 1;
  }
  if (bits > 0) text += ALPHABET[(held << (6 - bits)) & 63];
  return text;
}

/** `undefined` for another character, or unused bits that are not zero: each byte string has one text. */
export function decodeId(text: string): Uint8Array | undefined {
  const bytes = new Uint8Array(Math.floor((text.length * 6) / 8));
  let bits = 0;
  let held = 0;
  let at = 0;
  for (const character of text) {
    const value = VALUES.get(character);
    if (value === undefined) return undefined;
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

/** An id at 6 bits a character, then a 1 bit, then zeros: `undefined` for characters that no id has. */
export function packId(id: string): Uint8Array | undefined {
  const bytes = new Uint8Array(Math.ceil((id.length * 6 + 1) / 8));
  let at = 0;
  for (const character of id) {
    const value = VALUES.get(character);
    if (value === undefined) return undefined;
    writeBits(bytes, at, value, 6);
    at += 6;
  }
  writeBits(bytes, at, 1, 1);
  return bytes;
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

function writeBits(bytes: Uint8Array, at: number, value: number, count: number): void {
  for (let bit = 0; bit < count; bit += 1) {
    const place = at + bit;
    const set = (value >> (count - 1 - bit)) & 1;
    bytes[place >> 3] = (bytes[place >> 3] ?? 0) | (set << (7 - (place & 7)));
  }
}

function readBits(bytes: Uint8Array, at: number, count: number): number {
  let value = 0;
  for (let place = at; place < at + count; place += 1) {
    value = (value << 1) | (((bytes[place >> 3] ?? 0) >> (7 - (place & 7))) & 1);
  }
  return value;
}
