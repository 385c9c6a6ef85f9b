import type { DeclaredTables } from "./declared-tables.ts";
import type { Coordinate } from "./table-shape.ts";

/**
 * Why a cell is suppressed. `SMALL`: 1 to k − 1. `FULL`: everybody of its population, in a sensitive part. `COMPLEMENT`: the
 * zero beside a full one. `SECONDARY`: so that none of these can be recovered. `ABSENT`: not published, now or before, whatever it is.
 */
export const KIND = { RELEASED: 0, SMALL: 1, COMPLEMENT: 2, FULL: 3, SECONDARY: 4, ABSENT: 5 } as const;
export type Kind = (typeof KIND)[keyof typeof KIND];

/**
 * What earlier releases made of a cell, which keeps its count: once released, or once suppressed, it stays so. `ABSENT`: it may be
 * published later. `UNDECLARED`: it is in no table, and never will be.
 */
export const STANDING = { NEW: 0, RELEASED: 1, SUPPRESSED: 2, ABSENT: 3, UNDECLARED: 4 } as const;
export type Standing = (typeof STANDING)[keyof typeof STANDING];

/** A standing for each cell, by its population and what its coordinate is called. */
export function standingsOf(
  { lattice, tree, system }: DeclaredTables,
  standingAt: (population: string, coordinate: Coordinate) => Standing,
): Uint8Array {
  const standings = new Uint8Array(system.size);
  const coordinates = Array.from({ length: lattice.size }, (_, at) => lattice.named(at));
  for (const [node, { name }] of tree.nodes.entries())
    for (const [at, coordinate] of coordinates.entries())
      standings[node * lattice.size + at] = standingAt(name, coordinate);
  return standings;
}

/** Least interval of a suppressed cell, as bounds and as a width (highest − lowest). */
export interface Requirement {
  readonly atMost: number;
  readonly atLeast: number;
  readonly width: number;
}

/**
 * Which cells are suppressed, and what those who read the rest know of them by the rule itself: every suppressed cell may hold
 * any count, zero included, except that a sensitive part that is released is not everybody, and that a sensitive part is not
 * everybody either where all beside it is released. Grows only: a cell once suppressed stays so, and what is known of it
 * becomes less.
 */
export class SuppressionState {
  readonly tables: DeclaredTables;
  readonly k: number;
  readonly kinds: Uint8Array;
  /** Populations in a split of which another part is sensitive, and sensitive ones. */
  readonly #besideSensitive: Uint8Array;
  readonly #sensitive: Uint8Array;
  readonly #standings: Uint8Array | undefined;
  readonly #pledged: Uint8Array;

  /** `standings`: one of `STANDING` for each cell; by default all cells are new. */
  constructor(tables: DeclaredTables, k: number, standings?: Uint8Array) {
    this.tables = tables;
    this.k = k;
    this.#standings = standings;
    this.#pledged = new Uint8Array(tables.system.size);
    this.kinds = new Uint8Array(tables.system.size);
    for (const [cell, standing] of standings?.entries() ?? []) {
      if (standing === STANDING.SUPPRESSED) this.kinds[cell] = KIND.SECONDARY;
      if (standing === STANDING.ABSENT || standing === STANDING.UNDECLARED) this.kinds[cell] = KIND.ABSENT;
      if (standing === STANDING.UNDECLARED) this.#pledged[cell] = 1;
    }
    this.#besideSensitive = new Uint8Array(tables.tree.nodes.length);
    this.#sensitive = new Uint8Array(tables.tree.nodes.length);
    for (const { parts, sensitive } of tables.tree.splits)
      for (const part of parts) {
        this.#sensitive[part] = sensitive.includes(part) ? 1 : 0;
        this.#besideSensitive[part] = sensitive.some((other) => other !== part) ? 1 : 0;
      }
  }

  isSuppressed(cell: number): boolean {
    return this.kinds[cell] !== KIND.RELEASED;
  }

  kind(cell: number): Kind {
    const kind = this.kinds[cell] ?? 0;
    return kind === 0 || kind === 1 || kind === 2 || kind === 3 || kind === 5 ? kind : KIND.SECONDARY;
  }

