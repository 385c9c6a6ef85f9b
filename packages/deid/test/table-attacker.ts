import loadHighs from "highs";
import { type DeclaredTables, KIND, type SuppressedTables } from "../src/index.ts";

/** What an attacker finds out about a cell that is not released; no upper end is infinite. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

const highs = await loadHighs();

/**
 * Knows every released count, every equation, and the rule: that counts are whole persons, and that neither a released sensitive
 * part, nor one beside which everything is released, is everybody. Does not know which suppressed cells are primary.
 */
export class Attacker {
  readonly #constraints: string;
  readonly #unknown: readonly number[];

  /** `released`: the published count of a cell, or nothing. */
  constructor({ system, tree, lattice }: DeclaredTables, released: (cell: number) => number | undefined) {
    const lines: string[] = [];
    const isUnknown = (cell: number) => released(cell) === undefined;
    this.#unknown = Array.from(system.values.keys()).filter(isUnknown);
    system.equations((parent, children) => {
      if (![parent, ...children].some(isUnknown)) return;
      const known = children.reduce((sum, cell) => sum + (released(cell) ?? 0), 0);
      const terms = children.filter(isUnknown).map((cell) => `+ x${cell}`);
      if (isUnknown(parent)) terms.push(`- x${parent}`);
      lines.push(`${terms.join(" ")} = ${(released(parent) ?? 0) - known}`);
    });
    for (const { parent, parts, sensitive } of tree.splits)
      for (const part of sensitive)
        for (let at = 0; at < lattice.size; at += 1) {
          const beside = parts.filter((other) => other !== part).map((other) => other * lattice.size + at);
          const own = part * lattice.size + at;
          const hidden = beside.filter(isUnknown);
          const shown = beside.reduce((sum, cell) => sum + (released(cell) ?? 0), 0);
          if ((released(own) ?? 0) > 0 && isUnknown(parent * lattice.size + at) && hidden.length > 0)
            lines.push(`${hidden.map((cell) => `+ x${cell}`).join(" ")} >= ${1 - shown}`);
          if (isUnknown(own) && hidden.length === 0 && shown === 0 && beside.length > 0)
            lines.push(`x${own} = 0`);
        }
    this.#constraints = lines.map((line, at) => ` c${at}: ${line}`).join("\n");
  }

  /** Whole persons, unless told not to insist on it. */
  interval(cell: number, isWhole = true): Interval {
    return { low: this.#bound("Minimize", cell, isWhole), high: this.#bound("Maximize", cell, isWhole) };
  }

  #bound(sense: "Minimize" | "Maximize", cell: number, isWhole: boolean): number {
    const general = isWhole ? `General\n ${this.#unknown.map((each) => `x${each}`).join("\n ")}\n` : "";
    const { Status, ObjectiveValue } = highs.solve(
      `${sense}\n obj: x${cell}\nSubject To\n${this.#constraints}\n${general}End\n`,
      { presolve: "on", output_flag: false },
    );
    if (Status === "Optimal") return Math.round(ObjectiveValue * 1e6) / 1e6;
    if (Status.includes("nbounded")) return Number.POSITIVE_INFINITY;
    throw new Error(`${sense} x${cell}: ${Status}`);
  }
}

function attackerOf({ tables, state }: SuppressedTables): Attacker {
  return new Attacker(tables, (cell) => (state.isSuppressed(cell) ? undefined : tables.system.value(cell)));
}

/** Suppressed cells that the attacker bounds more tightly than is allowed, or than a witness says is possible. */
export function breaches(suppressed: SuppressedTables, isWhole: boolean, every: number): string[] {
  const { state, tables, witnessed, k, withheld } = suppressed;
  const attacker = attackerOf(suppressed);
  const found: string[] = [];
  for (let cell = 0, seen = 0; cell < tables.system.size; cell += 1) {
    const kind = state.kind(cell);
    const node = Math.floor(cell / tables.lattice.size);
    if (kind === KIND.RELEASED || kind === KIND.ABSENT || withheld.has(node) || seen++ % every > 0) continue;
    const { low, high } = attacker.interval(cell, isWhole);
    const isEnough = {
      [KIND.SMALL]: low <= 1 && high >= k - 1,
      [KIND.COMPLEMENT]: low === 0 && high >= k - 1,
      [KIND.FULL]: high - low >= k - 1,
      [KIND.SECONDARY]: high - low >= k,
    }[kind];
    const isWitnessed = low <= (witnessed.lowest[cell] ?? 0) && high >= (witnessed.highest[cell] ?? 0);
    if (!isEnough || !isWitnessed) found.push(`cell ${cell} of kind ${kind}: ${low} to ${high}`);
  }
  return found;
}
