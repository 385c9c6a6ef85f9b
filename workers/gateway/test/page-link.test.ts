import { describe, expect, it } from "vitest";
import { createPageLinks, type PageLink } from "../src/page-link.ts";

const KEY = new Uint8Array(32).fill(1);
const LINK: PageLink = {
  place: { cursor: "?_getpages=x", offset: 3 },
  started: 1,
  count: 10,
  format: "csv",
  pretty: false,
  search: [["_sort", "-date"]],
  expiresAtSeconds: 1000,
};
const BINDING = ["default", "user", "data-analyst", "programme@1", "Patient"];

describe("a page link", () => {
  it("opens to what was sealed, and tells nothing of it", async () => {
    const links = await createPageLinks(KEY);
    const token = await links.seal(LINK, BINDING);
    expect(token).toMatch(/^[A-Za-z0-9_-]+$/);
    expect(Buffer.from(token, "base64url").toString("latin1")).not.toContain("getpages");
    expect(await links.open(token, BINDING, 999)).toEqual(LINK);
    expect(await links.seal(LINK, BINDING)).not.toBe(token);
  });

  it("is refused once it has expired", async () => {
    const links = await createPageLinks(KEY);
    const token = await links.seal(LINK, BINDING);
    await expect(links.open(token, BINDING, 1001)).rejects.toMatchObject({
      code: "page-expired",
      parameter: "_page",
    });
  });

  it("is refused for another tenant, user, role, policy or type, and under another key", async () => {
    const links = await createPageLinks(KEY);
    const token = await links.seal(LINK, BINDING);
    for (const index of BINDING.keys()) {
      const other = BINDING.map((part, at) => (at === index ? `${part}x` : part));
      await expect(links.open(token, other, 0)).rejects.toMatchObject({ code: "page-expired" });
    }
    const rotated = await createPageLinks(new Uint8Array(32).fill(2));
    await expect(rotated.open(token, BINDING, 0)).rejects.toMatchObject({ code: "page-expired" });
  });

  it("is refused when any part of it is changed", async () => {
    const links = await createPageLinks(KEY);
    const token = await links.seal(LINK, BINDING);
    for (let at = 0; at < token.length; at += 7) {
      const changed = token.slice(0, at) + (token[at] === "A" ? "B" : "A") + token.slice(at + 1);
      await expect(links.open(changed, BINDING, 0)).rejects.toMatchObject({ code: "page-expired" });
    }
    for (const bad of ["", "x", "é", token.slice(0, 10), `${token}AAAA`]) {
      await expect(links.open(bad, BINDING, 0)).rejects.toMatchObject({ code: "page-expired" });
    }
  });
});
