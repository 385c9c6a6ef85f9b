import { TableAttacker } from "@aarohan/devkit/attacker";
import { KIND, type SuppressedTables } from "../src/index.ts";

function attackerOf({ tables, state }: SuppressedTables): TableAttacker {
  return new TableAttacker(tables, (cell) =>
    state.isSuppressed(cell) ? undefined : tables.system.value(cell),
  );
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
