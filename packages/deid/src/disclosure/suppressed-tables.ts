import type { DeclaredTables } from "./declared-tables.ts";
import { DisclosureError } from "./disclosure-error.ts";
import { Protection } from "./protection.ts";
import { SuppressionState, suppressPrimary } from "./suppression-state.ts";
import type { Witness } from "./witness.ts";
import { type KeptWitnesses, WitnessArchive } from "./witness-archive.ts";
import { unprotectedCells, WitnessAudit, type WitnessedIntervals } from "./witness-audit.ts";

export interface SuppressionOptions {
  /** Least count that is released, zero apart. Default 11. */
  readonly k?: number;
  /** What earlier releases made of each cell, one of `STANDING`. By default none was published. */
  readonly standings?: Uint8Array;
  /** What protected the cells that earlier releases suppressed. */
  readonly kept?: KeptWitnesses;
  /** Also gets each witness, after its audit: some 250 bytes each, so whoever keeps them needs room. */
  readonly onWitness?: (witness: Witness) => void;
}

/** Tables with what may be released of them. */
export interface SuppressedTables {
  readonly tables: DeclaredTables;
  readonly k: number;
  readonly state: SuppressionState;
  /** Populations of which nothing is released that was not before. */
  readonly withheld: ReadonlySet<number>;
  readonly witnessed: WitnessedIntervals;
}

/**
 * Decides what of the tables is released. Guaranteed, with all released counts and the rule itself known, by a witness that was
 * replayed for each bound:
 *
 * - a cell of 1 to k − 1 may hold any count from 1 to k − 1;
 * - the remainder beside a sensitive part that is everybody may hold any count from 0 to k − 1;
 * - any other suppressed cell may hold more than k different counts; the full part itself, k;
 * - of withheld populations nothing is released that was not before: who reads the rest learns that a part is no more than the whole.
 *
 * Several releases are one system: what was released stays, what was suppressed stays protected, and only what is new can be
 * suppressed for it. Deterministic. Throws, and so releases nothing, where a witness does not stand the audit.
 */
export function suppressTables(
  tables: DeclaredTables,
  { k = 11, onWitness, standings, kept }: SuppressionOptions = {},
): SuppressedTables {
  if (!Number.isInteger(k) || k < 2) throw new DisclosureError(`k is ${k}; it is an integer of 2 at least`);
  const state = new SuppressionState(tables, k, standings);
  suppressPrimary(state);
  const witnessed = new WitnessAudit(state);
  const tell = (witness: Witness) => {
    witnessed.take(witness);
    onWitness?.(witness);
  };
  const archive = kept === undefined ? undefined : new WitnessArchive(tables, kept);
  const protection = new Protection(state, tell, archive);
  protection.run();
  const { withholding } = protection;
  withholding.suppress();
  for (const cell of unprotectedCells(state, witnessed))
    if (!withholding.exempts(cell)) throw new DisclosureError(`cell ${cell} is not protected`);
  return { tables, k, state, withheld: withholding.nodes, witnessed };
}

/** A released count; `undefined` where it is suppressed. */
export function releasedCount(
  { tables, state }: SuppressedTables,
  population: number,
  coordinate: number,
): number | undefined {
  const cell = population * tables.lattice.size + coordinate;
  return state.isSuppressed(cell) ? undefined : tables.system.value(cell);
}
