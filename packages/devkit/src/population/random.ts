/**
 * A seeded source of pseudo-random values: the same seed and stream give the same values on every machine. It uses
 * 32-bit integer arithmetic alone, since Math.log and its like may differ between engines. Not for secrets.
 */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  /** `stream` names what the values are for: other streams of the same seed are independent of it. */
  constructor(seed: number, stream: string) {
    this.#a = hash(`${seed}/${stream}/a`);
    this.#b = hash(`${seed}/${stream}/b`);
    this.#c = hash(`${seed}/${stream}/c`);
    for (let round = 0; round < 12; round += 1) this.#uint32();
  }

  /** In [0, 1). */
  fraction(): number {
    return this.#uint32() / 4_294_967_296;
  }

  /** A whole number from `low` to `high`, both included. */
  integer(low: number, high: number): number {
    return low + Math.floor(this.fraction() * (high - low + 1));
  }

  chance(probability: number): boolean {
    return this.fraction() < probability;
  }

  pick<T>(items: readonly T[]): T {
    const item = items[this.integer(0, items.length - 1)];
    if (item === undefined) throw new RangeError("There is nothing to pick from");
    return item;
  }

  /** One of the values, each as likely as its weight. */
  weighted<T>(table: readonly (readonly [value: T, weight: number])[]): T {
    const total = table.reduce((sum, [, weight]) => sum + weight, 0);
    let rest = this.fraction() * total;
    for (const [value, weight] of table) {
      rest -= weight;
      if (rest < 0) return value;
    }
    return this.pick(table)[0];
  }

  digits(length: number): string {
    return Array.from({ length }, () => this.integer(0, 9)).join("");
  }

  hex(length: number): string {
    return Array.from({ length }, () => this.integer(0, 15).toString(16)).join("");
  }

  /** A UUID of version 4 (RFC 9562 §5.4). */
  uuid(): string {
    const tail = `${this.pick(["8", "9", "a", "b"])}${this.hex(3)}-${this.hex(12)}`;
    return `${this.hex(8)}-${this.hex(4)}-4${this.hex(3)}-${tail}`;
  }

  /** sfc32, by Chris Doty-Humphrey. */
  #uint32(): number {
    const result = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + result) | 0;
    return result >>> 0;
  }
}

/** FNV-1a, 32 bits, with a final mix. */
function hash(text: string): number {
  let state = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    state = Math.imul(state ^ text.charCodeAt(index), 0x01000193);
  }
  state = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
  return state ^ (state >>> 13);
}
