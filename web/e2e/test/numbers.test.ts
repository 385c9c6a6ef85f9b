import type { Locator, Page } from "playwright-core";
import { afterEach, describe, expect, inject, it } from "vitest";
import { open, settled } from "../src/arrival.ts";
import { csvRecords } from "../src/csv-records.ts";
import { downloaded } from "../src/download.ts";
import { shownTable } from "../src/shown-table.ts";
import { tokenOf } from "../src/token.ts";
import { type Visitor, visitor } from "../src/visitor.ts";

let someone: Visitor | undefined;
afterEach(async () => {
  await someone?.close();
  someone = undefined;
});

const PAGES = ["/overview", "/coverage", "/detection", "/referrals"] as const;
const SUPPRESSED = "not told";

describe("what is taken away", () => {
  it.each((["asha", "vikram"] as const).flatMap((person) => PAGES.map((path) => ({ person, path }))))(
    "is to the letter what the server gives: $person, $path",
    async ({ person, path }) => {
      someone = await visitor(person);
      const { page } = someone;
      await open(page, `${path}?period=2025`);
      const figures = await page.getByRole("figure").all();
      expect(figures.length).toBeGreaterThan(1);
      for (const figure of figures) {
        const { content } = await downloaded(page, () =>
          figure.getByRole("button", { name: /^Rows as CSV/ }).click(),
        );
        expect(csvRecords(content).length).toBeGreaterThan(0);
        expect(content).toBe(await serverRows(page, figure));
      }
    },
  );
});

async function serverRows(page: Page, figure: Locator): Promise<string> {
  const href = await figure.getByRole("link", { name: /^The same rows/ }).getAttribute("href");
  return page.evaluate(async (url) => (await fetch(url ?? "")).text(), href);
}

describe("of several roles, the chosen one", () => {
  it("has the same rows in the page, in the file of the server, and in the lines beside it", async () => {
    someone = await visitor("meera");
    const { page } = someone;
    await open(page, "/overview?period=2025");
    await page.getByRole("combobox", { name: "Served as" }).selectOption({ label: "System administrator" });
    await settled(page);
    const figure = page.getByRole("figure", { name: "People screened, by month" });
    const rolesAsked: (string | undefined)[] = [];
    page.on("request", async (request) => {
      if (request.url().includes("_format=csv"))
        rolesAsked.push((await request.allHeaders())["aarohan-role"]);
    });
    const own = await downloaded(page, () => figure.getByRole("button", { name: /^Rows as CSV/ }).click());
    const served = await downloaded(page, () =>
      figure.getByRole("button", { name: /^The same rows/ }).click(),
    );
    expect(served.content).toBe(own.content);
    expect(served.name).toBe(own.name);
    expect(rolesAsked).toEqual(["system-administrator"]);
    expect(await figure.getByRole("link", { name: /^The same rows/ }).count()).toBe(0);
    await figure.locator("details.snippets summary").click();
    for (const language of ["curl", "pandas", "R", "DuckDB"]) {
      await figure.getByRole("radio", { name: language, exact: true }).check();
      expect(await figure.locator("details.snippets pre").textContent()).toMatch(
        /Aarohan-Role"?.{2,4}"?system-administrator/,
      );
    }
  });
});

