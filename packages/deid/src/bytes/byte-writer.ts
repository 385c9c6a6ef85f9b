import type { Json } from "@aarohan/fhir";

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const SPACE = 0x20;
const DELETE = 0x7f;
/** Shorter spans are copied byte by byte: a call costs more. */
const SHORT = 32;

const encoder = new TextEncoder();

/** JSON as bytes, in one buffer that grows. Whoever writes takes it out before it is too large. */
export class ByteWriter {
  bytes: Uint8Array<ArrayBuffer>;
  length = 0;
  #view: DataView;

  constructor(capacity = 16 * 1024) {
    this.bytes = new Uint8Array(capacity);
    this.#view = new DataView(this.bytes.buffer);
  }

  /** What was written, until something else is: a view of the buffer. */
  get written(): Uint8Array<ArrayBuffer> {
    return this.bytes.subarray(0, this.length);
  }

  byte(value: number): void {
    if (this.length === this.bytes.length) this.#grow(1);
    this.bytes[this.length] = value;
    this.length += 1;
  }

  /** The last byte becomes another. */
  replaceLast(value: number): void {
    this.bytes[this.length - 1] = value;
  }

  copy(source: Uint8Array, start: number, end: number): void {
    const size = end - start;
    if (this.length + size > this.bytes.length) this.#grow(size);
    const { bytes, length } = this;
    if (size > SHORT) bytes.set(source.subarray(start, end), length);
    else for (let index = 0; index < size; index += 1) bytes[length + index] = source[start + index] ?? 0;
    this.length = length + size;
  }

  /** `copy` by words, from the view of a buffer. */
  copyWords(source: DataView, start: number, end: number): void {
    const size = end - start;
    if (this.length + size > this.bytes.length) this.#grow(size);
    const view = this.#view;
    let to = this.length;
    let from = start;
    for (; from + 4 <= end; from += 4, to += 4) view.setInt32(to, source.getInt32(from, true), true);
    for (; from < end; from += 1, to += 1) view.setUint8(to, source.getUint8(from));
    this.length = to;
  }

  /** As JSON.stringify writes it. */
  json(value: Json): void {
    if (typeof value === "string") this.string(value);
    else this.ascii(JSON.stringify(value));
  }

  string(text: string): void {
    const size = text.length + 2;
    if (this.length + size > this.bytes.length) this.#grow(size);
    const { bytes, length } = this;
    bytes[length] = QUOTE;
    for (let index = 0; index < text.length; index += 1) {
      const code = text.charCodeAt(index);
      if (code < SPACE || code >= DELETE || code === QUOTE || code === BACKSLASH) {
        this.ascii(JSON.stringify(text));
        return;
      }
      bytes[length + 1 + index] = code;
    }
    bytes[length + 1 + text.length] = QUOTE;
    this.length = length + size;
  }

  /** Room for bytes in the middle, at `at`. */
  insert(at: number, inserted: Uint8Array): void {
    const size = inserted.length;
    if (this.length + size > this.bytes.length) this.#grow(size);
    this.bytes.copyWithin(at + size, at, this.length);
    this.bytes.set(inserted, at);
    this.length += size;
  }

  /** Any text; where it is ASCII it needs no more room than it has characters. */
  ascii(text: string): void {
    const size = 3 * text.length;
    if (this.length + size > this.bytes.length) this.#grow(size);
    this.length += encoder.encodeInto(text, this.bytes.subarray(this.length)).written;
  }

  #grow(size: number): void {
    const larger = new Uint8Array(Math.max(2 * this.bytes.length, this.length + size));
    larger.set(this.bytes.subarray(0, this.length));
    this.bytes = larger;
    this.#view = new DataView(larger.buffer);
  }
}
