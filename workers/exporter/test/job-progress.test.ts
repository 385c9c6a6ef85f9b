import { describe, expect, it } from "vitest";
import { tellProgress } from "../src/job-progress.ts";
import type { JobFacts, ShardRow } from "../src/job-store.ts";
import { NO_COUNTS } from "../src/shard-spec.ts";

/** As much of a job as progress is told of: what is remembered, and its shares. */
function jobOf(facts: Partial<JobFacts> = {}) {
  const job = {
    facts: { phase: "running", plannedTypes: [], told: { percent: 0, byType: {} }, ...facts } as JobFacts,
    shares: [] as ShardRow[],
    shards: () => job.shares,
    set(change: Partial<JobFacts>) {
      job.facts = { ...job.facts, ...change };
    },
  };
  return job;
}

function share(type: string, read: number, state: ShardRow["state"] = "reading"): ShardRow {
  const window = { from: undefined, before: 0 };
  const counts = { ...NO_COUNTS, read };
  return {
    number: 1,
    type,
    window,
    expected: 100,
    isHelper: false,
    file: undefined,
    state,
    counts,
    code: undefined,
  };
}

describe("progress", () => {
  it("is of all and by type, and 100 of a type only when all of it is checked", () => {
    const job = jobOf();
    job.shares = [
      share("Patient", 100, "checked"),
      share("Observation", 100, "read"),
      share("Observation", 20),
    ];
    expect(tellProgress(job)).toEqual({ percent: 73, byType: { Patient: 100, Observation: 60 } });
    job.shares = [share("Patient", 100, "checked"), share("Observation", 100, "read")];
    expect(tellProgress(job)).toEqual({ percent: 99, byType: { Patient: 100, Observation: 99 } });
  });

  it("does not go back, of all or of a type, where a share is read anew", () => {
    const job = jobOf();
    job.shares = [share("Patient", 80), share("Observation", 40)];
    expect(tellProgress(job)).toEqual({ percent: 60, byType: { Patient: 80, Observation: 40 } });
    job.shares = [share("Patient", 0), share("Observation", 50)];
    expect(tellProgress(job)).toEqual({ percent: 60, byType: { Patient: 80, Observation: 50 } });
  });

  it("has half of the way before it where all is counted first, and goes on from there", () => {
    const job = jobOf({ pass: "count" });
    job.shares = [share("Patient", 100, "counted")];
    expect(tellProgress(job)).toEqual({ percent: 49, byType: { Patient: 49 } });
    job.set({ pass: "read", isCounted: true });
    job.shares = [share("Patient", 0, "waiting")];
    expect(tellProgress(job)).toEqual({ percent: 50, byType: { Patient: 50 } });
    job.shares = [share("Patient", 50)];
    expect(tellProgress(job)).toEqual({ percent: 75, byType: { Patient: 75 } });
  });

  it.each([
    ["complete", 100],
    ["complete-with-errors", 100],
    ["failed", 40],
    ["cancelled", 40],
  ] as const)("of a job that is %s is %d", (end, percent) => {
    const job = jobOf({ phase: "done", end, told: { percent: 40, byType: {} } });
    expect(tellProgress(job).percent).toBe(percent);
  });
});
