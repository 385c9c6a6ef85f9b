import { join } from "node:path";
import { extractText, getDocumentProxy } from "unpdf";
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
  const [first = "", ...others] = await paperPages(paper);
  for (const [name, value] of FILTERS) expect(first).toContain(`${name} ${value}`);
  expect(first.replaceAll(" ", "")).toContain(page.url());
  for (const name of await page.getByRole("figure").getByRole("heading", { level: 2 }).allTextContents())
    expect(others.filter((text) => text.includes(name))).toHaveLength(1);
});

it("prints each figure whole: its first and its last row on the page of its name", async () => {
  someone = await visitor("asha");
  const { page } = someone;
  const tables = ["review-completion-month", "suspicious-rate-month", "funnel"]
    .map((id) => `&table=${id}`)
    .join("");
  await open(page, `/overview?period=2025${tables}`);
  const figures = await page.getByRole("figure").evaluateAll((all) =>
    all.map((one) => ({
      name: one.querySelector("h2")?.textContent ?? "",
      rows: [...one.querySelectorAll("tbody tr")].map((row) =>
        [...row.children].map((cell) => cell.textContent),
      ),
      labels: [...one.querySelectorAll(".mark-label")].map((label) => label.textContent ?? ""),
    })),
  );
  const pages = await paperPages(await page.pdf({ path: join(ARTEFACTS, "tables.pdf"), format: "A4" }));
  expect(figures.flatMap(({ rows }) => rows).length).toBeGreaterThan(20);
  for (const { name, rows, labels } of figures) {
    const [own = ""] = pages.slice(1).filter((text) => text.includes(name));
    for (const row of rows) expect(own).toContain(plain(row.join(" ")));
    for (const label of labels) expect(own).toContain(plain(label));
  }
});

it("prints the map with its legend, and nothing of what is not told", async () => {
  someone = await visitor("vikram");
  const { page } = someone;
  await open(page, "/coverage?period=2025");
  const legend = await page.locator(".legend li").allTextContents();
  const pages = await paperPages(await page.pdf({ path: join(ARTEFACTS, "coverage.pdf"), format: "A4" }));
  const map = pages.find((text) => text.includes("Coverage on the map")) ?? "";
  for (const step of legend) expect(map).toContain(plain(step));
  expect(map).toContain("Other states");

  await open(
    page,
    "/referrals?period=2025&group=district&table=follow-up-completion-place&table=follow-up-outcome-parts",
  );
  const hidden = await page
    .locator("tbody tr", { has: page.locator("abbr") })
    .evaluateAll((rows) => rows.map((row) => [...row.children].map((cell) => cell.textContent ?? "")));
  expect(hidden.length).toBeGreaterThan(3);
  const paper = (
    await paperPages(await page.pdf({ path: join(ARTEFACTS, "referrals.pdf"), format: "A4" }))
  ).join(" ");
  for (const row of hidden) {
    expect(
      row.slice(1).filter((cell) => /^\d+$/.test(cell) && Number(cell) > 0 && Number(cell) < 11),
    ).toEqual([]);
    expect(paper).toContain(plain(row.join(" ")));
  }
});

/** The words of each page, with single spaces. */
async function paperPages(paper: Uint8Array): Promise<string[]> {
  const { text } = await extractText(await getDocumentProxy(new Uint8Array(paper)), { mergePages: false });
  return text.map(plain);
}

function plain(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}
