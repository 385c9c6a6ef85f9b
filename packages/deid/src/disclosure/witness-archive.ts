import type { DeclaredTables } from "./declared-tables.ts";
import type { TableLattice } from "./table-lattice.ts";
import type { WitnessStep } from "./witness.ts";

/**
 * What shows that the suppressed cells of a release are protected, for the releases after it: a later one that can protect a cell in
 * no other way suppresses what its witness moves. A cell is a number: of its place in `places`, its slot and its population.
 */
export interface KeptWitnesses {
  /** A kept witness is of no use where these are others. */
  readonly populations: readonly string[];
  /** Names, as releases have them. */
  readonly places: readonly string[];
  /** Releases so far that took places anew. */
  readonly revisions: number;
  /** Pairs: a cell, a witness. */
  readonly cells: Int32Array;
  /** Where each witness begins in `steps`, and the end. */
  readonly starts: Int32Array;
  /** Step by step: amount, how many cells, the cells (~cell loses). */
  readonly steps: Int32Array;
}

/** Ways to take a step, of which any will do. */
export type StepChoice = readonly WitnessStep[];

export const SLOTS = 256;
export const POPULATIONS = 128;

/** Places may have other numbers in the next release, with districts that it has more. */
export function placeNames(lattice: TableLattice): string[] {
  return Array.from({ length: lattice.placeCount }, (_, place) =>
    JSON.stringify(lattice.named(lattice.coordinate(place, 0))),
  );
}

export function numbered(lattice: TableLattice, cell: number): number {
  const coordinate = cell % lattice.size;
  const place = lattice.placeOf(coordinate);
  return (place * SLOTS + lattice.slotOf(coordinate)) * POPULATIONS + Math.floor(cell / lattice.size);
}

export const cellOf = (each: number) => (each < 0 ? ~each : each);
export const signed = (cell: number, like: number) => (like < 0 ? ~cell : cell);

/** Of those that move a cell and were not kept for it, so many are tried. */
const MOST_MOVERS = 50;

/** Witnesses of an earlier release in the tables of this one. */
export class WitnessArchive {
  readonly #lattice: TableLattice;
  readonly #kept: KeptWitnesses;
  /** Of those kept, where they are now. */
  readonly #places: readonly number[];
  readonly #witnessesOf = new Map<number, number[]>();
  #moversOf: ReadonlyMap<number, readonly number[]> | undefined;

  constructor({ lattice, tree }: DeclaredTables, kept: KeptWitnesses) {
    this.#lattice = lattice;
    this.#kept = kept;
    const places = new Map(placeNames(lattice).map((name, place) => [name, place]));
    this.#places = kept.places.map((name) => places.get(name) ?? -1);
    if (kept.populations.join("\n") !== tree.nodes.map(({ name }) => name).join("\n")) return;
    for (let at = 0; at < kept.cells.length; at += 2) {
      const cell = this.#present(kept.cells[at] ?? 0);
      this.#witnessesOf.set(cell, [...(this.#witnessesOf.get(cell) ?? []), kept.cells[at + 1] ?? 0]);
    }
  }

