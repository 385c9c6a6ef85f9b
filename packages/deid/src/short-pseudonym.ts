/** Crockford's base 32: no I, L, O or U, so that it can be read out. */
const SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** 12 symbols of 5 bits from a digest's first 60 bits and a check symbol: `AA-7K3M-Q2WX-9F4T-H`. */
export function shortForm(digest: Uint8Array): string {
  const values: number[] = [];
  let bits = 0;
  let held = 0;
  for (const byte of digest) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 5 && values.length < 12) {
      bits -= 5;
      values.push((held >> bits) & 31);
    }
    held &= (1 << bits) - 1;
    if (values.length === 12) break;
  }
  const text = [...values, checkValue(values)].map((value) => SYMBOLS[value]).join("");
  return `AA-${text.slice(0, 4)}-${text.slice(4, 8)}-${text.slice(8, 12)}-${text.slice(12)}`;
}

/** True for a short form whose check symbol fits: a slip of one symbol, or of two neighbours, is seen. */
export function isShortForm(text: string): boolean {
  const match =
    /^AA-([0-9A-HJKMNP-TV-Z]{4})-([0-9A-HJKMNP-TV-Z]{4})-([0-9A-HJKMNP-TV-Z]{4})-([0-9A-HJKMNP-TV-Z])$/.exec(
      text,
    );
  if (match === null) return false;
  const values = match
    .slice(1)
    .join("")
    .split("")
    .map((symbol) => SYMBOLS.indexOf(symbol));
  return checkValue(values.slice(0, 12)) === values[12];
}

/** Luhn's algorithm for 32 symbols. */
function checkValue(values: readonly number[]): number {
  let sum = 0;
  for (const [index, value] of values.entries()) {
    const weighted = (values.length - index) % 2 === 1 ? value * 2 : value;
    sum += Math.floor(weighted / 32) + (weighted % 32);
  }
  return (32 - (sum % 32)) % 32;
}
