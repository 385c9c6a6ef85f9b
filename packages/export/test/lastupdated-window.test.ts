import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type LastUpdatedWindow, planWindows, windowParameters } from "../src/index.ts";

const inside = (time: number, { from = Number.NEGATIVE_INFINITY, before }: LastUpdatedWindow) =>
  time >= from && time < before;

function portsOf(times: readonly number[]) {
  return {
    count: async (window: LastUpdatedWindow) => times.filter((time) => inside(time, window)).length,
    oldest: async () => times.toSorted((a, b) => a - b)[0],
  };
}

describe("windows of meta.lastUpdated", () => {
  it("hold every resource once, and no more than allowed where their times differ", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1_000_000, max: 900_000_000 }), { minLength: 1, maxLength: 300 }),
        fc.option(fc.constant(500_000), { nil: undefined }),
        async (times, from) => {
          const windows = await planWindows(
            { from, before: 1_000_000_000 },
            times.length,
            portsOf(times),
            20,
          );
          for (const time of times) expect(windows.filter((window) => inside(time, window))).toHaveLength(1);
          for (const window of windows) {
            const held = times.filter((time) => inside(time, window)).length;
            if (window.before - (window.from ?? 0) > 1000) expect(held).toBeLessThanOrEqual(20);
          }
          expect(windows[0]?.from).toBe(from);
          expect(windows.at(-1)?.before).toBe(1_000_000_000);
        },
      ),
      { numRuns: 200, seed: 3 },
    );
  });

  it("are one where everything was written within a second, or the server does not say when", async () => {
    const times = Array.from({ length: 100 }, (_, index) => 5_000_000 + index);
    const burst = await planWindows({ from: undefined, before: 9_000_000_000 }, 100, portsOf(times), 20);
    expect(burst).toHaveLength(1);
    const silent = { ...portsOf(times), oldest: async () => undefined };
    expect(await planWindows({ from: undefined, before: 9_000_000_000 }, 100, silent, 20)).toHaveLength(1);
  });

  it("leave nothing out, whatever the server says that it counts", async () => {
    for (const lie of [0, 7, 1_000_000]) {
      const ports = { count: async () => lie, oldest: async () => 1000 };
      const windows = await planWindows({ from: undefined, before: 1_000_000 }, 500, ports, 20);
      let at: number | undefined;
      for (const window of windows) {
        expect(window.from).toBe(at);
        at = window.before;
      }
      expect(at).toBe(1_000_000);
    }
  });

  it("are searched by instants", () => {
    expect(windowParameters({ from: 0, before: 1500 })).toEqual([
      ["_lastUpdated", "ge1970-01-01T00:00:00.000Z"],
      ["_lastUpdated", "lt1970-01-01T00:00:01.500Z"],
    ]);
    expect(windowParameters({ from: undefined, before: 0 })).toHaveLength(1);
  });
});
