import { progressText } from "@aarohan/export";
import { describe, expect, it } from "vitest";
import { progressOf, tellProgress } from "../src/job-progress.ts";
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

function share(type: string, read: number, state: ShardRow["state"] = "reading", expected = 100): ShardRow {
  const window = { from: undefined, before: 0 };
  const counts = { ...NO_COUNTS, read };
  return {
    number: 1,
    type,
    window,
    expected,
    isHelper: false,
    file: undefined,
    state,
    counts,
    code: undefined,
  };
}

const ORDERED = ["Patient", "Observation"];

describe("progress", () => {
  it("is of all and by type, and 100 of a type only when all of it is checked", () => {
    const job = jobOf();
    job.shares = [
      share("Patient", 100, "checked"),
      share("Observation", 100, "read"),
      share("Observation", 20),
    ];
    expect(tellProgress(job, ORDERED)).toEqual({ percent: 73, byType: { Patient: 100, Observation: 60 } });
    job.shares = [share("Patient", 100, "checked"), share("Observation", 100, "read")];
    expect(tellProgress(job, ORDERED)).toEqual({ percent: 99, byType: { Patient: 100, Observation: 99 } });
  });

  it("is of the types that were ordered: one without shares is done, one that is only looked at is not told", () => {
    const job = jobOf();
    job.shares = [share("Observation", 20), { ...share("Patient", 50), isHelper: true }];
    expect(tellProgress(job, ["Observation", "Condition"]).byType).toEqual({
      Observation: 20,
      Condition: 100,
    });
  });

  it.each(["waiting", "reading", "counted", "read", "checking", "checked"] as const)(
    "is alike where one resource was found and where none was, once it is %s",
    (state) => {
      const told = [
        [1, 1],
        [0, 0],
      ].map(([found = 0, read = 0]) => {
        const job = jobOf();
        const isRead = state !== "waiting" && state !== "reading";
        job.shares = [share("Condition", isRead ? read : 0, state, found)];
        const { percent, byType } = tellProgress(job, ["Condition"]);
        return { text: progressText(percent, progressOf(job.shares)), byType };
      });
      expect(told[0]).toEqual(told[1]);
    },
  );

  it("does not go back, of all or of a type, where a share is read anew", () => {
    const job = jobOf();
    job.shares = [share("Patient", 80), share("Observation", 40)];
    expect(tellProgress(job, ORDERED)).toEqual({ percent: 60, byType: { Patient: 80, Observation: 40 } });
    job.shares = [share("Patient", 0), share("Observation", 50)];
    expect(tellProgress(job, ORDERED)).toEqual({ percent: 60, byType: { Patient: 80, Observation: 50 } });
  });

  it("has half of the way before it where all is counted first, and goes on from there", () => {
    const job = jobOf({ pass: "count" });
    job.shares = [share("Patient", 100, "counted")];
    expect(tellProgress(job, ["Patient"])).toEqual({ percent: 49, byType: { Patient: 49 } });
    job.set({ pass: "read", isCounted: true });
    job.shares = [share("Patient", 0, "waiting")];
    expect(tellProgress(job, ["Patient"])).toEqual({ percent: 50, byType: { Patient: 50 } });
    job.shares = [share("Patient", 50)];
    expect(tellProgress(job, ["Patient"])).toEqual({ percent: 75, byType: { Patient: 75 } });
  });

  it.each([
    ["complete", 100],
    ["complete-with-errors", 100],
    ["failed", 40],
    ["cancelled", 40],
  ] as const)("of a job that is %s is %d", (end, percent) => {
    const job = jobOf({ phase: "done", end, told: { percent: 40, byType: {} } });
    expect(tellProgress(job, ORDERED).percent).toBe(percent);
  });
});
