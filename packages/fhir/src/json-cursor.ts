import { BACKSLASHES, firstStop, HIGH_BITS, ONES, QUOTES, SPACES } from "./four-bytes.ts";
import { MalformedJson } from "./json-scanner.ts";
import type { Json } from "./resource.ts";

const QUOTE = 0x22;
const PLUS = 0x2b;
const COMMA = 0x2c;
const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_BRACKET = 0x5d;
const LETTER_E = 0x65;
const LETTER_U = 0x75;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const SPACE = 0x20;
const NOTHING: Uint8Array = new Uint8Array(0);
/** 1 for white space (RFC 8259 §2). */
const BLANK = new Uint8Array(256);
for (const character of " \t\n\r") BLANK[character.charCodeAt(0)] = 1;
const ESCAPES = new Uint8Array(256);
for (const character of '"\\/bfnrt') ESCAPES[character.charCodeAt(0)] = 1;
const HEXADECIMAL = new Uint8Array(256);
for (const character of "0123456789abcdefABCDEF") HEXADECIMAL[character.charCodeAt(0)] = 1;

/** A longer text is decoded piece by piece: who looks ahead, again and again, into what is left of it would decode all of that. */
const MOST_DECODED = 64 * 1024;

const encoder = new TextEncoder();
const LITERALS = new Map(["true", "false", "null"].map((text) => [text.charCodeAt(0), encoder.encode(text)]));
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * A place in the bytes of one JSON text, which moves over whole values. It takes exactly the texts that JSON.parse takes
 * of well-formed UTF-8 (RFC 8259, RFC 3629), to any depth, and makes nothing of what it passes over. Throws MalformedJson.
 */
export class JsonCursor {
  bytes: Uint8Array = NOTHING;
  at = 0;
  /** Behind the last byte of the text. */
  end = 0;
  /** Names of members that were passed over since the text began. */
  names = 0;
  /** True where the string that was passed over last has an escape. */
  isEscaped = false;
  #start = 0;
  #view: DataView = new DataView(NOTHING.buffer);
  /** The whole text, once something of it was wanted; `undefined` where it is long, or its characters are not its bytes. */
  #text: string | undefined;
  #isDecoded = false;
  /** Of each container that is open: 1 for an object. */
  #open: Uint8Array = NOTHING;

  /** Begins a text at its first value; a byte order mark before it counts for nothing. */
  begin(bytes: Uint8Array, start: number, end: number): void {
    if (bytes !== this.bytes) {
      this.bytes = bytes;
      this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    }
    this.#start = start;
    this.at = start;
    this.end = end;
    this.names = 0;
    this.#text = undefined;
    this.#isDecoded = false;
    const isMarked = end - start >= 3 && bytes[start] === 0xef;
    if (isMarked && bytes[start + 1] === 0xbb && bytes[start + 2] === 0xbf) this.at += 3;
    this.skipSpace();
  }

  /** The byte at the place, 0 at the end. */
  byte(): number {
    return this.at < this.end ? (this.bytes[this.at] ?? 0) : 0;
  }

  assertEnd(): void {
    this.skipSpace();
    if (this.at !== this.end) throw new MalformedJson();
  }

  skipSpace(): void {
    this.at = this.#behindSpace(this.at);
  }

  /** Enters an object; false where it is empty, and passed over. */
  enterObject(): boolean {
    return this.#enter(CLOSE_BRACE);
  }

  /** Enters an array; false where it is empty, and passed over. */
  enterArray(): boolean {
    return this.#enter(CLOSE_BRACKET);
  }

  /** Behind the value of a member: moves to the next name; false behind the object. */
  nextMember(): boolean {
    return this.#next(CLOSE_BRACE);
  }

  /** Behind an item: moves to the next one; false behind the array. */
  nextItem(): boolean {
    return this.#next(CLOSE_BRACKET);
  }

  /** Moves from the name of a member to its value. The name stands, with its quotes, up to what this returns. */
  skipName(): number {
    this.isEscaped = false;
    const behind = this.#behindName(this.at);
    this.at = this.#behindColon(behind);
    if (this.at >= this.end) throw new MalformedJson();
    this.names += 1;
    return behind;
  }

