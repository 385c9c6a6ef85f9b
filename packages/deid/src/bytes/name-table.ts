const encoder = new TextEncoder();

/** Names by their bytes. What has the hash of a name is compared with it byte by byte: nothing passes by a collision. */
export class NameTable {
  /** All names, one after the other. */
  readonly #bytes: Uint8Array;
  /** Where each name begins, and where the last one ends. */
  readonly #starts: Int32Array;
  /** Hash → ordinal of a name, or -1; the next free place where two have the same. */
  readonly #slots: Int32Array;
  readonly #mask: number;

  constructor(names: readonly string[]) {
    const encoded = names.map((name) => encoder.encode(name));
    this.#bytes = new Uint8Array(encoded.reduce((sum, { length }) => sum + length, 0));
    this.#starts = new Int32Array(names.length + 1);
    let size = 8;
    while (size < 3 * names.length) size *= 2;
    this.#mask = size - 1;
    this.#slots = new Int32Array(size).fill(-1);
    let at = 0;
    for (const [ordinal, name] of encoded.entries()) {
      this.#bytes.set(name, at);
      this.#starts[ordinal] = at;
      at += name.length;
      let slot = hashOf(name, 0, name.length) & this.#mask;
      while ((this.#slots[slot] ?? -1) >= 0) slot = (slot + 1) & this.#mask;
      this.#slots[slot] = ordinal;
    }
    this.#starts[names.length] = at;
  }

  /** Ordinal of the name that stands there, -1 for another. */
  find(bytes: Uint8Array, start: number, end: number): number {
    for (let slot = hashOf(bytes, start, end) & this.#mask; ; slot = (slot + 1) & this.#mask) {
      const ordinal = this.#slots[slot] ?? -1;
      if (ordinal < 0 || this.#isName(ordinal, bytes, start, end)) return ordinal;
    }
  }

  #isName(ordinal: number, bytes: Uint8Array, start: number, end: number): boolean {
    const names = this.#bytes;
    const first = this.#starts[ordinal] ?? 0;
    if ((this.#starts[ordinal + 1] ?? 0) - first !== end - start) return false;
    for (let at = start; at < end; at += 1) if (bytes[at] !== names[first + at - start]) return false;
    return true;
  }
}

/** Of the length and four bytes: enough to tell the names of one type apart, nearly always. */
function hashOf(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start;
  if (length === 0) return 0;
  const first = bytes[start] ?? 0;
  const third = bytes[start + (length >> 2)] ?? 0;
  const middle = bytes[start + (length >> 1)] ?? 0;
  const last = bytes[end - 1] ?? 0;
  return (length * 31 + first * 7 + third * 61 + middle * 17 + last * 3) | 0;
}
