import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { rawRequest } from "../src/raw-client.ts";
import { startTestStack, type TestStack } from "../src/test-stack.ts";

let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack({ patients: 10 });
});
afterAll(() => stack.close());

/** Statuses of so many requests from one address, in their order, a few at a time. */
async function statusesOf(path: string, count: number): Promise<number[]> {
  const statuses: number[] = [];
  for (let sent = 0; sent < count; sent += 20) {
    const some = Array.from({ length: 20 }, () => rawRequest(`${stack.edge.url}${path}`));
    statuses.push(...(await Promise.all(some)).map(({ status }) => status));
  }
  return statuses;
}

describe("one address may", () => {
  it.each([
    ["begin to sign in 120 times a minute, and then waits", "/auth/login", 120],
    [
      "ask for widgets 600 times a minute, and then waits",
      "/embed/reports/coverage?measure=screening-coverage",
      600,
    ],
  ])("%s", async (_, path, allowed) => {
    // More than two minutes' worth: the minute may turn while they are sent.
    const sent = 2 * allowed + 20;
    const statuses = await statusesOf(path, sent);
    expect(statuses.slice(0, 20)).not.toContain(429);
    const served = statuses.filter((status) => status !== 429).length;
    expect(served).toBeGreaterThanOrEqual(allowed);
    expect(served).toBeLessThanOrEqual(2 * allowed);
  });
});
