import { describe, expect, it } from "vitest";
import { createSealedBox, derivedKey, newSessionId, sessionBox, sessionNameOf } from "../src/index.ts";

const KEY = new Uint8Array(32).fill(7);

describe("a sealed box", () => {
  it("opens to what was put in, with the same key and binding alone", async () => {
    const box = await createSealedBox(KEY);
    const sealed = await box.seal({ a: 1 }, ["x", "y"]);
    expect(sealed).toMatch(/^[A-Za-z0-9_-]+$/);
    expect(await box.open(sealed, ["x", "y"])).toEqual({ a: 1 });
    expect(await box.seal({ a: 1 }, ["x", "y"])).not.toBe(sealed);
    for (const binding of [[], ["x"], ["x,y"], ["y", "x"]])
      expect(await box.open(sealed, binding)).toBeUndefined();
    const other = await createSealedBox(await derivedKey(KEY, "other"));
    expect(await other.open(sealed, ["x", "y"])).toBeUndefined();
  });

  it("does not open when any of its characters is changed, or none is there", async () => {
    const box = await createSealedBox(KEY);
    const sealed = await box.seal("secret", []);
    for (let at = 0; at < sealed.length - 1; at += 1) {
      const changed = `${sealed.slice(0, at)}${sealed[at] === "A" ? "B" : "A"}${sealed.slice(at + 1)}`;
      expect(await box.open(changed, [])).toBeUndefined();
    }
    for (const nothing of ["", "A", "%", "é"]) expect(await box.open(nothing, [])).toBeUndefined();
  });

  it("has another key for each purpose, always the same", async () => {
    expect(await derivedKey(KEY, "one")).toEqual(await derivedKey(KEY, "one"));
    expect(await derivedKey(KEY, "one")).not.toEqual(await derivedKey(KEY, "two"));
  });
});

describe("a session's id", () => {
  it("opens what is kept of the session, and its name does not", async () => {
    const id = newSessionId();
    const sealed = await (await sessionBox(id)).seal("token", []);
    expect(await (await sessionBox(id)).open(sealed, [])).toBe("token");
    expect(await (await sessionBox(await sessionNameOf(id))).open(sealed, [])).toBeUndefined();
    expect(new Set(Array.from({ length: 100 }, newSessionId)).size).toBe(100);
  });
});
