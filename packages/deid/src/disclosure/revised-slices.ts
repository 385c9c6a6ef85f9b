import { DisclosureError } from "./disclosure-error.ts";

/** A slice (a district in a year): people who are alike in all that is published of them → how many there are. */
export type SliceCounts = ReadonlyMap<string, number>;

export interface SliceChange {
  readonly slice: string;
  /** Persons who are counted where they were not, and who no longer are where they were; a person may be among both. */
  readonly added: number;
  readonly removed: number;
  /** Whether the slice is taken from the live records; else it stays as it was frozen. */
  readonly isRevised: boolean;
}

/**
 * Which frozen slices a scheduled revision takes anew: those in which at least k persons are counted differently, so that no
 * difference between two releases is about fewer. `previous` are the frozen slices, not those of the last revision that was looked
 * at: changes add up until they are k. A slice that was not there had nobody. In the order of the slices' names.
 */
export function revisedSlices(
  previous: ReadonlyMap<string, SliceCounts>,
  live: ReadonlyMap<string, SliceCounts>,
  k = 11,
): SliceChange[] {
  if (!Number.isInteger(k) || k < 2) throw new DisclosureError(`k is ${k}; it is an integer of 2 at least`);
  const names = [...new Set([...previous.keys(), ...live.keys()])].toSorted();
  return names.map((slice) => {
    const [frozen, own] = [previous.get(slice) ?? new Map(), live.get(slice) ?? new Map()];
    const [added, removed] = [excess(own, frozen), excess(frozen, own)];
    return { slice, added, removed, isRevised: Math.max(added, removed) >= k };
  });
}

function excess(counts: SliceCounts, over: SliceCounts): number {
  let sum = 0;
  for (const [alike, count] of counts) sum += Math.max(0, count - (over.get(alike) ?? 0));
  return sum;
}
