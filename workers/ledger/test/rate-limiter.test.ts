import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";

const MINUTE = 60_000;
/** Tests choose their own times; these lie in the past, so that no alarm is due in between. */
const START = Date.parse("2026-01-01T00:00:00Z");

function limiter() {
  return env.RATE_LIMITER.getByName(crypto.randomUUID());
}

describe("the request limiter", () => {
  it("admits exactly 100 of 150 that come at once", async () => {
    const user = limiter();
    const decisions = await Promise.all(Array.from({ length: 150 }, () => user.admit()));
    expect(decisions.filter(({ allowed }) => allowed)).toHaveLength(100);
    expect(decisions.at(-1)).toMatchObject({ allowed: false, limit: 100, windowSeconds: 60, remaining: 0 });
    expect(decisions.at(-1)?.resetSeconds).toBeGreaterThan(0);
    expect(decisions.at(-1)?.resetSeconds).toBeLessThanOrEqual(60);
  });

  it("keeps users apart", async () => {
    const [one, other] = [limiter(), limiter()];
    for (let request = 0; request < 100; request += 1) await one.admitAt(START);
    expect((await one.admitAt(START)).allowed).toBe(false);
    expect((await other.admitAt(START)).allowed).toBe(true);
  });

  it("admits again exactly when a request leaves the window, as long as it told to wait", async () => {
    const user = limiter();
    for (let request = 0; request < 100; request += 1) await user.admitAt(START + request * 100);
    const refused = await user.admitAt(START + 10_500);
    expect(refused).toMatchObject({ allowed: false, resetSeconds: 50 });
    expect((await user.admitAt(START + MINUTE - 1)).allowed).toBe(false);
    expect((await user.admitAt(START + MINUTE)).allowed).toBe(true);
    expect((await user.admitAt(START + MINUTE)).allowed).toBe(false);
    expect((await user.admitAt(START + MINUTE + 100)).allowed).toBe(true);
  });

  it("never admits more than 100 in any minute, and refuses nothing that fits", async () => {
    const user = limiter();
    const accepted: number[] = [];
    let now = START;
    // A fixed sequence of uneven gaps: bursts, pauses, and everything between.
    for (let request = 0; request < 1500; request += 1) {
      now += (request * 7919) % 13 === 0 ? (request * 104_729) % 20_000 : (request * 31) % 90;
      const inWindow = accepted.filter((time) => time > now - MINUTE).length;
      const { allowed, remaining } = await user.admitAt(now);
      expect(allowed).toBe(inWindow < 100);
      if (allowed) accepted.push(now);
      expect(remaining).toBe(100 - accepted.filter((time) => time > now - MINUTE).length);
    }
    expect(accepted.length).toBeGreaterThan(300);
    expect(accepted.length).toBeLessThan(1500);
  });

  it("gives no fresh allowance after an eviction", async () => {
    const user = limiter();
    await Promise.all(Array.from({ length: 100 }, () => user.admit()));
    await evictDurableObject(user);
    expect((await user.admit()).allowed).toBe(false);
  });

  it("never admits more than 100 in any minute over evictions, and loses nine a time at most", async () => {
    const user = limiter();
    const accepted: number[] = [];
    let lost = 0;
    for (let request = 0; request < 400; request += 1) {
      const now = START + request * 400;
      if (request % 60 === 59) {
        await evictDurableObject(user);
        lost += 9;
      }
      const inWindow = accepted.filter((time) => time > now - MINUTE).length;
      const { allowed } = await user.admitAt(now);
      if (allowed) expect(inWindow).toBeLessThan(100);
      else expect(inWindow).toBeGreaterThanOrEqual(100 - Math.min(lost, 27));
      if (allowed) accepted.push(now);
    }
    expect(accepted.length).toBeGreaterThan(200);
  });

  it("writes one in ten acceptances of a busy user", async () => {
    const user = limiter();
    const kept = new Set<string>();
    for (let request = 0; request < 50; request += 1) {
      await user.admitAt(START + request);
      kept.add(
        await runInDurableObject(user, (_, state) => JSON.stringify(state.storage.kv.get("acceptances"))),
      );
    }
    expect(kept.size).toBe(5);
  });

  it("writes on acceptance alone", async () => {
    const user = limiter();
    for (let request = 0; request < 100; request += 1) await user.admitAt(START);
    const before = await runInDurableObject(user, (_, state) => state.storage.kv.get("acceptances"));
    await user.admitAt(START + 1);
    const after = await runInDurableObject(user, (_, state) => state.storage.kv.get("acceptances"));
    expect(after).toEqual(before);
  });

  it("has the first refusal of a minute recorded by who refuses, and tells the trail how many came after it", async () => {
    const tenant = crypto.randomUUID();
    const agent = { issuer: "https://idp", subject: "user-1", clientId: "analyst", role: "none" } as const;
    const user = limiter();
    const told = await Promise.all(Array.from({ length: 150 }, () => user.admit({ tenant, agent })));
    expect(told.map(({ allowed, isCounted }) => [allowed, isCounted])).toEqual([
      ...Array(100).fill([true, false]),
      [false, false],
      ...Array(49).fill([false, true]),
    ]);
    await user.deny(Date.now() + MINUTE);
    const denied = [await user.admit({ tenant, agent }), await user.admit({ tenant, agent })];
    expect(denied.map(({ isCounted }) => isCounted)).toEqual([false, true]);
    const events = async () => {
      const page = await env.AUDIT_TRAIL.getByName(tenant).search({ subject: "user-1", count: 10 });
      return page.events.map((event) => JSON.parse(event));
    };
    expect(await events()).toEqual([]);
    expect(await runDurableObjectAlarm(user)).toBe(true);
    expect(await events()).toMatchObject([
      {
        type: { code: "rest" },
        outcome: "4",
        agent: [{ who: { identifier: { system: "https://idp", value: "user-1" } }, altId: "analyst" }],
        entity: [
          {
            detail: [
              { type: expect.stringMatching(/^rate-limited \d{4}-/), valueString: "49" },
              { type: expect.stringMatching(/^token-revoked \d{4}-/), valueString: "1" },
            ],
          },
        ],
      },
    ]);
    // Told once; the object still cleans up after itself.
    expect(await runDurableObjectAlarm(user)).toBe(true);
    expect(await events()).toHaveLength(1);
  });

  it("has the first refusal of the next minute recorded again", async () => {
    const tenant = crypto.randomUUID();
    const agent = { issuer: "https://idp", subject: "user-1", clientId: "analyst", role: "none" } as const;
    const user = limiter();
    await user.deny(Number.MAX_SAFE_INTEGER);
    const start = Date.now();
    const counted = [];
    for (const later of [0, 1, MINUTE - 1, MINUTE, MINUTE + 1]) {
      counted.push((await user.admitAt(start + later, { tenant, agent })).isCounted);
    }
    expect(counted).toEqual([false, true, true, false, true]);
  });

  it("removes what it keeps of an idle user, and not of a busy one", async () => {
    const idle = limiter();
    await idle.admitAt(START);
    expect(await runDurableObjectAlarm(idle)).toBe(true);
    expect(await runInDurableObject(idle, (_, state) => [...state.storage.kv.list()])).toEqual([]);
    const busy = limiter();
    await Promise.all(Array.from({ length: 100 }, () => busy.admit()));
    expect(await runDurableObjectAlarm(busy)).toBe(true);
    expect((await busy.admit()).allowed).toBe(false);
  });
});
