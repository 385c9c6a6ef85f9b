import { describe, expect, it } from "vitest";
import { closedMonths } from "../src/closed-months.ts";

describe("the months of a year that are closed", () => {
  it.each([
    ["2025-01-31T18:29:59Z", 0, 0],
    ["2025-01-31T18:30:00Z", 0, 1],
    ["2025-02-28T18:29:59Z", 28, 0],
    ["2025-02-28T18:30:00Z", 28, 1],
    ["2025-12-31T18:30:00Z", 0, 12],
    ["2030-01-01T00:00:00Z", 31, 12],
    ["2024-12-31T00:00:00Z", 0, 0],
  ])("at %s, %s days after they are over in India: %s", (at, closingDays, months) => {
    expect(closedMonths(2025, Date.parse(at), closingDays)).toBe(months);
  });
});
