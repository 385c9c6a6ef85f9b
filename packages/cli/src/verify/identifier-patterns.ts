import { hasVerhoeffCheckDigit } from "./verhoeff.ts";

export type IdentifierKind =
  | "telephone number"
  | "Aadhaar number"
  | "ABHA number"
  | "ABHA address"
  | "PAN"
  | "voter id"
  | "e-mail address"
  | "coordinates"
  | "PIN code";

interface Pattern {
  readonly kind: IdentifierKind;
  /** Every quantifier is bounded or over one class, so that the time is linear in the text. */
  readonly expression: RegExp;
  /** What the expression cannot say. */
  readonly holds?: (match: RegExpExecArray) => boolean;
}

const digitsOf = (text: string) => text.replaceAll(/\D/g, "");

const PATTERNS: readonly Pattern[] = [
  {
    kind: "Aadhaar number",
    expression: /(?<![\d.-])[2-9]\d{3}([ -]?)\d{4}\1\d{4}(?![\d-])/g,
    holds: ([text]) => hasVerhoeffCheckDigit(digitsOf(text)),
  },
  {
    kind: "ABHA number",
    expression: /(?<![\d.-])\d{2}([ -]?)\d{4}\1\d{4}\1\d{4}(?![\d-])/g,
    // Fourteen digits in a row are a time stamp as often.
    holds: ([text]) => /\D/.test(text) || !/^(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])/.test(text),
  },
  {
    kind: "telephone number",
    expression: /(?<![\dA-Za-z.-])(?:\+?91[ -]?|0)?[6-9]\d{4}[ -]?\d{5}(?![\d-])/g,
  },
  { kind: "ABHA address", expression: /[A-Za-z0-9._]{4,32}@(?:abdm|sbx)(?![A-Za-z0-9.])/gi },
  { kind: "PAN", expression: /(?<![A-Za-z0-9])[A-Z]{3}[ABCFGHLJPT][A-Z]\d{4}[A-Z](?![A-Za-z0-9])/g },
  { kind: "voter id", expression: /(?<![A-Za-z0-9])[A-Z]{3}\d{7}(?![A-Za-z0-9])/g },
  {
    kind: "e-mail address",
    expression: /[A-Za-z0-9_%+-][A-Za-z0-9._%+-]{0,63}@[A-Za-z0-9-]{1,63}\.[A-Za-z][A-Za-z0-9.-]{1,62}/g,
  },
  {
    kind: "coordinates",
    expression: /(?<![\d.])(\d{1,2}\.\d{4,10})[°NEne]{0,2}[ ,;/]{1,3}(\d{2}\.\d{4,10})(?!\d)/g,
    holds: ([, latitude, longitude]) => isInIndia(Number(latitude), Number(longitude)),
  },
  { kind: "PIN code", expression: /\bpin(?: ?code)?[ :.-]{0,3}[1-8]\d{2} ?\d{3}(?!\d)/gi },
];

/** Identifiers of persons and places in a text, each kind once. */
export function identifiersIn(text: string): ReadonlySet<IdentifierKind> {
  const found = new Set<IdentifierKind>();
  if (text.length < 6) return found;
  const latin = withLatinDigits(text);
  for (const { kind, expression, holds } of PATTERNS) {
    for (const match of latin.matchAll(expression)) {
      if (holds !== undefined && !holds(match)) continue;
      found.add(kind);
      break;
    }
  }
  return found;
}

/** A number that is one: 10 digits of a telephone, 12 of an Aadhaar number with its check digit, 14 of an ABHA number. */
export function identifierOfNumber(value: number): IdentifierKind | undefined {
  if (!Number.isSafeInteger(value) || value < 0) return undefined;
  const digits = String(value);
  if (/^[6-9]\d{9}$/.test(digits) || /^91[6-9]\d{9}$/.test(digits)) return "telephone number";
  if (/^[2-9]\d{11}$/.test(digits) && hasVerhoeffCheckDigit(digits)) return "Aadhaar number";
  return digits.length === 14 ? "ABHA number" : undefined;
}

function isInIndia(latitude: number, longitude: number): boolean {
  return latitude >= 6 && latitude <= 38 && longitude >= 68 && longitude <= 98;
}

/** Digits of Devanagari, Kannada and the other scripts of India as 0 to 9 (Unicode Nd: ten in a row from each zero). */
function withLatinDigits(text: string): string {
  return /[^\p{ASCII}]/u.test(text)
    ? text.replaceAll(/\p{Nd}/gu, (digit) => {
        const code = digit.codePointAt(0) ?? 0;
        const zero = ZEROS.find((start) => code >= start && code < start + 10);
        return zero === undefined ? digit : String(code - zero);
      })
    : text;
}

/** Zero of Devanagari, Bengali, Gurmukhi, Gujarati, Odia, Tamil, Telugu, Kannada, Malayalam, Arabic-Indic, fullwidth. */
const ZEROS = [0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0x660, 0x6f0, 0xff10];
