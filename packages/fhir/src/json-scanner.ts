import { BACKSLASHES, firstStop, HIGH_BITS, ONES, QUOTES } from "./four-bytes.ts";

/** Thrown inside this package where bytes are not JSON; callers turn it into their own error. */
export class MalformedJson extends Error {
  override readonly name = "MalformedJson";
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const SPACE = 0x20;
const DELETE = 0x7f;

/** Strings of no more bytes are looked up among those that were read before. */
const LONGEST_KNOWN = 24;
/** A power of two. */
const KNOWN = 64;

const decoder = new TextDecoder("utf-8", { fatal: true });

/** Containers inside one another; deeper is refused before it can exhaust anything. */
const MAXIMUM_DEPTH = 100;

/**
 * Walks JSON (RFC 8259) in bytes without materialising it. Strings and structure are followed exactly; a skipped value
 * is only delimited, and whoever parses its span checks the rest. Holds a position, and at most 64 short strings that it
 * has read: names come again and again.
 */
export class JsonScanner {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #known: (string | undefined)[];
  /** What closes each container that is open. */
  #closers: Uint8Array | undefined;
  position: number;

  /** `known`: short strings that another scanner has read, to share. */
  constructor(bytes: Uint8Array, known: (string | undefined)[] = []) {
    this.#bytes = bytes;
    this.#known = known;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.position = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  }

  /** The next byte that is not white space, or -1 at the end. */
  peek(): number {
    const bytes = this.#bytes;
    let at = this.position;
    while (at < bytes.length && isSpace(bytes[at])) at += 1;
    this.position = at;
    return bytes[at] ?? -1;
  }

  get isObject(): boolean {
    return this.peek() === OPEN_BRACE;
  }

  assertEnd(): void {
    if (this.peek() !== -1) throw new MalformedJson();
  }

  /**
   * Visits the members of an object; the visitor must consume each value. A key that stands twice is refused. Once the
   * visitor answers "enough", nothing is looked at any more, and the scanner stands nowhere.
   */
  readObject(visit: (key: string) => unknown): void {
    this.#expect(OPEN_BRACE);
    if (this.#take(CLOSE_BRACE)) return;
    const seen = new Set<string>();
    do {
      const key = this.readString();
      if (seen.has(key)) throw new MalformedJson();
      seen.add(key);
      this.#expect(COLON);
      if (visit(key) === "enough") return;
    } while (this.#take(COMMA));
    this.#expect(CLOSE_BRACE);
  }

  readArray(visit: () => void): void {
    this.#expect(OPEN_BRACKET);
    if (this.#take(CLOSE_BRACKET)) return;
    do visit();
    while (this.#take(COMMA));
    this.#expect(CLOSE_BRACKET);
  }

  readString(): string {
    if (this.peek() === QUOTE) {
      const start = this.position + 1;
      const end = this.#behindString(this.position) - 1;
      const known = end - start <= LONGEST_KNOWN ? this.#plainText(start, end) : undefined;
      if (known !== undefined) {
        this.position = end + 1;
        return known;
      }
    }
    const value = this.#readSpan();
    if (typeof value !== "string") throw new MalformedJson();
    return value;
  }

  readNumber(): number {
    const value = this.#readSpan();
    if (typeof value !== "number") throw new MalformedJson();
    return value;
  }

  /** Passes one value of any kind over and returns where it stood. */
  skipValue(): { readonly start: number; readonly end: number } {
    const first = this.peek();
    const start = this.position;
    if (first === QUOTE) this.position = this.#behindString(start);
    else if (first === OPEN_BRACE || first === OPEN_BRACKET) this.#skipContainer();
    else this.#skipScalar();
    return { start, end: this.position };
  }

  #readSpan(): unknown {
    const { start, end } = this.skipValue();
    try {
      return JSON.parse(decoder.decode(this.#bytes.subarray(start, end)));
    } catch {
      throw new MalformedJson();
    }
  }

  /** A short text of ASCII without escapes; `undefined` for any other. */
  #plainText(start: number, end: number): string | undefined {
    const bytes = this.#bytes;
    const slot = ((bytes[start] ?? 0) + 7 * (bytes[end - 1] ?? 0) + 31 * (end - start)) & (KNOWN - 1);
    const known = this.#known[slot];
    if (known !== undefined && isTextAt(known, bytes, start, end)) return known;
    let text = "";
    for (let at = start; at < end; at += 1) {
      const byte = bytes[at] ?? 0;
      if (byte < SPACE || byte >= DELETE || byte === BACKSLASH) return undefined;
      text += String.fromCharCode(byte);
    }
    this.#known[slot] = text;
    return text;
  }

  /** Behind the string that begins here: four bytes at a time, as long as none of them is a quote or a backslash. */
  #behindString(start: number): number {
    const view = this.#view;
    const last = view.byteLength - 4;
    let at = start + 1;
    for (;;) {
      let stops = 0;
      while (stops === 0 && at <= last) {
        const word = view.getInt32(at, true);
        const quotes = word ^ QUOTES;
        const backslashes = word ^ BACKSLASHES;
        stops = (((quotes - ONES) & ~quotes) | ((backslashes - ONES) & ~backslashes)) & HIGH_BITS;
        at += 4;
      }
      if (stops !== 0) at -= 4 - firstStop(stops);
      const byte = this.#bytes[at];
      if (byte === QUOTE) return at + 1;
      if (byte === undefined) throw new MalformedJson();
      // Behind a backslash stands no end, whatever it is.
      at += byte === BACKSLASH ? 2 : 1;
    }
  }

  #skipContainer(): void {
    const bytes = this.#bytes;
    this.#closers ??= new Uint8Array(MAXIMUM_DEPTH);
    const closers = this.#closers;
    let depth = 0;
    for (let at = this.position; at < bytes.length; ) {
      const byte = bytes[at] ?? 0;
      if (byte === QUOTE) {
        at = this.#behindString(at);
        continue;
      }
      at += 1;
      if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
        if (depth === MAXIMUM_DEPTH) throw new MalformedJson();
        closers[depth] = byte + 2;
        depth += 1;
      } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
        depth -= 1;
        if (closers[depth] !== byte) throw new MalformedJson();
        if (depth === 0) {
          this.position = at;
          return;
        }
      }
    }
    throw new MalformedJson();
  }

  #skipScalar(): void {
    const bytes = this.#bytes;
    const start = this.position;
    let at = start;
    while (at < bytes.length && isScalarByte(bytes[at])) at += 1;
    if (at === start) throw new MalformedJson();
    this.position = at;
  }

  #take(byte: number): boolean {
    if (this.peek() !== byte) return false;
    this.position += 1;
    return true;
  }

  #expect(byte: number): void {
    if (!this.#take(byte)) throw new MalformedJson();
  }
}

function isTextAt(text: string, bytes: Uint8Array, start: number, end: number): boolean {
  if (text.length !== end - start) return false;
  for (let index = 0; index < text.length; index += 1) {
    if (text.charCodeAt(index) !== bytes[start + index]) return false;
  }
  return true;
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

/** Letters, digits, `+`, `-` and `.`: what numbers and literals are made of. */
function isScalarByte(byte: number | undefined): boolean {
  if (byte === undefined) return false;
  const letter = byte | 0x20;
  return (
    (letter >= 0x61 && letter <= 0x7a) ||
    (byte >= 0x30 && byte <= 0x39) ||
    byte === 0x2b ||
    byte === 0x2d ||
    byte === 0x2e
  );
}
