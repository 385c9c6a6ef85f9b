import type { JobFacts, JobPhase } from "./job-store.ts";

/** A job that says nothing for so long has lost its place among those of its tenant that run. */
export const LEASE_MILLISECONDS = 5 * 60_000;
/** So often a job that waits for the programme's server says that it is still there. */
export const RENEWAL_MILLISECONDS = 60_000;
/** How often a job looks that waits for its place. */
const QUEUE_MILLISECONDS = 2000;

/** In the others nothing is asked of the programme's server but Consents. */
const PLACED: ReadonlySet<JobPhase> = new Set(["queued", "planning", "running", "deletions"]);

/**
 * When a job that wakes now has to look again before it works; `undefined` where it may work. Takes its place, or renews
 * it, at each look: where it was lost, it is waited for again.
 */
export async function nextLook(
  { phase, notBefore = 0 }: Pick<JobFacts, "phase" | "notBefore">,
  takePlace: () => Promise<boolean>,
  now: number,
): Promise<number | undefined> {
  if (!PLACED.has(phase)) return undefined;
  if (!(await takePlace())) return now + QUEUE_MILLISECONDS;
  return notBefore > now ? Math.min(notBefore, now + RENEWAL_MILLISECONDS) : undefined;
}
