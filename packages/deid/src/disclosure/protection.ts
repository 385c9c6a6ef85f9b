import type { DeclaredTables } from "./declared-tables.ts";
import { ExchangeSearch } from "./exchange-search.ts";
import { KIND, type SuppressionState } from "./suppression-state.ts";
import type { Witness, WitnessStep } from "./witness.ts";

/**
 * Suppresses more until every suppressed cell has the interval that it needs, with a witness for each end. What cannot be
 * protected takes its whole split with it, then its whole tree of populations: nothing is released unprotected. Ends, because
 * every round suppresses a cell or gives one up for good.
 */
export class Protection {
  /** Roots of which nothing is released at all. */
  readonly withheld = new Set<number>();
  readonly #tell: (witness: Witness) => void;
  readonly #state: SuppressionState;
  readonly #tables: DeclaredTables;
  readonly #search: ExchangeSearch;
  readonly #current: Int32Array;
  readonly #lowest: Int32Array;
  readonly #highest: Int32Array;
  readonly #widened = new Set<number>();
  #queue: number[] = [];
  /** Whether the witness in the making shows more of any cell than those before it. */
  #isNews = false;

  /** `tell` gets each witness as soon as its cells are suppressed. */
  constructor(state: SuppressionState, tell: (witness: Witness) => void) {
    this.#tell = tell;
    this.#state = state;
    this.#tables = state.tables;
    const { values } = state.tables.system;
    this.#current = values.slice();
    this.#lowest = values.slice();
    this.#highest = values.slice();
    this.#search = new ExchangeSearch(state, this.#current);
  }

  run(): void {
    for (let cell = 0; cell < this.#tables.system.size; cell += 1)
      if (this.#state.isSuppressed(cell)) this.#queue.push(cell);
    while (this.#queue.length > 0) {
      const queue = this.#queue;
      this.#queue = [];
      for (const cell of queue) if (!this.#isWithheld(cell) && !this.#protect(cell)) this.#giveUp(cell);
    }
  }

  #isWithheld(cell: number): boolean {
    const node = Math.floor(cell / this.#tables.lattice.size);
    return this.withheld.has(this.#tables.tree.node(node).root);
  }

  #protect(cell: number): boolean {
    const value = this.#tables.system.value(cell);
    const { atMost, atLeast, width } = this.#state.requirement(cell);
    if (width === 0) {
      const isHigh = this.#extend(cell, 1, atLeast - value, true);
      return this.#extend(cell, -1, value - atMost, true) && isHigh;
    }
    for (const mayPay of [false, true])
      for (const direction of [1, -1] as const) {
        const reached =
          direction === 1 ? (this.#highest[cell] ?? 0) - value : value - (this.#lowest[cell] ?? 0);
        const missing = width - ((this.#highest[cell] ?? 0) - (this.#lowest[cell] ?? 0));
        if (missing <= 0 || this.#extend(cell, direction, reached + missing, mayPay)) return true;
      }
    return false;
  }

  /** Moves the cell so far from its true count, step by step, and keeps the steps; what they touch has moved as well. */
  #extend(cell: number, direction: 1 | -1, distance: number, mayPay: boolean): boolean {
    const value = this.#tables.system.value(cell);
    const reached = direction === 1 ? (this.#highest[cell] ?? 0) - value : value - (this.#lowest[cell] ?? 0);
    if (reached >= distance) return true;
    this.#isNews = false;
    const steps: WitnessStep[] = [];
    let left = distance;
    while (left > 0) {
      const step =
        this.#search.find(cell, direction, left, false) ??
        this.#afterRoom(cell, direction, left, steps) ??
        (mayPay ? this.#search.find(cell, direction, left, true) : undefined);
      if (step === undefined) break;
      this.#take(step);
      steps.push(step);
      left -= step.amount;
    }
    for (const { cells } of steps) for (const each of cells) this.#reset(each < 0 ? ~each : each);
    if (this.#isNews) this.#tell(steps);
    return left <= 0;
  }

  /**
   * A free step after one that makes room for it: a part can take from another only what that has, and that can have more where
   * their population is suppressed as well.
   */
  #afterRoom(cell: number, direction: 1 | -1, left: number, steps: WitnessStep[]): WitnessStep | undefined {
    const { tree, lattice } = this.#tables;
    const node = Math.floor(cell / lattice.size);
    const { split } = tree.node(node);
    if (split < 0 || direction < 0) return undefined;
    for (const other of tree.split(split).parts) {
      const beside = other * lattice.size + (cell % lattice.size);
      if (other === node || (this.#current[beside] ?? 0) > 0) continue;
      const room = this.#search.find(beside, 1, left, false, node);
      if (room === undefined) continue;
      this.#take(room);
      steps.push(room);
      return this.#search.find(cell, direction, left, false);
    }
    return undefined;
  }

  #take({ amount, cells }: WitnessStep): void {
    for (const each of cells) {
      const cell = each < 0 ? ~each : each;
      if (!this.#state.isSuppressed(cell)) this.#suppress(cell);
      const now = (this.#current[cell] ?? 0) + (each < 0 ? -amount : amount);
      this.#current[cell] = now;
      if (now > (this.#highest[cell] ?? 0)) this.#isNews = true;
      if (now < (this.#lowest[cell] ?? 0)) this.#isNews = true;
      this.#highest[cell] = Math.max(now, this.#highest[cell] ?? 0);
      this.#lowest[cell] = Math.min(now, this.#lowest[cell] ?? 0);
    }
  }

  #reset(cell: number): void {
    this.#current[cell] = this.#tables.system.value(cell);
  }

  #suppress(cell: number): void {
    this.#state.kinds[cell] = KIND.SECONDARY;
    this.#queue.push(cell);
  }

  #giveUp(cell: number): void {
    const { tree, lattice } = this.#tables;
    const { split, root } = tree.node(Math.floor(cell / lattice.size));
    if (split < 0 || this.#widened.has(split)) {
      this.withheld.add(root);
      return;
    }
    this.#widened.add(split);
    for (const part of tree.split(split).parts)
      for (let at = part * lattice.size; at < (part + 1) * lattice.size; at += 1)
        if (!this.#state.isSuppressed(at)) this.#suppress(at);
    this.#queue.push(cell);
  }
}