describe("for a viewer", () => {
  it("has pages of published numbers, and no others", async () => {
    someone = await visitor("vikram");
    const { page } = someone;
    await open(page, "/overview");
    expect(await page.locator(".rail a").allInnerTexts()).toEqual([
      "Overview",
      "Coverage",
      "Detection",
      "Referrals and follow-up",
      "Embedding",
      "Playground",
    ]);
    for (const path of ["/exports", "/exports/new", "/dictionary", "/audit", "/settings"]) {
      await open(page, path);
      expect(await page.locator("main h1").textContent()).toBe("There is no such page");
    }
    for (const path of ["/fhir/Patient", "/fhir/$export", "/fhir/AuditEvent", "/fhir/$settings"])
      expect(await page.evaluate(async (url) => (await fetch(url)).status, path)).toBe(403);
  });

  it.each([
    "/overview?period=2025",
    "/detection?period=2025&indicator=suspicious-rate",
    "/referrals?period=2025&group=district",
  ])("does not hold in the page what is suppressed: %s", async (path) => {
    someone = await visitor("vikram");
    const { page } = someone;
    const answers = reportsSeenBy(page);
    await open(page, path);
    const marks = page.locator(".chart-mark", { has: page.locator(".hatched") });
    expect(await marks.count()).toBeGreaterThan(0);
    for (const mark of await marks.all()) await expectNothingTold(mark);
    await expectOneSizeOnly(page);
    const figures = await page
      .getByRole("figure")
      .filter({ has: page.locator(".chart .hatched") })
      .count();
    for (let place = 0; place < figures; place += 1) await expectTableWithout(page);
    for (const answer of await Promise.all(answers)) expect(maskedWithNumber(answer)).toEqual([]);
  });

  it("is told nothing that an analyst counts below 11 by place", async () => {
    someone = await visitor("vikram");
    const { page } = someone;
    const query = "measure=follow-up-completion&period=2025&group=district&_format=csv";
    const headers = { Authorization: `Bearer ${await tokenOf("analyst", inject("tokenUrl"))}` };
    const counted = csvRecords(
      await (await fetch(`${inject("origin")}/fhir/MeasureReport?${query}`, { headers })).text(),
    );
    const small = counted.filter(({ value }) => Number(value) > 0 && Number(value) < 11);
    expect(small.length).toBeGreaterThan(10);
    await open(page, "/referrals?period=2025&group=district&table=follow-up-completion-place");
    const figure = page.getByRole("figure", { name: "Follow-up completion, by place" });
    const shown = await shownTable(figure.getByRole("table"));
    for (const { district = "", value } of small) {
      const row = shown.find(([label = ""]) => label.startsWith(district.replace(/ \(.*/, "")));
      expect(row?.slice(2) ?? []).not.toContain(value);
    }
  });
});

/** The next chart with something suppressed, as a table and as a file: nothing stands there, neither 0 nor a small number. */
async function expectTableWithout(page: Page): Promise<void> {
  const chart = page
    .getByRole("figure")
    .filter({ has: page.locator(".chart .hatched") })
    .first();
  const figure = page.getByRole("figure", {
    name: (await chart.getByRole("heading").textContent()) ?? "",
    exact: true,
  });
  await figure.getByRole("radio", { name: "Table" }).click();
  await settled(page);
  const cells = (await shownTable(figure.getByRole("table"))).flat();
  expect(cells).toContain(SUPPRESSED);
  expect(cells.filter((cell) => /^[1-9]$|^10$/.test(cell))).toEqual([]);
  const { content } = await downloaded(page, () =>
    figure.getByRole("button", { name: /^Rows as CSV/ }).click(),
  );
  const hidden = csvRecords(content).filter(({ suppressed }) => suppressed === "true");
  expect(hidden.length).toBeGreaterThan(0);
  for (const record of hidden) expect(record.value).toBe("");
}

/** Bodies of the reports that the page is answered. */
function reportsSeenBy(page: Page): Promise<unknown>[] {
  const answers: Promise<unknown>[] = [];
  page.on("response", (response) => {
    const isReport = response.url().includes("/fhir/MeasureReport") && response.ok();
    if (isReport && !response.url().includes("_format=csv")) answers.push(response.json());
  });
  return answers;
}

/** Parts of an answer that say that they are masked, and have a number all the same. */
function maskedWithNumber(part: unknown): unknown[] {
  if (typeof part !== "object" || part === null) return [];
  const { _count, count, extension, value } = Object(part);
  const own = [extension, Object(_count).extension].flat();
  const isMasked = own.some((one) => Object(one).valueCode === "masked");
  const isTold = isMasked && (count !== undefined || value !== undefined);
  return [...(isTold ? [part] : []), ...Object.values(part).flatMap(maskedWithNumber)];
}

/** Apart from its name and the reason, a suppressed mark says that it is not told, and has no number in any word or attribute for people. */
async function expectNothingTold(mark: Locator): Promise<void> {
  const label = (await mark.getAttribute("aria-label")) ?? "";
  expect(label).toMatch(/: Not told: .* fewer than 11 people/);
  const name = label.slice(0, label.indexOf(":"));
  const texts = await mark.locator("text, tspan, title, desc").allTextContents();
  for (const text of texts)
    if (!name.includes(text) && !text.startsWith(name.slice(0, 3))) expect(text).toBe(SUPPRESSED);
  const attributes = await mark.evaluate((element) =>
    [element, ...element.querySelectorAll("*")].flatMap((one) =>
      [...one.attributes]
        .map(({ name }) => name)
        .filter((name) => /^(data-|title|value|aria-value)/.test(name)),
    ),
  );
  expect(attributes).toEqual([]);
}

/** Of what is not told, size says nothing: in each chart all such marks are as large. */
async function expectOneSizeOnly(page: Page): Promise<void> {
  const sizes = await page.locator(".chart svg").evaluateAll((drawings) =>
    drawings.map((drawing) => {
      const hatched = [...drawing.querySelectorAll(".chart-mark .hatched")];
      return new Set(hatched.map((one) => `${one.getAttribute("width")} × ${one.getAttribute("height")}`))
        .size;
    }),
  );
  for (const size of sizes) expect(size).toBeLessThanOrEqual(1);
}
