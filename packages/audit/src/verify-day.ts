import { type ChainPlace, follows } from "./audit-chain.ts";
import type { AuditHead } from "./audit-head.ts";

/** What became of a day's lines when they were walked. */
export interface WalkedDay {
  readonly first: number;
  readonly entries: number;
  /** Where the day ends, as far as it is whole. */
  readonly end: ChainPlace;
  /** In words, with the number of the first entry that is wrong: none after it can be trusted. */
  readonly problem: string | undefined;
}

/** Walks a day's lines, in their order, from the last entry before them. */
export async function walkDay(
  before: ChainPlace,
  lines: AsyncIterable<string> | Iterable<string>,
): Promise<WalkedDay> {
  let end = before;
  for await (const line of lines) {
    const place = follows(end, line);
    if (typeof place === "string") return walked(before, end, place);
    end = place;
  }
  return walked(before, end, undefined);
}

function walked(before: ChainPlace, end: ChainPlace, problem: string | undefined): WalkedDay {
  return { first: before.sequence + 1, entries: end.sequence - before.sequence, end, problem };
}

/** What the walked lines and a head that is known to be true say differently; none where they agree. */
export function compareWithHead({ first, entries, end, problem }: WalkedDay, head: AuditHead): string[] {
  const problems = problem === undefined ? [] : [problem];
  if (head.first !== first) problems.push(`begins with entry ${first}, but was sealed from ${head.first}`);
  if (problem === undefined && head.entries !== entries) {
    problems.push(`holds ${entries} entries, but was sealed with ${head.entries}`);
  }
  if (problem === undefined && head.entries === entries && head.head !== end.hash) {
    problems.push("ends with another hash than it was sealed with");
  }
  return problems;
}