  /** Its own, then some that move it; what is part of nothing that was kept has none. */
  *of(cell: number): Generator<readonly StepChoice[]> {
    if (this.#witnessesOf.size === 0) return;
    const own = this.#witnessesOf.get(cell) ?? [];
    for (const witness of own) yield this.#read(witness);
    for (const witness of this.#movers().get(cell) ?? [])
      if (!own.includes(witness)) yield this.#read(witness);
  }

  /** Witnesses by the cells that they move. */
  #movers(): ReadonlyMap<number, readonly number[]> {
    if (this.#moversOf !== undefined) return this.#moversOf;
    const found = new Map<number, number[]>();
    for (let witness = 0; witness + 1 < this.#kept.starts.length; witness += 1) {
      const steps = this.#read(witness).flatMap(([first]) => (first === undefined ? [] : [...first.cells]));
      for (const cell of new Set(steps.map(cellOf))) {
        const known = found.get(cell);
        if (known === undefined) found.set(cell, [witness]);
        else if (known.length < MOST_MOVERS) known.push(witness);
      }
    }
    this.#moversOf = found;
    return found;
  }

  #read(witness: number): StepChoice[] {
    const { starts, steps } = this.#kept;
    const end = starts[witness + 1] ?? 0;
    const found: StepChoice[] = [];
    for (let at = starts[witness] ?? 0; at < end; ) {
      const [amount = 0, length = 0] = [steps[at], steps[at + 1]];
      const moves = new Map<number, number>();
      for (const each of steps.subarray(at + 2, at + 2 + length))
        moves.set(this.#present(cellOf(each)), each < 0 ? -1 : 1);
      found.push(...this.#choices(amount, moves));
      at += 2 + length;
    }
    return found;
  }

  #present(cell: number): number {
    const slot = Math.floor(cell / POPULATIONS) % SLOTS;
    const place = this.#places[Math.floor(cell / POPULATIONS / SLOTS)] ?? -1;
    return (cell % POPULATIONS) * this.#lattice.size + this.#lattice.coordinate(place, slot);
  }

  /**
   * What was taken anew since changes with it, person by person: either districts as they were before, so that their states and the
   * whole need not change, or states and wholes by what changes in them, in a setting that can be chosen.
   */
  #choices(amount: number, moves: ReadonlyMap<number, number>): StepChoice[] {
    const variants = [this.#mirrored(moves), moves].flatMap((all) => this.#withAbove(all));
    const isPlain = variants.every(({ size }) => size === moves.size);
    if (isPlain) return [stepsOf(amount, [moves])];
    return Array.from({ length: amount }, () => stepsOf(1, variants));
  }

  #withAbove(moves: ReadonlyMap<number, number>): ReadonlyMap<number, number>[] {
    const states = this.#changesAbove(moves, this.#lattice.firstState, this.#lattice.firstDistrict);
    const { settings } = this.#lattice.shape;
    const choices = states.size === 0 || settings.length === 0 ? 1 : settings.length;
    return Array.from({ length: choices }, (_, setting) => {
      const below = new Map([...moves, ...states, ...this.#settingChanges(states, setting)]);
      return new Map([...below, ...this.#changesAbove(below, 0, this.#lattice.firstState)]);
    });
  }

  /** Districts that were taken anew change as they did before. */
  #mirrored(moves: ReadonlyMap<number, number>): ReadonlyMap<number, number> {
    const { size } = this.#lattice;
    const found = new Map(moves);
    for (const [cell, sign] of moves) {
      const coordinate = cell % size;
      for (const later of this.#lattice.laterPlacesOf(this.#lattice.placeOf(coordinate))) {
        if (this.#lattice.revisionOf(later) <= this.#kept.revisions) continue;
        found.set(
          cell - coordinate + this.#lattice.coordinate(later, this.#lattice.slotOf(coordinate)),
          sign,
        );
      }
    }
    return found;
  }

  #changesAbove(moves: ReadonlyMap<number, number>, first: number, end: number): Map<number, number> {
    const { size } = this.#lattice;
    const found = new Map<number, number>();
    for (const [cell, sign] of moves) {
      const [node, coordinate] = [Math.floor(cell / size), cell % size];
      for (const parent of this.#lattice.parentsOf(this.#lattice.placeOf(coordinate))) {
        if (parent < first || parent >= end || this.#lattice.revisionOf(parent) <= this.#kept.revisions)
          continue;
        const own = node * size + this.#lattice.coordinate(parent, this.#lattice.slotOf(coordinate));
        found.set(own, (found.get(own) ?? 0) + sign);
      }
    }
    return new Map([...found].filter(([, sign]) => sign !== 0));
  }

  #settingChanges(states: ReadonlyMap<number, number>, setting: number): [number, number][] {
    const { size, shape } = this.#lattice;
    if (shape.settings.length === 0) return [];
    return [...states].flatMap(([cell, sign]): [number, number][] => {
      const slot = this.#lattice.slotOf(cell % size);
      if (slot > shape.months.length) return [];
      const place = this.#lattice.placeOf(cell % size);
      const own = this.#lattice.coordinate(place, this.#lattice.settingSlot(slot - 1, setting));
      return [[Math.floor(cell / size) * size + own, sign]];
    });
  }
}

/** Without those that change a cell by more than one person at a time. */
function stepsOf(amount: number, variants: readonly ReadonlyMap<number, number>[]): StepChoice {
  return variants
    .filter((moves) => [...moves.values()].every((sign) => Math.abs(sign) === 1))
    .map((moves) => ({ amount, cells: Int32Array.from(moves, ([cell, sign]) => signed(cell, sign)) }));
}