  /** Whether the cell can still be suppressed: it is new. */
  isOpen(cell: number): boolean {
    return this.kinds[cell] === KIND.RELEASED && (this.#standings?.[cell] ?? STANDING.NEW) === STANDING.NEW;
  }

  /** Of a cell that has been published, or is to be now. */
  mark(cell: number, kind: Kind): void {
    const standing = this.#standings?.[cell] ?? STANDING.NEW;
    if (standing === STANDING.NEW || standing === STANDING.SUPPRESSED) this.kinds[cell] = kind;
  }

  requirement(cell: number): Requirement {
    const { k } = this;
    switch (this.kind(cell)) {
      case KIND.SMALL:
        return { atMost: 1, atLeast: k - 1, width: 0 };
      case KIND.COMPLEMENT:
        return { atMost: 0, atLeast: k - 1, width: 0 };
      case KIND.FULL:
        return { atMost: Number.MAX_SAFE_INTEGER, atLeast: 0, width: k - 1 };
      case KIND.SECONDARY:
        return { atMost: Number.MAX_SAFE_INTEGER, atLeast: 0, width: k };
      case KIND.RELEASED:
      case KIND.ABSENT:
        return { atMost: Number.MAX_SAFE_INTEGER, atLeast: 0, width: 0 };
    }
  }

  /**
   * Cost of suppressing a cell: one more cell is worth k persons, so that small siblings go before large margins. A zero can
   * move one way alone, so it needs more to be suppressed beside it. What was released before has no price.
   */
  cost(cell: number): number {
    if (!this.isOpen(cell)) return Number.POSITIVE_INFINITY;
    const value = this.tables.system.value(cell);
    return value === 0 ? 5 * this.k : this.k + value;
  }

  /**
   * What it costs to move a cell: nothing where that is free. An absent cell may be published later, and would have to be
   * suppressed then: it costs what its place has, once.
   */
  priceOf(cell: number): number {
    const kind = this.kinds[cell];
    if (kind === KIND.RELEASED) return this.cost(cell);
    if (kind !== KIND.ABSENT || this.#pledged[cell] === 1) return 0;
    const { lattice, system } = this.tables;
    const coordinate = cell % lattice.size;
    return this.k + system.value(cell - coordinate + lattice.coordinate(lattice.placeOf(coordinate), 0));
  }

  /** An absent cell that a witness moves. */
  pledge(cell: number): void {
    if (this.kinds[cell] === KIND.ABSENT) this.#pledged[cell] = 1;
  }

  /** The least that a suppressed cell may be known to be. */
  floor(node: number, coordinate: number): number {
    if (this.#besideSensitive[node] === 0) return 0;
    const { tree, lattice, system } = this.tables;
    const { sensitive } = tree.split(tree.node(node).split);
    for (const part of sensitive) {
      const cell = part * lattice.size + coordinate;
      if (part === node || this.kinds[cell] !== KIND.RELEASED || system.value(cell) === 0) continue;
      return Math.min(1, system.value(node * lattice.size + coordinate));
    }
    return 0;
  }

  /** Whether a suppressed zero is known to be one: its part would be everybody, which zeros beside it rule out. */
  isKnownZero(node: number, coordinate: number): boolean {
    if (this.#sensitive[node] === 0) return false;
    const { tree, lattice, system } = this.tables;
    const { parent, parts } = tree.split(tree.node(node).split);
    if (system.value(parent * lattice.size + coordinate) > 0) return false;
    return parts.every((part) => part === node || !this.isSuppressed(part * lattice.size + coordinate));
  }
}

/** Marks what may never be released by itself. */
export function suppressPrimary(state: SuppressionState): void {
  const { system, tree, lattice } = state.tables;
  for (const split of tree.splits)
    for (const part of split.sensitive) suppressFull(state, split.parent, part, split.parts);
  for (let cell = 0; cell < tree.nodes.length * lattice.size; cell += 1) {
    const value = system.value(cell);
    if (value > 0 && value < state.k) state.mark(cell, KIND.SMALL);
  }
}

function suppressFull(state: SuppressionState, parent: number, part: number, parts: readonly number[]): void {
  const { system, lattice } = state.tables;
  const [beside] = parts
    .filter((other) => other !== part)
    .toSorted((a, b) => system.value(b * lattice.size) - system.value(a * lattice.size));
  if (beside === undefined) return;
  for (let at = 0; at < lattice.size; at += 1) {
    const value = system.value(part * lattice.size + at);
    if (value === 0 || value !== system.value(parent * lattice.size + at)) continue;
    state.mark(part * lattice.size + at, KIND.FULL);
    state.mark(beside * lattice.size + at, KIND.COMPLEMENT);
  }
}
