import { hasFiles, type ListedExport } from "./export-job.ts";

/** The most that is shown of what is not complete. */
const MOST_UNDER_WAY = 99;

/** What is shown of a job: progress never goes back, and is 100 % once it is complete and no sooner. */
export function shownProgress(before: ListedExport | undefined, now: ListedExport): ListedExport {
  const percent = Math.max(before?.percent ?? 0, Math.floor(now.percent));
  return {
    ...now,
    percent: hasFiles(now) ? 100 : Math.min(MOST_UNDER_WAY, percent),
    progress: now.types.map((type) => ({ type, percent: shownPercent(before, now, type) })),
  };
}

/** A type may be complete while others go on. */
function shownPercent(before: ListedExport | undefined, now: ListedExport, type: string): number {
  if (hasFiles(now)) return 100;
  return Math.max(percentOf(before, type), Math.floor(percentOf(now, type)));
}

function percentOf(job: ListedExport | undefined, type: string): number {
  return job?.progress?.find((each) => each.type === type)?.percent ?? 0;
}

/** What of a job changes when it gets on. */
export function hasMoved(before: ListedExport, now: ListedExport): boolean {
  return (
    before.state !== now.state ||
    before.resources !== now.resources ||
    before.files !== now.files ||
    before.percent !== now.percent ||
    now.types.some((type) => percentOf(before, type) !== percentOf(now, type))
  );
}
