/** Crockford's base 32: no I, L, O or U, so that it can be read out. */
const SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** 12 symbols of 5 bits from a digest's first 60 bits and a check symbol: `AA-7K3M-Q2WX-9F4T-H`. */
export function shortForm(digest: Uint8Array): string {
  let sum = 0;
  let text = "AA";
  for (let index = 0; index < 12; index += 1) {
    const value = fiveBits(digest, 5 * index);
    if (index % 4 === 0) text += "-";
    text += SYMBOLS[value];
    sum += weighted(value, 12 - index);
  }
  return `${text}-${SYMBOLS[checkOf(sum)]}`;
}

function fiveBits(bytes: Uint8Array, at: number): number {
  const first = at >> 3;
  const pair = ((bytes[first] ?? 0) << 8) | (bytes[first + 1] ?? 0);
  return (pair >> (11 - (at & 7))) & 31;
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

/** Luhn's algorithm for 32 symbols: every second one counts twice, the last of them first. */
function checkValue(values: readonly number[]): number {
  return checkOf(values.reduce((sum, value, index) => sum + weighted(value, values.length - index), 0));
}

function weighted(value: number, place: number): number {
  const weight = place % 2 === 1 ? value * 2 : value;
  return Math.floor(weight / 32) + (weight % 32);
}

function checkOf(sum: number): number {
  return (32 - (sum % 32)) % 32;
}