  /** `skipName` of the name that is expected, given as `"name":`; false where something else stands at the place. */
  skipExpected(quoted: Uint8Array): boolean {
    const { bytes, at } = this;
    const behind = at + quoted.length;
    if (behind >= this.end || (bytes[behind] ?? 0) <= SPACE) return false;
    for (let index = 0; index < quoted.length; index += 1)
      if (bytes[at + index] !== quoted[index]) return false;
    this.at = behind;
    this.names += 1;
    return true;
  }

  /** Passes over one value of any kind. */
  skipValue(): void {
    const byte = this.byte();
    if (byte === QUOTE) this.skipString();
    else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) this.#skipContainer(byte);
    else this.at = this.#behindScalar(this.at);
    if (this.at > this.end) throw new MalformedJson();
  }

  skipString(): void {
    this.isEscaped = false;
    this.at = this.#behindString(this.at);
    if (this.at > this.end) throw new MalformedJson();
  }

  /** The characters of a string without escapes, from behind its quote to before the other. */
  textOf(start: number, end: number): string {
    const text = this.#whole();
    if (text !== undefined) return text.slice(start - this.#start, end - this.#start);
    return decoded(this.bytes.subarray(start, end));
  }

  /** The value from `start` to `end`, of which the syntax has been seen. */
  valueOf(start: number, end: number): Json {
    return JSON.parse(this.textOf(start, end));
  }

  #whole(): string | undefined {
    if (!this.#isDecoded && this.end - this.#start <= MOST_DECODED) {
      const text = decoded(this.bytes.subarray(this.#start, this.end));
      this.#isDecoded = true;
      this.#text = text.length === this.end - this.#start ? text : undefined;
    }
    return this.#text;
  }

  #enter(closer: number): boolean {
    this.at = this.#behindSpace(this.at + 1);
    if (this.bytes[this.at] !== closer) return true;
    this.at += 1;
    return false;
  }

  #next(closer: number): boolean {
    const at = this.#behindSpace(this.at);
    const byte = this.bytes[at];
    if (at >= this.end || (byte !== COMMA && byte !== closer)) throw new MalformedJson();
    this.at = byte === COMMA ? this.#behindSpace(at + 1) : at + 1;
    return byte === COMMA;
  }

  /** Not recursive: a text may be as deep as it is long. Keeps its place to itself, which is twice as fast. */
  #skipContainer(first: number): void {
    const { bytes, end } = this;
    let { at, names } = this;
    let byte = first;
    let depth = 0;
    for (;;) {
      let isValue = true;
      if (byte === QUOTE) at = this.#behindString(at);
      else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
        at = this.#behindSpace(at + 1);
        isValue = bytes[at] === byte + 2;
        if (isValue) at += 1;
        else this.#push(depth, byte);
      } else at = this.#behindScalar(at);
      if (!isValue) depth += 1;
      for (; isValue; depth -= 1) {
        if (depth === 0) {
          this.at = at;
          this.names = names;
          return;
        }
        at = this.#behindSpace(at);
        const next = bytes[at];
        at += 1;
        if (next === COMMA) {
          at = this.#behindSpace(at);
          break;
        }
        if (at > end || next !== (this.#open[depth - 1] ?? 0) + 2) throw new MalformedJson();
      }
      if (this.#open[depth - 1] === OPEN_BRACE) {
        at = this.#behindColon(this.#behindName(at));
        names += 1;
      }
      if (at >= end) throw new MalformedJson();
      byte = bytes[at] ?? 0;
    }
  }

  #push(depth: number, opener: number): void {
    if (depth >= this.#open.length) {
      const larger = new Uint8Array(Math.max(256, 2 * depth));
      larger.set(this.#open);
      this.#open = larger;
    }
    this.#open[depth] = opener;
  }

  #behindSpace(at: number): number {
    const { bytes } = this;
    if ((bytes[at] ?? 0) > SPACE) return at;
    let behind = at;
    while (behind < this.end && BLANK[bytes[behind] ?? 0] === 1) behind += 1;
    return behind;
  }

  #behindName(at: number): number {
    if (this.bytes[at] !== QUOTE) throw new MalformedJson();
    return this.#behindString(at);
  }

  #behindColon(at: number): number {
    const colon = this.#behindSpace(at);
    if (this.bytes[colon] !== COLON) throw new MalformedJson();
    return this.#behindSpace(colon + 1);
  }

  /** Four bytes at a time, as long as all of them stand for themselves: ASCII but quote, backslash and controls. */
  #behindString(start: number): number {
    const view = this.#view;
    const last = view.byteLength - 4;
    let at = start + 1;
    for (;;) {
      let stops = 0;
      while (stops === 0 && at <= last) {
        const word = view.getInt32(at, true);
        stops =
          (((word ^ QUOTES) - ONES) | ((word ^ BACKSLASHES) - ONES) | (word - SPACES) | word) & HIGH_BITS;
        at += 4;
      }
      if (stops !== 0) at -= 4 - firstStop(stops);
      const byte = this.bytes[at];
      if (byte === QUOTE) return at + 1;
      at = this.#behindCharacter(at);
    }
  }

  /** Behind an escape, or a character that needs a look. */
  #behindCharacter(at: number): number {
    if (at >= this.end) throw new MalformedJson();
    const byte = this.bytes[at] ?? 0;
    if (byte === BACKSLASH) return this.#behindEscape(at);
    return byte >= SPACE && byte < 0x80 ? at + 1 : at + lengthOfCharacter(this.bytes, at, this.end);
  }

  #behindEscape(at: number): number {
    this.isEscaped = true;
    const { bytes, end } = this;
    const byte = at + 1 < end ? (bytes[at + 1] ?? 0) : 0;
    if (ESCAPES[byte] === 1) return at + 2;
    if (byte !== LETTER_U || at + 6 > end) throw new MalformedJson();
    for (let digit = at + 2; digit < at + 6; digit += 1) {
      if (HEXADECIMAL[bytes[digit] ?? 0] !== 1) throw new MalformedJson();
    }
    return at + 6;
  }

  #behindScalar(at: number): number {
    const first = this.bytes[at] ?? 0;
    if (first === MINUS || isDigit(first)) return this.#behindNumber(at);
    const literal = LITERALS.get(first);
    if (literal === undefined) throw new MalformedJson();
    for (const [index, byte] of literal.entries()) {
      if (this.bytes[at + index] !== byte) throw new MalformedJson();
    }
    return at + literal.length;
  }

  /** RFC 8259 §6. */
  #behindNumber(start: number): number {
    const { bytes } = this;
    let at = bytes[start] === MINUS ? start + 1 : start;
    at = bytes[at] === ZERO ? at + 1 : this.#behindDigits(at);
    if (bytes[at] === POINT) at = this.#behindDigits(at + 1);
    if (((bytes[at] ?? 0) | SPACE) !== LETTER_E) return at;
    const sign = bytes[at + 1];
    return this.#behindDigits(sign === MINUS || sign === PLUS ? at + 2 : at + 1);
  }

  #behindDigits(start: number): number {
    const { bytes } = this;
    let at = start;
    while (isDigit(bytes[at] ?? 0)) at += 1;
    if (at === start) throw new MalformedJson();
    return at;
  }
}

function decoded(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new MalformedJson();
  }
}

function isDigit(byte: number): boolean {
  return byte >= ZERO && byte <= NINE;
}

/** Bytes of the character that begins here (RFC 3629 §4); throws for what is no UTF-8, and for controls. */
function lengthOfCharacter(bytes: Uint8Array, at: number, end: number): number {
  const first = bytes[at] ?? 0;
  const length = first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
  if (length === 0 || at + length > end) throw new MalformedJson();
  const second = bytes[at + 1] ?? 0;
  const least = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const most = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  if (second < least || second > most) throw new MalformedJson();
  for (let index = 2; index < length; index += 1) {
    if (((bytes[at + index] ?? 0) & 0xc0) !== 0x80) throw new MalformedJson();
  }
  return length;
}
