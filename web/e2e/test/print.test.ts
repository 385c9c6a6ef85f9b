import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { open } from "../src/arrival.ts";
import { ARTEFACTS } from "../src/programme.ts";
import { type Visitor, visitor } from "../src/visitor.ts";

let someone: Visitor | undefined;
afterEach(async () => {
  await someone?.close();
  someone = undefined;
});

const FILTERS = [
  ["Period", "2025"],
  ["State", "Karnataka"],
  ["District", "All"],
  ["Setting", "Field"],
  ["Sex", "Female"],
  ["Age at the screening", "40–49"],
  ["Compare", "Districts"],
] as const;

it("prints a title page with every filter, and no chart over two pages", async () => {
  someone = await visitor("asha");
  const { page } = someone;
  await open(page, "/overview?period=2025&setting=field&sex=female&age-band=40-49");
  await page.getByRole("combobox", { name: /^State/ }).selectOption({ label: "Karnataka" });
  await page.waitForURL(/state=/);
  await open(page, page.url());
  await page.emulateMedia({ media: "print" });
  const title = page.locator(".title-page");
  expect(await title.isVisible()).toBe(true);
  expect(
    await title
      .locator("dl > div")
      .evaluateAll((all) => all.map((one) => [...one.children].map((each) => each.textContent))),
  ).toEqual(FILTERS);
  expect(await title.textContent()).toContain(page.url());
  expect(await title.evaluate((element) => getComputedStyle(element).breakAfter)).toBe("page");
  expect(await page.locator(".no-print:visible, nav:visible, .top:visible").count()).toBe(0);
  const breaks = await page
    .getByRole("figure")
    .evaluateAll((all) => all.map((one) => getComputedStyle(one).breakInside));
  expect(new Set(breaks)).toEqual(new Set(["avoid"]));
  const paper = await page.pdf({ path: join(ARTEFACTS, "overview.pdf"), format: "A4" });
  const pages = paper.toString("latin1").match(/\/Type\s*\/Page\b/g) ?? [];
  expect(pages.length).toBeGreaterThanOrEqual(3);
});
