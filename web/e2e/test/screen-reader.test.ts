import type { Page } from "playwright-core";
import { afterEach, describe, expect, it } from "vitest";
import { open, type Person } from "../src/arrival.ts";
import { type Visitor, visitor } from "../src/visitor.ts";

let someone: Visitor | undefined;
afterEach(async () => {
  await someone?.close();
  someone = undefined;
});

interface PageCase {
  readonly person: Person | undefined;
  readonly path: string;
}

const PAGES: readonly PageCase[] = [
  { person: undefined, path: "/" },
  { person: undefined, path: "/playground" },
  ...(["asha", "vikram"] as const).flatMap((person) =>
    ["/overview", "/coverage", "/detection", "/referrals", "/embedding"].map((path) => ({ person, path })),
  ),
  ...["/exports", "/exports/new?type=Patient", "/dictionary"].map((path) => ({
    person: "asha" as const,
    path,
  })),
  ...["/overview", "/coverage", "/detection", "/referrals", "/embedding", "/audit", "/settings"].map(
    (path) => ({
      person: "anil" as const,
      path,
    }),
  ),
  ...["/exports", "/dictionary", "/playground"].map((path) => ({ person: "prema" as const, path })),
  ...["/overview", "/referrals", "/exports"].map((path) => ({ person: "meera" as const, path })),
];

describe("for who listens", () => {
  it.each(PAGES)(
    "has landmarks, headings in order, and a name for everything: $person, $path",
    async ({ person, path }) => {
      someone = await visitor(person);
      const { page, faults } = someone;
      await open(page, path);
      for (const landmark of ["banner", "navigation", "main"] as const)
        expect(await page.getByRole(landmark).count()).toBe(1);
      const levels = await headingLevels(page);
      expect(levels.filter((level) => level === 1)).toHaveLength(1);
      for (const [place, level] of levels.entries())
        expect(level).toBeLessThanOrEqual((levels[place - 1] ?? 0) + 1);
      const tree = await page.locator("body").ariaSnapshot();
      for (const line of tree.split("\n"))
        expect(line).not.toMatch(
          /^\s*- (?:button|link|textbox|combobox|checkbox|radio|table|img|figure|form|region|searchbox)(?::|$| \[)/,
        );
      expect(await twiceNamed(page)).toEqual([]);
      expect(await page.getByRole("status").filter({ hasText: "Loading" }).count()).toBe(0);
      expect(faults).toEqual([]);
    },
  );

  it("tells a figure by its name, its marks by what they say, and its table by its head", async () => {
    someone = await visitor("asha");
    const { page } = someone;
    await open(page, "/referrals?period=2025&table=follow-up-completion-place");
    const funnel = page.getByRole("figure", { name: "From screening to follow-up" });
    const marks = await funnel
      .getByRole("img")
      .evaluateAll((all) => all.map((one) => one.getAttribute("aria-label")));
    expect(marks).toHaveLength(5);
    expect(marks[0]).toMatch(/^Screened: [\d,]+$/);
    expect(marks[4]).toMatch(/^Followed up: [\d,]+\. [\d,]+ fewer \([\d.]+\s%\)$/);
    expect(await funnel.locator("svg").getAttribute("aria-label")).toBe(
      "From screening to follow-up. Chart of 5 marks. Arrow keys go from one to the next, Escape leaves.",
    );
    await open(page, "/coverage?period=2025");
    const map = page.getByRole("figure", { name: "Coverage on the map" }).locator("svg");
    expect(await map.getAttribute("aria-label")).toMatch(/Escape leaves\. Enter shows its districts\.$/);
    await open(page, "/referrals?period=2025&table=follow-up-completion-place");
    const table = page.getByRole("table", { name: "Follow-up completion, by place" });
    expect(await table.getByRole("columnheader").allTextContents()).toEqual([
      "Place",
      "Value",
      "Numerator",
      "Denominator",
    ]);
    expect(await table.getByRole("rowheader").count()).toBe(await table.locator("tbody tr").count());
  });

  it("says once that numbers are waited for, and once that they are there", async () => {
    someone = await visitor("asha");
    const { page } = someone;
    let answer = () => {};
    const held = new Promise<void>((resolve) => {
      answer = resolve;
    });
    await page.route("**/fhir/MeasureReport?*", async (route) => {
      await held;
      await route.continue();
    });
    await page.goto("/overview?period=2025");
    const said = page.locator("main").getByRole("status").filter({ hasText: /./ });
    await expect.poll(() => said.allTextContents()).toEqual(["Loading …"]);
    answer();
    await expect.poll(() => said.allTextContents()).toEqual(["The numbers are there."]);
  });

  it("says where an export is, and its errors at once", async () => {
    someone = await visitor("asha");
    const { page } = someone;
    await open(page, "/exports/new?type=Patient");
    await page.getByRole("button", { name: "Start the export" }).click();
    await page.getByRole("heading", { level: 1, name: /^Export · / }).waitFor();
    await page
      .getByRole("status")
      .filter({ hasText: /^Complete$/ })
      .waitFor({ state: "attached" });
    await page.route("**/files/**", (route) => route.abort());
    await page
      .getByRole("link", { name: /^Download / })
      .first()
      .click();
    await page.getByRole("alert").waitFor();
  });

  it("changes its language for the voice, too, and marks what stays English", async () => {
    someone = await visitor("vikram");
    const { page } = someone;
    await open(page, "/overview?period=2025");
    await page.getByRole("combobox", { name: "Language" }).selectOption("kn");
    await page.locator("html[lang=kn]").waitFor({ state: "attached" });
    await page.getByRole("heading", { level: 1, name: "ಅವಲೋಕನ" }).waitFor();
    for (const name of await page.getByRole("figure").getByRole("heading").allTextContents())
      expect(name).toMatch(/\p{Script=Kannada}/u);
  });
});

function headingLevels(page: Page): Promise<number[]> {
  return page.getByRole("heading").evaluateAll((all) => all.map((one) => Number(one.localName.slice(1))));
}

/** Buttons and links of the page's own part that have one name, and do or lead to several things. */
function twiceNamed(page: Page): Promise<string[]> {
  return page.locator("main").evaluate((main) => {
    const seen = new Map<string, string>();
    const twice: string[] = [];
    for (const one of main.querySelectorAll("a[href], summary")) {
      const name = (one.getAttribute("aria-label") ?? one.textContent ?? "").trim();
      const leads = one.getAttribute("href") ?? String(one.closest("figure, section")?.textContent);
      if ((seen.get(name) ?? leads) !== leads) twice.push(name);
      seen.set(name, leads);
    }
    return twice;
  });
}
