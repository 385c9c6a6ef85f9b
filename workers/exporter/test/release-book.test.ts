import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { ReleaseBook } from "../src/release-book.ts";
import { MemoryStorage } from "./memory-storage.ts";

vi.mock("cloudflare:workers", () => import("./durable-object.ts"));
vi.mock("../src/services.ts", () => ({ servicesFor: () => ({ config: { releaseMilliseconds: WEEK } }) }));

const WEEK = 604_800_000;
const NOW = Date.UTC(2026, 0, 1);

beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"], now: NOW }));
afterEach(() => void vi.useRealTimers());

it("does not know when the next release is made until the first round is over", async () => {
  const storage = new MemoryStorage();
  let answer: object | undefined;
  const cube = { counted: async () => answer };
  const env = { INDICATOR_CUBE: { getByName: () => cube } };
  const book = new ReleaseBook({ storage } as unknown as DurableObjectState, env as unknown as Env);
  expect((await book.state("t")).nextAt).toBeUndefined();
  await book.alarm();
  await book.alarm();
  expect((await book.state("t")).nextAt).toBeUndefined();
  answer = { dataAsOf: NOW, months: [] };
  await book.alarm();
  expect((await book.state("t")).nextAt).toBe(NOW + WEEK);
});
