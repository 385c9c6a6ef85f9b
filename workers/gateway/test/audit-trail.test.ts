import type { AuditPage, AuditQuery } from "@aarohan/contract";
import { expect, it } from "vitest";
import { eventOf } from "../src/audit-trail.ts";

/** A trail whose pages hold this, one after the other. */
function trailOf(...pages: readonly (readonly string[])[]) {
  const asked: AuditQuery[] = [];
  return {
    asked,
    async search(query: AuditQuery): Promise<AuditPage> {
      const page = asked.push(query) - 1;
      return { events: pages[page] ?? [], next: page + 1 < pages.length ? 1000 - page : undefined };
    },
  };
}

it("finds an event behind pages that hold none: old days are read some at a time", async () => {
  const trail = trailOf([], [], ["event"], ["another"]);
  expect(await eventOf(trail, "id")).toBe("event");
  expect(trail.asked).toEqual([
    { requestId: "id", count: 1 },
    { requestId: "id", count: 1, before: 1000 },
    { requestId: "id", count: 1, before: 999 },
  ]);
});

it("has looked at every page before it says that there is none", async () => {
  const trail = trailOf([], [], []);
  expect(await eventOf(trail, "id")).toBeUndefined();
  expect(trail.asked).toHaveLength(3);
});
