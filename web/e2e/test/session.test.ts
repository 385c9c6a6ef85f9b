import type { Page } from "playwright-core";
import { afterEach, describe, expect, it } from "vitest";
import { open, settled, signIn } from "../src/arrival.ts";
import { type Visitor, visitor } from "../src/visitor.ts";

let someone: Visitor | undefined;
afterEach(async () => {
  await someone?.close();
  someone = undefined;
});

async function arriveSignedIn(person: "asha" | "meera", path: string): Promise<Visitor> {
  someone = await visitor(undefined);
  await open(someone.page, path);
  await signIn(someone.page, person);
  await settled(someone.page);
  return someone;
}

describe("a session", () => {
  it("leaves what is shown when it ends, and goes on with the same view", async () => {
    const { page, context } = await arriveSignedIn("asha", "/overview?period=2025");
    const shown = await page.locator("main .figure").allInnerTexts();
    await context.clearCookies();
    await page.getByRole("combobox", { name: /^Sex/ }).focus();
    await page
      .locator("main")
      .getByRole("link", { name: "Exports" })
      .or(page.locator(".rail a[href='/exports']"))
      .click();
    await page.getByText("The session has ended.").waitFor();
    await page.goBack();
    await page.getByText("The session has ended.").waitFor();
    const signInLink = page.getByRole("status").getByRole("link", { name: "Sign in" });
    expect(await signInLink.getAttribute("href")).toBe(
      `/auth/login?return=${encodeURIComponent("/overview?period=2025")}`,
    );
    await signInLink.click();
    await page.getByLabel("Name").fill("asha");
    await page.getByLabel("Password").fill("demo-password");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("button", { name: "Sign out" }).waitFor();
    await settled(page);
    expect(new URL(page.url()).search).toBe("?period=2025");
    expect(await page.locator("main .figure").allInnerTexts()).toEqual(shown);
  });

  it("is in a cookie that no script reads, and nowhere else in the browser", async () => {
    const { page, context } = await arriveSignedIn("meera", "/overview?period=2025");
    await page.getByRole("combobox", { name: "Served as" }).selectOption({ label: "System administrator" });
    for (const path of ["/exports", "/audit", "/settings"]) {
      await open(page, path);
      expect(await page.locator("main h1").textContent()).not.toBe("There is no such page");
    }
    const cookies = (await context.cookies()).filter(({ path }) => path === "/");
    expect(cookies.length).toBeGreaterThan(0);
    for (const { httpOnly, sameSite } of cookies) {
      expect(httpOnly).toBe(true);
      expect(["Lax", "Strict"]).toContain(sameSite);
    }
    expect(await stored(page)).toEqual(["session aarohan-role = system-administrator"]);
    expect(await page.evaluate(() => document.cookie)).toBe("");
  });

  it("ends when somebody signs out, here and at the issuer", async () => {
    const { page, context } = await arriveSignedIn("asha", "/overview");
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByRole("button", { name: "Sign out" }).and(page.locator("[name=logout]")).click();
    await page.waitForLoadState("networkidle");
    await open(page, "/overview");
    expect(await page.getByRole("button", { name: "Sign out" }).count()).toBe(0);
    expect(await page.locator("main h1").textContent()).toBe("Screening data out, identities stay in.");
    await page.getByRole("banner").getByRole("link", { name: "Sign in" }).click();
    await page.getByLabel("Password").waitFor();
    expect((await context.cookies()).filter(({ name }) => name.includes("aarohan-session"))).toEqual([]);
  });
});

/** What scripts have kept: which storage, under which name, what. */
function stored(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const lines = (kind: string, storage: Storage) =>
      Object.entries(storage).map(([name, value]) => `${kind} ${name} = ${value}`);
    const databases = (await indexedDB.databases()).map(({ name }) => `database ${name}`);
    return [...lines("local", localStorage), ...lines("session", sessionStorage), ...databases];
  });
}
