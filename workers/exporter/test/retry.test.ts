import { EdgeError, type ErrorCode } from "@aarohan/contract";
import { describe, expect, it } from "vitest";
import { verdictOn } from "../src/retry.ts";

const GIVE_UP = 60_000;
const fault = (code: ErrorCode, retryAfterSeconds?: number) =>
  new EdgeError(code, "text", retryAfterSeconds === undefined ? {} : { retryAfterSeconds });

describe("a fault of a slice", () => {
  it("is tried again, after pauses that double up to a minute", () => {
    const pauses = Array.from({ length: 10 }, (_, index) =>
      verdictOn(fault("upstream-failed"), index + 1, 0, GIVE_UP),
    );
    expect(pauses.map((verdict) => (verdict.kind === "again" ? verdict.afterMilliseconds : 0))).toEqual([
      500, 1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000,
    ]);
  });

  it("waits as long as a busy server says, and never less than its own pause", () => {
    expect(verdictOn(fault("upstream-throttled", 90), 1, 0, GIVE_UP)).toEqual({
      kind: "again",
      afterMilliseconds: 90_000,
    });
    expect(verdictOn(fault("upstream-throttled", 1), 5, 0, GIVE_UP)).toEqual({
      kind: "again",
      afterMilliseconds: 8000,
    });
  });

  it("asks for smaller pages where one was too large, or twice too slow", () => {
    expect(verdictOn(fault("upstream-page-too-large"), 1, 0, GIVE_UP)).toEqual({ kind: "smaller" });
    expect(verdictOn(fault("upstream-timeout"), 1, 0, GIVE_UP).kind).toBe("again");
    expect(verdictOn(fault("upstream-timeout"), 2, 0, GIVE_UP)).toEqual({ kind: "smaller" });
  });

  it.each<ErrorCode>(["search-refused", "export-policy-changed", "role-not-served", "tenant-not-served"])(
    "ends it at once where time does not mend it: %s",
    (code) => {
      expect(verdictOn(fault(code), 1, 0, GIVE_UP)).toEqual({ kind: "end", code });
    },
  );

  it("ends it after the time that is set, and faults of our own after a few times", () => {
    expect(verdictOn(fault("upstream-failed"), 3, GIVE_UP + 1, GIVE_UP)).toEqual({
      kind: "end",
      code: "upstream-failed",
    });
    expect(verdictOn(new TypeError("x"), 5, 0, GIVE_UP).kind).toBe("again");
    expect(verdictOn(new TypeError("x"), 6, 0, GIVE_UP)).toEqual({ kind: "end", code: "internal" });
  });
});
