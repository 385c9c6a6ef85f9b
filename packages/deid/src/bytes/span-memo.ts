import type { CountJournal } from "./count-journal.ts";

/** So many spans are known; then all are forgotten. */
const MOST_SPANS = 4096;
const MOST_BYTES = 1024 * 1024;
/** A longer span is not worth its room. */
const LONGEST = 2048;
const FIRST_BYTES = 16 * 1024;
const SLOTS = 2 * MOST_SPANS;
const MOST_COUNTS = 32 * 1024;
const NO_COUNTS = new Int32Array(0);
/** Of each span: key, hash, where it begins, its length, the length of what is released of it or -1, its counts, and what came after it. */
const FIELDS = 8;
const KEY = 0;
const HASH = 1;
const START = 2;
const LENGTH = 3;
const RELEASED = 4;
const COUNTS_AT = 5;
const COUNTS = 6;
/** One more than the span that stood at the same place after this one; 0 for none. */
const NEXT = 7;
/** What a node has to lose before nothing is remembered for it any more, and what it can gain. */
const FIRST_CREDIT = 16;
const MOST_CREDIT = 64;

/**
 * What a rule made of a span of bytes, for when the same bytes come again: codings, references and what is dropped with
 * every resource. Spans are compared byte by byte. Holds at most 1 MiB of spans and 300 KiB
 * of what is known of them.
 */
export class SpanMemo {
  bytes = new Uint8Array(FIRST_BYTES);
  view = new DataView(this.bytes.buffer);
  #used = 0;
  #count = 0;
  #counts = new Int32Array(256);
  #counted = 0;
  #fields = new Int32Array(FIELDS * 64);
  #slots = new Int32Array(0);
  /** By place: the span that stood there last, and whether looking at it has paid. */
  readonly #latest: Int32Array;
  readonly #credit: Int8Array;
  #input: Uint8Array = new Uint8Array(0);
  #inputView: DataView = new DataView(this.#input.buffer);

  constructor(places: number) {
    this.#latest = new Int32Array(places).fill(-1);
    this.#credit = new Int8Array(places).fill(FIRST_CREDIT);
  }

