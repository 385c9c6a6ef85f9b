/** Value of each hexadecimal digit in lower case by its character code, 255 for all others. */
const HEX = new Uint8Array(128).fill(255);
for (let value = 0; value < 16; value += 1) HEX[value.toString(16).charCodeAt(0)] = value;

const DASHES = [8, 13, 18, 23];

/**
 * A UUID in lower case (RFC 9562 §4) → its sixteen bytes as four words, the first byte lowest. False for any other text:
 * `words` then holds nothing of use.
 */
export function readUuid(text: string, words: Uint32Array): boolean {
  if (text.length !== 36 || DASHES.some((at) => text.charCodeAt(at) !== 45)) return false;
  let at = 0;
  let invalid = 0;
  for (let index = 0; index < 4; index += 1) {
    let word = 0;
    for (let byte = 0; byte < 4; byte += 1) {
      if (text.charCodeAt(at) === 45) at += 1;
      const high = HEX[text.charCodeAt(at)] ?? 255;
      const low = HEX[text.charCodeAt(at + 1)] ?? 255;
      invalid |= high | low;
      word |= ((high << 4) | low) << (byte * 8);
      at += 2;
    }
    words[index] = word;
  }
  return invalid < 16;
}

/** Sixteen bytes → a UUID in lower case. */
export function uuidText(bytes: Uint8Array): string | undefined {
  if (bytes.length !== 16) return undefined;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
