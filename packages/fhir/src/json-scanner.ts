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

/** Containers inside one another; deeper is refused before it can exhaust anything. */
const MAXIMUM_DEPTH = 100;

/**
 * Walks JSON (RFC 8259) in bytes without materialising it. Strings and structure are followed exactly; a skipped value
 * is only delimited, and whoever parses its span checks the rest. Holds nothing but a position.
 */
export class JsonScanner {
  readonly #bytes: Uint8Array;
  readonly #decoder = new TextDecoder("utf-8", { fatal: true });
  position: number;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
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

  /** Visits the members of an object; the visitor must consume each value. A key that stands twice is refused. */
  readObject(visit: (key: string) => void): void {
    this.#expect(OPEN_BRACE);
    if (this.#take(CLOSE_BRACE)) return;
    const seen = new Set<string>();
    do {
      const key = this.readString();
      if (seen.has(key)) throw new MalformedJson();
      seen.add(key);
      this.#expect(COLON);
      visit(key);
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
    if (first === QUOTE) this.#skipString();
    else if (first === OPEN_BRACE || first === OPEN_BRACKET) this.#skipContainer();
    else this.#skipScalar();
    return { start, end: this.position };
  }

  #readSpan(): unknown {
    const { start, end } = this.skipValue();
    try {
      return JSON.parse(this.#decoder.decode(this.#bytes.subarray(start, end)));
    } catch {
      throw new MalformedJson();
    }
  }

  #skipString(): void {
    const bytes = this.#bytes;
    let at = this.position + 1;
    for (;;) {
      at = bytes.indexOf(QUOTE, at);
      if (at < 0) throw new MalformedJson();
      let before = at - 1;
      while (bytes[before] === BACKSLASH) before -= 1;
      at += 1;
      // An even number of backslashes before it: the quote is not escaped.
      if ((at - before) % 2 === 0) break;
    }
    this.position = at;
  }

  #skipContainer(): void {
    const bytes = this.#bytes;
    const closers: number[] = [];
    for (;;) {
      const byte = bytes[this.position];
      if (byte === undefined) throw new MalformedJson();
      if (byte === QUOTE) {
        this.#skipString();
        continue;
      }
      this.position += 1;
      if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
        if (closers.push(byte + 2) > MAXIMUM_DEPTH) throw new MalformedJson();
      } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
        if (closers.pop() !== byte) throw new MalformedJson();
        if (closers.length === 0) return;
      }
    }
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
