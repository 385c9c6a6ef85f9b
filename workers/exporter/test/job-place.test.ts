import { describe, expect, it } from "vitest";
import { LEASE_MILLISECONDS, nextLook } from "../src/job-place.ts";
import type { JobPhase } from "../src/job-store.ts";

/** Looks from 0 on, as it is told to, until it may work, or until a time: when it looked, and whether it works then. */
async function looks(
  { phase = "planning", notBefore }: { readonly phase?: JobPhase; readonly notBefore?: number },
  hasPlace: (now: number) => boolean,
  until = 2 * 3_600_000,
) {
  const times: number[] = [];
  const facts = { phase, ...(notBefore === undefined ? {} : { notBefore }) };
  for (let now: number | undefined = 0; now !== undefined && now <= until; ) {
    times.push(now);
    const at: number = now;
    now = await nextLook(facts, async () => hasPlace(at), at);
  }
  return times;
}

describe("the place of a job that waits for the programme's server", () => {
  it.each([600_000, 3_600_000])("is kept for %d ms, and it works when they are over", async (notBefore) => {
    const times = await looks({ notBefore }, () => true);
    const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    expect(Math.max(...gaps)).toBeLessThan(LEASE_MILLISECONDS / 2);
    expect(times.at(-1)).toBe(notBefore);
  });

  it("is waited for again where it was lost, before it works, in every phase that works", async () => {
    for (const phase of ["queued", "planning", "running", "deletions"] as const) {
      const times = await looks({ phase, notBefore: 5000 }, (now) => now > 20_000);
      expect(times.at(-1)).toBe(22_000);
    }
  });

  it("is not needed to keep and to remove what is done", async () => {
    for (const phase of ["sealing", "done", "removing"] as const)
      expect(await looks({ phase, notBefore: 5000 }, () => false)).toEqual([0]);
  });
});
