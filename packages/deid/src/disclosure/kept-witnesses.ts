import { DisclosureError } from "./disclosure-error.ts";
import type { SuppressedTables } from "./suppressed-tables.ts";
import { KIND } from "./suppression-state.ts";
import type { Witness } from "./witness.ts";
import {
  cellOf,
  type KeptWitnesses,
  numbered,
  POPULATIONS,
  placeNames,
  SLOTS,
  signed,
} from "./witness-archive.ts";

/** `witnesses`: all that were told, in their order. */
export function keepWitnesses(
  { tables, state, witnessed }: SuppressedTables,
  witnesses: readonly Witness[],
): KeptWitnesses {
  const { lattice, tree } = tables;
  if (lattice.slots > SLOTS || tree.nodes.length > POPULATIONS || lattice.placeCount > 2 ** 16)
    throw new DisclosureError("tables too large to keep witnesses of");
  const cells: number[] = [];
  const starts = [0];
  const steps: number[] = [];
  const known = new Map<number, number>();
  const numberOf = (witness: number) => {
    const own = known.get(witness) ?? starts.length - 1;
    if (known.has(witness)) return own;
    for (const { amount, cells: moved } of witnesses[witness - 1] ?? [])
      steps.push(amount, moved.length, ...moved.map((each) => signed(numbered(lattice, cellOf(each)), each)));
    starts.push(steps.length);
    known.set(witness, own);
    return own;
  };
  for (let cell = 0; cell < tables.system.size; cell += 1) {
    if (!state.isSuppressed(cell) || state.kind(cell) === KIND.ABSENT) continue;
    for (const witness of new Set([witnessed.lowestBy[cell] ?? 0, witnessed.highestBy[cell] ?? 0])) {
      if (witness === 0) continue;
      cells.push(numbered(lattice, cell), numberOf(witness));
    }
  }
  return {
    populations: tree.nodes.map(({ name }) => name),
    places: placeNames(lattice),
    revisions: lattice.firstState - 1,
    cells: Int32Array.from(cells),
    starts: Int32Array.from(starts),
    steps: Int32Array.from(steps),
  };
}
