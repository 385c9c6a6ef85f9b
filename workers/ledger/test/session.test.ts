import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { newSessionId, sessionNameOf } from "@aarohan/access";
import { describe, expect, it } from "vitest";

const HOLDER = {
  tenant: "session-test",
  agent: { issuer: "https://idp", subject: "asha", clientId: "dashboard", role: "viewer" },
} as const;

async function session(id = newSessionId()) {
  return { id, stub: env.SESSION.getByName(await sessionNameOf(id)) };
}

const storedIn = (stub: Awaited<ReturnType<typeof session>>["stub"]) =>
  runInDurableObject(stub, (_, state) => [...state.storage.kv.list()]);

describe("a session that nobody opened", () => {
  it("has no token, cannot be held, and whoever guesses leaves nothing behind", async () => {
    const { id, stub } = await session();
    expect(await stub.token(id)).toEqual({ kind: "ended" });
    expect(await stub.hold(HOLDER)).toBe(false);
    await stub.close(id);
    expect(await storedIn(stub)).toEqual([]);
    expect(await runDurableObjectAlarm(stub)).toBe(false);
  });
});

describe("a session whose time is over", () => {
  it("is told to the trail and deletes itself", async () => {
    const { id, stub } = await session();
    await runInDurableObject(stub, async (_, state) => {
      state.storage.kv.put("session", { kind: "held", sealed: "x", expires: Date.now() - 1, holder: HOLDER });
      await state.storage.setAlarm(Date.now() + 60_000);
    });
    expect(await stub.token(id)).toEqual({ kind: "ended" });
    expect(await runDurableObjectAlarm(stub)).toBe(true);
    expect(await storedIn(stub)).toEqual([]);
    const { events } = await env.AUDIT_TRAIL.getByName("session-test").search({ count: 10 });
    expect(events).toHaveLength(1);
    expect(JSON.parse(events[0] ?? "")).toMatchObject({
      type: { code: "110114" },
      subtype: [{ code: "110123" }],
      outcome: "0",
      outcomeDesc: "expired",
    });
  });

  it("is kept until the trail can be told, without its tokens", async () => {
    const { stub } = await session();
    const end = { requestId: "not-recorded" };
    await runInDurableObject(stub, async (_, state) => {
      // A trail without a name cannot be opened.
      state.storage.kv.put("session", { kind: "ended", end, tenant: "" });
      await state.storage.setAlarm(Date.now() + 60_000);
    });
    expect(await runDurableObjectAlarm(stub)).toBe(true);
    expect(await storedIn(stub)).toEqual([["session", { kind: "ended", end, tenant: "" }]]);
    expect(await runDurableObjectAlarm(stub)).toBe(true);
  });

  it("before it was anybody's is forgotten", async () => {
    const { stub } = await session();
    await runInDurableObject(stub, async (_, state) => {
      state.storage.kv.put("session", { kind: "opened", sealed: "x", expires: Date.now() + 60_000 });
      await state.storage.setAlarm(Date.now() + 60_000);
    });
    expect(await runDurableObjectAlarm(stub)).toBe(true);
    expect(await storedIn(stub)).toEqual([]);
  });
});
