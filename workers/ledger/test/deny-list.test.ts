import { evictDurableObject, runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import type { DeniedUser } from "@aarohan/contract";
import { describe, expect, it } from "vitest";

function user(change: Partial<DeniedUser> = {}): DeniedUser {
  return {
    userKey: crypto.randomUUID(),
    issuer: "https://idp",
    subject: "user-1",
    since: new Date().toISOString(),
    by: "administrator",
    ...change,
  };
}

const list = () => env.DENY_LIST.getByName(crypto.randomUUID());
const admit = (denied: DeniedUser) => env.RATE_LIMITER.getByName(denied.userKey).admit();
const inMinutes = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString();

describe("the deny list", () => {
  it("refuses the user's next request, and lists the user, until that is taken back", async () => {
    const tenant = list();
    const denied = user();
    expect(await admit(denied)).toMatchObject({ allowed: true, denied: false });
    await tenant.deny(denied);
    expect(await admit(denied)).toMatchObject({ allowed: false, denied: true });
    expect(await admit(user())).toMatchObject({ allowed: true, denied: false });
    expect(await tenant.list()).toEqual([denied]);
    await tenant.restore(denied.userKey);
    expect(await admit(denied)).toMatchObject({ allowed: true, denied: false });
    expect(await tenant.list()).toEqual([]);
  });

  it("outlasts evictions and the limiter's own clearing up", async () => {
    const tenant = list();
    const [always, awhile] = [user(), user({ until: inMinutes(60) })];
    for (const denied of [always, awhile]) {
      await tenant.deny(denied);
      const limiter = env.RATE_LIMITER.getByName(denied.userKey);
      await runDurableObjectAlarm(limiter);
      await evictDurableObject(limiter);
      expect(await admit(denied)).toMatchObject({ denied: true });
    }
  });

  it("lets a user in again when the time has passed", async () => {
    const tenant = list();
    const denied = user({ until: inMinutes(-1) });
    await tenant.deny(denied);
    expect(await admit(denied)).toMatchObject({ allowed: true, denied: false });
    expect(await tenant.list()).toEqual([]);
  });
});
