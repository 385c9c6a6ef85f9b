import { Hono } from "hono";
import { afterEach, expect, it, vi } from "vitest";
import { status } from "../src/discovery.ts";
import type { GatewayEnv } from "../src/gateway-env.ts";
import type { Services } from "../src/services.ts";

afterEach(() => vi.useRealTimers());

it("asks a slow server once in 15 s, however many want to know, and tells what was known before", async () => {
  vi.useFakeTimers();
  const answers: ((reachable: boolean) => void)[] = [];
  const isReachable = () => new Promise<boolean>((answered) => answers.push(answered));
  const app = new Hono<GatewayEnv>();
  app.use(async (c, next) => {
    c.set("services", {
      programme: { tenant: () => ({ upstream: { isReachable } }) },
    } as unknown as Services);
    await next();
  });
  app.get("/status", status());
  const upstream = async () => (await (await app.request("/status")).json<{ upstream: string }>()).upstream;

  const first = upstream();
  expect(await Promise.all([upstream(), upstream()])).toEqual(["unreachable", "unreachable"]);
  expect(answers).toHaveLength(1);
  answers[0]?.(true);
  expect(await first).toBe("reachable");

  vi.advanceTimersByTime(15_001);
  const second = upstream();
  expect(await upstream()).toBe("reachable");
  expect(answers).toHaveLength(2);
  answers[1]?.(false);
  expect(await second).toBe("unreachable");
  expect(await upstream()).toBe("unreachable");
});
