import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";

const NOTHING = { denominators: [], publishedWidgets: [] };
const CHANGE = { at: "2026-11-28T00:00:00.000Z", by: "anil", requestId: "r" };

const settings = () => env.SETTINGS.getByName(crypto.randomUUID());

describe("settings", () => {
  it("begin as they were deployed, and outlast an eviction once they are changed", async () => {
    const tenant = settings();
    expect(await tenant.read()).toEqual({ version: 0, settings: undefined });
    expect(await tenant.change(0, NOTHING, CHANGE)).toEqual({ kind: "changed", version: 1 });
    await evictDurableObject(tenant);
    expect(await tenant.read()).toEqual({ version: 1, settings: NOTHING });
  });

  it("that nobody has changed leave nothing in the storage", async () => {
    const tenant = settings();
    await tenant.read();
    const tables = await runInDurableObject(tenant, (_, { storage }) => [
      ...storage.sql.exec<{ name: string }>(
        "SELECT name FROM sqlite_master WHERE name NOT LIKE '\\_cf%' ESCAPE '\\'",
      ),
    ]);
    expect(tables).toEqual([]);
  });

  it("are changed from the version in force alone", async () => {
    const tenant = settings();
    const answers = await Promise.all(Array.from({ length: 10 }, () => tenant.change(0, NOTHING, CHANGE)));
    expect(answers.filter(({ kind }) => kind === "changed")).toHaveLength(1);
    expect(await tenant.change(0, NOTHING, CHANGE)).toEqual({ kind: "conflict", version: 1 });
    expect(await tenant.change(2, NOTHING, CHANGE)).toEqual({ kind: "conflict", version: 1 });
  });

  it("keep who made each of the last hundred versions, and no more", async () => {
    const tenant = settings();
    for (let version = 0; version < 120; version += 1) {
      await tenant.change(version, NOTHING, { ...CHANGE, by: `user-${version}` });
    }
    const kept = await runInDurableObject(tenant, (_, { storage }) => [
      ...storage.sql.exec<{ version: number; by: string }>(
        "SELECT version, by FROM version ORDER BY version",
      ),
    ]);
    expect(kept).toHaveLength(100);
    expect(kept.at(-1)).toEqual({ version: 120, by: "user-119" });
  });
});
