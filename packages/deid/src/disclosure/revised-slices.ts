import { DisclosureError } from "./disclosure-error.ts";

/** Records of a slice (a district in a year): what identifies each → a digest of what is counted of it. */
export type SliceRecords = ReadonlyMap<string, string>;

export interface SliceChange {
  readonly slice: string;
  /** Records that are new, gone, or counted differently. */
  readonly added: number;
  readonly removed: number;
  readonly changed: number;
  /** Whether the slice is taken from the live records; else it stays as it was frozen. */
  readonly isRevised: boolean;
}

/**
 * Which frozen slices a scheduled revision takes anew: those with at least k records changed, so that no difference between two
 * releases is about fewer than k persons. `previous` are the records of the frozen slices, not of the last revision that was
 * looked at: changes add up until they are k. A slice without any frozen records is new. In the order of the slices' names.
 */
export function revisedSlices(
  previous: ReadonlyMap<string, SliceRecords>,
  live: ReadonlyMap<string, SliceRecords>,
  k = 11,
): SliceChange[] {
  if (!Number.isInteger(k) || k < 2) throw new DisclosureError(`k is ${k}; it is an integer of 2 at least`);
  const names = [...new Set([...previous.keys(), ...live.keys()])].toSorted();
  return names.map((slice) => sliceChange(slice, previous.get(slice), live.get(slice) ?? new Map(), k));
}

function sliceChange(
  slice: string,
  previous: SliceRecords | undefined,
  live: SliceRecords,
  k: number,
): SliceChange {
  const frozen: SliceRecords = previous ?? new Map();
  const added = [...live.keys()].filter((id) => !frozen.has(id)).length;
  const removed = [...frozen.keys()].filter((id) => !live.has(id)).length;
  const changed = [...live].filter(([id, digest]) => frozen.has(id) && frozen.get(id) !== digest).length;
  const isRevised = previous === undefined || added + removed + changed >= k;
  return { slice, added, removed, changed, isRevised };
}
