import { DisclosureError } from "./disclosure-error.ts";
import type { SuppressionState } from "./suppression-state.ts";
import type { Witness, WitnessStep } from "./witness.ts";

/** What the witnesses show of each cell: it may hold any count from `lowest` to `highest`. */
export interface WitnessedIntervals {
  readonly lowest: Int32Array;
  readonly highest: Int32Array;
  /** Which witness showed it, from 1 on; 0: none had to. */
  readonly lowestBy: Int32Array;
  readonly highestBy: Int32Array;
  readonly witnesses: number;
}

/**
 * Replays every witness with nothing but the counts, the equations and the suppression, and throws where one is wrong: a step
 * that moves a released cell, leaves an equation, moves a cell by more than one at a time, or ends where the rule itself says
 * that the counts cannot be. Between the ends of a step every count is reached, so what is witnessed has no gaps. A witness
 * that was right once stays so, because suppression only grows. Holds 20 bytes for each cell, and no witness.
 */
export class WitnessAudit implements WitnessedIntervals {
  readonly lowest: Int32Array;
  readonly highest: Int32Array;
  readonly lowestBy: Int32Array;
  readonly highestBy: Int32Array;
  readonly #state: SuppressionState;
  readonly #current: Int32Array;
  #witnesses = 0;

  constructor(state: SuppressionState) {
    this.#state = state;
    this.lowest = state.tables.system.values.slice();
    this.highest = state.tables.system.values.slice();
    this.lowestBy = new Int32Array(state.tables.system.size);
    this.highestBy = new Int32Array(state.tables.system.size);
    this.#current = state.tables.system.values.slice();
  }

  get witnesses(): number {
    return this.#witnesses;
  }

  take(witness: Witness): void {
    const { system } = this.#state.tables;
    this.#witnesses += 1;
    for (const step of witness) this.#takeStep(step);
    for (const { cells } of witness)
      for (const each of cells) this.#current[cellOf(each)] = system.value(cellOf(each));
  }

  #takeStep(step: WitnessStep): void {
    auditStep(this.#state, step);
    for (const each of step.cells) {
      const cell = cellOf(each);
      const now = (this.#current[cell] ?? 0) + (each < 0 ? -step.amount : step.amount);
      auditCount(this.#state, cell, now);
      this.#current[cell] = now;
      this.#widen(cell, now);
    }
  }

  #widen(cell: number, count: number): void {
    if (count < (this.lowest[cell] ?? 0)) {
      this.lowest[cell] = count;
      this.lowestBy[cell] = this.#witnesses;
    }
    if (count > (this.highest[cell] ?? 0)) {
      this.highest[cell] = count;
      this.highestBy[cell] = this.#witnesses;
    }
  }
}

/** Suppressed cells whose witnessed interval is less than required. */
export function* unprotectedCells(
  state: SuppressionState,
  { lowest, highest }: WitnessedIntervals,
): Generator<number> {
  for (let cell = 0; cell < state.tables.system.size; cell += 1) {
    if (!state.isSuppressed(cell)) continue;
    const { atMost, atLeast, width } = state.requirement(cell);
    const [low, high] = [lowest[cell] ?? 0, highest[cell] ?? 0];
    if (low > atMost || high < atLeast || high - low < width) yield cell;
  }
}

function auditStep(state: SuppressionState, { amount, cells }: WitnessStep): void {
  if (!Number.isInteger(amount) || amount <= 0)
    throw new DisclosureError("a step of a witness does not move");
  const seen = new Set<number>();
  const balances = new Map<number, number>();
  for (const each of cells) {
    const cell = cellOf(each);
    if (seen.has(cell)) throw new DisclosureError(`a step of a witness moves cell ${cell} twice`);
    if (!state.isSuppressed(cell))
      throw new DisclosureError(`a witness moves cell ${cell}, which is released`);
    seen.add(cell);
    state.tables.system.addTo(balances, cell, each < 0 ? -1 : 1);
  }
  for (const balance of balances.values())
    if (balance !== 0) throw new DisclosureError("a step of a witness leaves an equation");
}

function auditCount(state: SuppressionState, cell: number, count: number): void {
  const { lattice, system } = state.tables;
  const node = Math.floor(cell / lattice.size);
  const coordinate = cell % lattice.size;
  const isPossible =
    count >= state.floor(node, coordinate) &&
    (count === system.value(cell) || !state.isKnownZero(node, coordinate));
  if (!isPossible) throw new DisclosureError(`a witness takes cell ${cell} to ${count}`);
}

function cellOf(each: number): number {
  return each < 0 ? ~each : each;
}
