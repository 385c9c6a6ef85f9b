import type { RefusalCount } from "@aarohan/contract";
import { expect, it } from "vitest";
import { createRefusals } from "../src/refusals.ts";

it("gathers refusals by minute and code, and writes them together", async () => {
  let goOn: () => void = () => undefined;
  const refusals = createRefusals(() => new Promise((done) => (goOn = done)));
  const written: RefusalCount[][] = [];
  const write = async (counts: RefusalCount[]) => {
    written.push(counts);
  };
  const at = new Date("2026-11-01T10:00:30Z");
  refusals.count("token-missing", at);
  const flushed = refusals.flushLater(write);
  refusals.count("token-missing", at);
  refusals.count("token-invalid", at);
  expect(refusals.flushLater(write)).toBeUndefined();
  goOn();
  await flushed;
  expect(written).toEqual([
    [
      { minute: "2026-11-01T10:00:00.000Z", code: "token-missing", count: 2 },
      { minute: "2026-11-01T10:00:00.000Z", code: "token-invalid", count: 1 },
    ],
  ]);
  expect(refusals.flushLater(write)).toBeDefined();
});
