import type { RunCounts } from "../run-report.ts";

/** Counts of the resource that is walked, kept apart until it is known whether it could be read to its end. */
export class CountJournal {
  readonly #counts: RunCounts;
  readonly #nodes: number;
  #entries = new Int32Array(256);
  /** How many entries there are. */
  length = 0;
  /** True behind what withholds the resource: the rest of it is only read. */
  isStopped = false;

  constructor(counts: RunCounts) {
    this.#counts = counts;
    this.#nodes = counts.seen.length;
  }

  seen(node: number): void {
    this.add(node);
  }

  left(node: number): void {
    this.add(this.#nodes + node);
  }

  unknown(group: number): void {
    this.add(2 * this.#nodes + group);
  }

  /** What was entered since there were so many: a view, until something else is. */
  since(length: number): Int32Array {
    return this.#entries.subarray(length, this.length);
  }

  /** Forgets what was entered since there were so many. */
  truncate(length: number): void {
    this.length = length;
    this.isStopped = false;
  }

  commit(): void {
    const { all } = this.#counts;
    const entries = this.#entries;
    for (let index = 0; index < this.length; index += 1) {
      const entry = entries[index] ?? 0;
      all[entry] = (all[entry] ?? 0) + 1;
    }
    this.truncate(0);
  }

  /** Enters one of the numbers that `since` gave. */
  add(entry: number): void {
    if (this.isStopped) return;
    if (this.length === this.#entries.length) {
      const larger = new Int32Array(2 * this.length);
      larger.set(this.#entries);
      this.#entries = larger;
    }
    this.#entries[this.length] = entry;
    this.length += 1;
  }
}