  /** The bytes in which spans are looked for from now on. */
  look(input: Uint8Array): void {
    if (input === this.#input) return;
    this.#input = input;
    this.#inputView = new DataView(input.buffer, input.byteOffset, input.byteLength);
  }

  /** The span that stood at this place last, or what came after it before, where the same bytes begin at `at`; else -1. */
  again(place: number, at: number, end: number): number {
    const latest = this.#latest[place] ?? -1;
    if (latest < 0) return -1;
    if (this.#isHere(latest, at, end)) return latest;
    const next = this.#field(latest, NEXT) - 1;
    if (next < 0 || !this.#isHere(next, at, end)) return -1;
    this.#latest[place] = next;
    return next;
  }

  /** False once what stood at the place was new too often: then it costs more than it spares. */
  isWorth(place: number): boolean {
    return (this.#credit[place] ?? 0) > 0;
  }

  /** The bytes at the place were known, or were new. */
  settle(place: number, isKnown: boolean): void {
    const credit = this.#credit[place] ?? 0;
    this.#credit[place] = isKnown ? Math.min(MOST_CREDIT, credit + 2) : Math.max(0, credit - 1);
  }

  /** The span with these bytes under this key; -1 where there is none. */
  find(key: number, start: number, end: number): number {
    if (this.#slots.length === 0) return -1;
    const length = end - start;
    const hash = this.#hash(key, start, end);
    for (let slot = hash & (SLOTS - 1); ; slot = (slot + 1) & (SLOTS - 1)) {
      const span = (this.#slots[slot] ?? 0) - 1;
      if (span < 0) return -1;
      if (this.#field(span, HASH) !== hash || this.#field(span, KEY) !== key) continue;
      if (this.#field(span, LENGTH) === length && this.#isSame(span, start, length)) return span;
    }
  }

  /**
   * Remembers a span, what is released of it, `undefined` for nothing, and what was counted; -1 where it is too long for
   * that.
   */
  add(
    key: number,
    start: number,
    end: number,
    released: Uint8Array | undefined,
    counts: Int32Array = NO_COUNTS,
  ): number {
    const length = end - start;
    const size = length + (released?.length ?? 0);
    if (length > LONGEST || size > 2 * LONGEST) return -1;
    if (this.#count === MOST_SPANS || this.#used + size > MOST_BYTES) this.#forget();
    if (this.#counted + counts.length > MOST_COUNTS) this.#forget();
    if (this.#used + size > this.bytes.length) this.#grow(size);
    const span = this.#count;
    const hash = this.#hash(key, start, end);
    this.bytes.set(this.#input.subarray(start, end), this.#used);
    if (released !== undefined) this.bytes.set(released, this.#used + length);
    this.#note(span, [
      key,
      hash,
      this.#used,
      length,
      released === undefined ? -1 : released.length,
      this.#counted,
      counts.length,
      0,
    ]);
    this.#keepCounts(counts);
    this.#used += size;
    this.#count += 1;
    this.#place(hash, span);
    return span;
  }

  /** The span is what stood at the place last. */
  note(place: number, span: number): void {
    const latest = this.#latest[place] ?? -1;
    if (latest >= 0 && span >= 0) this.#fields[latest * FIELDS + NEXT] = span + 1;
    this.#latest[place] = span;
  }

  lengthOf(span: number): number {
    return this.#field(span, LENGTH);
  }

  /** Where in `bytes` begins what is released of the span. */
  releasedAt(span: number): number {
    return this.#field(span, START) + this.#field(span, LENGTH);
  }

  /** -1 where nothing of the span is released. */
  releasedLength(span: number): number {
    return this.#field(span, RELEASED);
  }

  /** Enters what was counted in the span once more. */
  recount(span: number, journal: CountJournal): void {
    const start = this.#field(span, COUNTS_AT);
    const end = start + this.#field(span, COUNTS);
    for (let index = start; index < end; index += 1) journal.add(this.#counts[index] ?? 0);
  }

  #keepCounts(counts: Int32Array): void {
    if (this.#counted + counts.length > this.#counts.length) {
      const larger = new Int32Array(Math.max(2 * this.#counts.length, this.#counted + counts.length));
      larger.set(this.#counts);
      this.#counts = larger;
    }
    this.#counts.set(counts, this.#counted);
    this.#counted += counts.length;
  }

  #field(span: number, field: number): number {
    return this.#fields[span * FIELDS + field] ?? 0;
  }

  #note(span: number, values: readonly number[]): void {
    if ((span + 1) * FIELDS > this.#fields.length) {
      const larger = new Int32Array(2 * this.#fields.length);
      larger.set(this.#fields);
      this.#fields = larger;
    }
    this.#fields.set(values, span * FIELDS);
  }

  #place(hash: number, span: number): void {
    if (this.#slots.length === 0) this.#slots = new Int32Array(SLOTS);
    let slot = hash & (SLOTS - 1);
    while ((this.#slots[slot] ?? 0) !== 0) slot = (slot + 1) & (SLOTS - 1);
    this.#slots[slot] = span + 1;
  }

  #isHere(span: number, at: number, end: number): boolean {
    const length = this.#field(span, LENGTH);
    return at + length <= end && this.#isSame(span, at, length);
  }

  #isSame(span: number, at: number, length: number): boolean {
    const own = this.view;
    const input = this.#inputView;
    const start = this.#field(span, START);
    let index = 0;
    for (; index + 4 <= length; index += 4) {
      if (own.getInt32(start + index, true) !== input.getInt32(at + index, true)) return false;
    }
    for (; index < length; index += 1)
      if (this.bytes[start + index] !== this.#input[at + index]) return false;
    return true;
  }

  #hash(key: number, start: number, end: number): number {
    const input = this.#inputView;
    let hash = key;
    let at = start;
    for (; at + 4 <= end; at += 4) {
      hash = Math.imul(hash ^ input.getInt32(at, true), 0x9e3779b1);
      hash ^= hash >>> 15;
    }
    for (; at < end; at += 1) hash = Math.imul(hash ^ (this.#input[at] ?? 0), 0x9e3779b1);
    return hash ^ (hash >>> 13);
  }

  #forget(): void {
    this.#used = 0;
    this.#count = 0;
    this.#counted = 0;
    this.#slots.fill(0);
    this.#latest.fill(-1);
  }

  #grow(size: number): void {
    const larger = new Uint8Array(Math.min(MOST_BYTES, Math.max(4 * this.bytes.length, this.#used + size)));
    larger.set(this.bytes.subarray(0, this.#used));
    this.bytes = larger;
    this.view = new DataView(larger.buffer);
  }
}
