import loadHighs from "highs";

/** What an attacker finds out about a cell that is not released; no upper end is infinite. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Published tables as everybody knows them: which numbers add up to which. A cell is population × coordinates + coordinate. */
export interface AttackedTables {
  readonly system: {
    readonly size: number;
    equations(visit: (parent: number, children: readonly number[]) => void): void;
  };
  readonly lattice: { readonly size: number };
  readonly tree: {
    readonly splits: readonly {
      readonly parent: number;
      readonly parts: readonly number[];
      readonly sensitive: readonly number[];
    }[];
  };
}

const highs = await loadHighs();

/**
 * Knows every released count, every equation, and the rule: that counts are whole persons, and that neither a released sensitive
 * part, nor one beside which everything is released, is everybody. Does not know which suppressed cells are primary.
 */
export class TableAttacker {
  readonly #constraints: string;
  readonly #unknown: readonly number[];

  /** `released`: the published count of a cell, or nothing. */
  constructor({ system, tree, lattice }: AttackedTables, released: (cell: number) => number | undefined) {
    const lines: string[] = [];
    const isUnknown = (cell: number) => released(cell) === undefined;
    this.#unknown = Array.from({ length: system.size }, (_, cell) => cell).filter(isUnknown);
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
