import { percentOf, type TypeProgress } from "@aarohan/export";
import type { JobFacts, JobProgress, JobStore, ShardRow } from "./job-store.ts";

/**
 * What is told of a job's progress, of all and by the types that were ordered, those of which there is no share too. It is
 * remembered: it does not go back, though shares are counted first, or read anew.
 */
export function tellProgress(
  store: Pick<JobStore, "facts" | "shards" | "set">,
  types: readonly string[],
): JobProgress {
  const { facts } = store;
  if (facts.end === "complete" || facts.end === "complete-with-errors")
    return { ...facts.told, percent: 100 };
  const isUnderWay = facts.phase === "running" || facts.phase === "deletions" || facts.phase === "sealing";
  if (!isUnderWay) return facts.told;
  const shares = progressOf(store.shards());
  const byType: Record<string, number> = {};
  const byShare = Map.groupBy(shares, (share) => share.type);
  for (const type of types) {
    const some = byShare.get(type) ?? [];
    const percent = some.every(({ isDone }) => isDone) ? 100 : inPass(percentOf(some), facts);
    byType[type] = Math.max(facts.told.byType[type] ?? 0, percent);
  }
  const told = { percent: Math.max(facts.told.percent, inPass(percentOf(shares), facts)), byType };
  store.set({ told });
  return told;
}

/** What is read to its end looks alike whether it had one resource or none: who sees nothing of it is not told which. */
export function progressOf(shards: readonly ShardRow[]): TypeProgress[] {
  return shards.map(({ type, counts, expected, state }) => ({
    type,
    read: state === "waiting" || state === "reading" ? counts.read : Math.max(expected, 1),
    expected: Math.max(expected, 1),
    isBegun: state !== "waiting",
    isDone: state === "checked" || state === "failed",
  }));
}

/** Where all is counted before it is read, each of the two is half of the work. */
function inPass(percent: number, { pass, isCounted }: JobFacts): number {
  if (pass === "count") return Math.floor(percent / 2);
  return isCounted === true ? 50 + Math.floor(percent / 2) : percent;
}
