const NO_DIGIT = 255;
/** Value of each hexadecimal digit in lower case by its character code. */
const HEX = new Uint8Array(128).fill(NO_DIGIT);
for (let value = 0; value < 16; value += 1) HEX[value.toString(16).charCodeAt(0)] = value;

const DASH = 45;

/** A UUID in lower case (RFC 9562 §4) → its sixteen bytes. False for any other text: `bytes` then holds nothing of use. */
export function readUuid(text: string, bytes: Uint8Array): boolean {
  if (text.length !== 36 || text.charCodeAt(8) !== DASH || text.charCodeAt(13) !== DASH) return false;
  if (text.charCodeAt(18) !== DASH || text.charCodeAt(23) !== DASH) return false;
  let at = 0;
  let invalid = 0;
  for (let index = 0; index < 16; index += 1) {
    if (index === 4 || index === 6 || index === 8 || index === 10) at += 1;
    const high = HEX[text.charCodeAt(at)] ?? NO_DIGIT;
    const low = HEX[text.charCodeAt(at + 1)] ?? NO_DIGIT;
    invalid |= high | low;
    bytes[index] = (high << 4) | low;
    at += 2;
  }
  return invalid < 16;
}

/** Sixteen bytes → a UUID in lower case. */
export function uuidText(bytes: Uint8Array): string | undefined {
  if (bytes.length !== 16) return undefined;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
