import { KIND, type SuppressionState } from "./suppression-state.ts";

/** More than a year has. */
const MONTHS = 16;

/**
 * Populations of which nothing is released because some cell of theirs cannot be protected: the parts of a split with all that they
 * are split into, or a root with everything. Where nothing of a month, or of the year, is released of any part at any place, whoever
 * reads the rest learns of a part that it is no more than the whole, which has an interval of its own.
 */
export class Withholding {
  /** Populations. */
  readonly nodes = new Set<number>();
  readonly #state: SuppressionState;
  readonly #released = new Set<number>();

  constructor(state: SuppressionState) {
    this.#state = state;
  }

  covers(cell: number): boolean {
    return this.nodes.has(Math.floor(cell / this.#state.tables.lattice.size));
  }

  /** The parts of a node's split and all below them; of a root, the root as well. */
  withhold(node: number): void {
    const { tree } = this.#state.tables;
    const { split } = tree.node(node);
    for (const part of split < 0 ? [node] : tree.split(split).parts) this.#withholdAll(part);
  }

  /** Suppresses what is new of them. To be called once, at the end. */
  suppress(): void {
    const { lattice } = this.#state.tables;
    for (const node of this.nodes)
      for (let at = 0; at < lattice.size; at += 1) {
        const cell = node * lattice.size + at;
        if (this.#state.isOpen(cell)) this.#state.kinds[cell] = KIND.SECONDARY;
        if (this.#state.kind(cell) === KIND.RELEASED) this.#released.add(this.#groupOf(node, at));
      }
  }

  /** Whether the cell needs no interval of its own: nothing of its month, nor of the year, is released of what is withheld with it. */
  exempts(cell: number): boolean {
    const { lattice } = this.#state.tables;
    if (!this.covers(cell)) return false;
    const node = Math.floor(cell / lattice.size);
    const year = this.#groupOf(node, 0);
    return !this.#released.has(year) && !this.#released.has(this.#groupOf(node, cell % lattice.size));
  }

  #withholdAll(node: number): void {
    const { tree } = this.#state.tables;
    this.nodes.add(node);
    for (const split of tree.node(node).splits)
      for (const part of tree.split(split).parts) this.#withholdAll(part);
  }

  /** A number for what is withheld together, and a month of it or the year. */
  #groupOf(node: number, coordinate: number): number {
    const { lattice } = this.#state.tables;
    const month = lattice.monthOf(lattice.slotOf(coordinate)) ?? -1;
    return this.#topOf(node) * MONTHS + month + 1;
  }

  /** The uppermost split that is withheld with the node. */
  #topOf(node: number): number {
    const { tree } = this.#state.tables;
    const { split } = tree.node(node);
    if (split < 0) return node;
    const { parent } = tree.split(split);
    return this.nodes.has(parent) ? this.#topOf(parent) : tree.nodes.length + split;
  }
}
