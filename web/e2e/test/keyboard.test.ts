import { createHash } from "node:crypto";
import type { Page } from "playwright-core";
import { afterEach, describe, expect, it } from "vitest";
import { open, PASSWORD, type Person, settled } from "../src/arrival.ts";
import { csvRecords } from "../src/csv-records.ts";
import { downloaded } from "../src/download.ts";
import { focusSeen, hasFocus, pressAt, tabTo, typeAt } from "../src/keyboard.ts";
import { shownTable } from "../src/shown-table.ts";
import { type Visitor, visitor } from "../src/visitor.ts";

let someone: Visitor | undefined;
afterEach(async () => {
  const faults = someone?.faults ?? [];
  await someone?.close();
  someone = undefined;
  expect(faults).toEqual([]);
});

async function arrive(person: Person | undefined, path: string): Promise<Page> {
  someone = await visitor(person);
  await open(someone.page, path);
  return someone.page;
}

describe("without a mouse", () => {
  it("signs in, filters, reads the table and takes it away", async () => {
    const page = await arrive(undefined, "/overview?period=2025");
    await pressAt(page, page.getByRole("banner").getByRole("link", { name: "Sign in" }), "Enter");
    await typeAt(page, page.getByLabel("Name"), "asha");
    await typeAt(page, page.getByLabel("Password"), PASSWORD);
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Sign out" }).waitFor();
    expect(new URL(page.url()).search).toBe("?period=2025");
    await settled(page);
    await page.keyboard.press("Tab");
    expect(await focusSeen(page)).toMatchObject({ name: "Skip to content", isSeen: true });
    await page.keyboard.press("Enter");
    expect(await page.locator("main").evaluate((main) => main === document.activeElement)).toBe(true);
    await tabTo(page, page.getByLabel("Compare"));
    await page.keyboard.type("Districts");
    await page.waitForURL(/group=district/);
    await settled(page);
    expect(await focusSeen(page)).toMatchObject({ name: "Compare", isSeen: true });
    const figure = page.getByRole("figure", { name: "Follow-up completion, by place" });
    await pressAt(page, figure.getByRole("radio", { name: "Chart" }), "ArrowRight");
    await page.waitForURL(/table=follow-up-completion-place/);
    expect(await focusSeen(page)).toMatchObject({ name: "Table", isSeen: true });
    const { name, content } = await downloaded(page, () =>
      pressAt(page, figure.getByRole("button", { name: /^Rows as CSV/ }), "Enter"),
    );
    expect(name).toBe("follow-up-completion-place.csv");
    expect(await focusSeen(page)).toMatchObject({
      name: expect.stringMatching(/^Rows as CSV/),
      isSeen: true,
    });
    const shown = await shownTable(figure.getByRole("table"));
    expect(shown.map(plainRow).toSorted()).toEqual(tableOf(content).map(plainRow).toSorted());
    expect(shown.length).toBeGreaterThan(10);
  });

  it("gives each chart one stop, the arrows inside, and Escape out of it", async () => {
    const page = await arrive("asha", "/overview?period=2025");
    const figure = page.getByRole("figure", { name: "People screened, by month" });
    const marks = figure.getByRole("img");
    expect(await marks.count()).toBe(12);
    await tabTo(page, marks.first());
    await page.keyboard.press("ArrowRight");
    expect(await hasFocus(marks.nth(1))).toBe(true);
    expect(await figure.locator(".readout").textContent()).toBe(
      await marks.nth(1).getAttribute("aria-label"),
    );
    await page.keyboard.press("End");
    expect(await hasFocus(marks.nth(11))).toBe(true);
    await page.keyboard.press("Escape");
    await page.keyboard.press("Tab");
    expect(await figure.locator("svg :focus").count()).toBe(0);
    await page.keyboard.press("Shift+Tab");
    expect(await hasFocus(marks.nth(11))).toBe(true);
  });

  it("chooses a tile of the map, and stands on its districts", async () => {
    const page = await arrive("asha", "/coverage?period=2025");
    const tile = page.getByRole("figure", { name: "Coverage on the map" }).getByRole("img");
    await tabTo(page, tile.first());
    for (const key of [...Array<string>(6).fill("ArrowDown"), "ArrowRight"]) await page.keyboard.press(key);
    expect(await hasFocus(tile.filter({ hasText: "KA" }))).toBe(true);
    await page.keyboard.press("Enter");
    await page.waitForURL(/state=karnataka/);
    await settled(page);
    expect(await focusSeen(page)).toEqual({ name: "Coverage: Karnataka", isSeen: true });
    await page.keyboard.press("Tab");
    const figure = page.getByRole("figure", { name: "Coverage on the map" });
    expect(await figure.locator(":focus").count()).toBe(1);
  });

  it("orders an export, watches it, and has a file with the checksum that is told", async () => {
    const page = await arrive("asha", "/exports");
    await pressAt(page, page.getByRole("link", { name: "New export" }), "Enter");
    await expect.poll(() => focusSeen(page)).toMatchObject({ name: "New export" });
    await pressAt(page, page.getByRole("checkbox", { name: "Patient", exact: true }), "Space");
    const before = page.getByRole("region", { name: "Before it starts" });
    await before
      .getByText(/^(about |at most )?[\d,]+$/)
      .first()
      .waitFor();
    expect(await before.textContent()).toMatch(/Exports of this hour\s*\d+ of 20/);
    await pressAt(page, before.getByRole("button", { name: "Show 20 rows" }), "Enter");
    await before.getByRole("table").waitFor();
    expect(await before.locator("tbody tr").count()).toBe(20);
    await pressAt(page, page.getByRole("button", { name: "Start the export" }), "Enter");
    await page.waitForURL(/\/exports\/[0-9a-f-]{36}$/);
    await expect.poll(() => focusSeen(page)).toMatchObject({ name: expect.stringMatching(/^Export/) });
    const told = await progressUntilComplete(page);
    expect(told).toEqual(told.toSorted((a, b) => a - b));
    const file = page.getByRole("row").filter({ hasText: "Patient" }).first();
    const { content } = await downloaded(page, () =>
      pressAt(page, file.getByRole("link", { name: /^Download / }), "Enter"),
    );
    expect(createHash("sha256").update(content).digest("hex")).toBe(
      await file.locator(".checksum").textContent(),
    );
    expect(content.trimEnd().split("\n").length).toBeGreaterThan(2000);
  });

  it("edits a policy of the playground, and sees what it changes", async () => {
    const page = await arrive(undefined, "/playground");
    const gender = page.getByRole("row").filter({ has: page.getByText("gender", { exact: true }) });
    expect(await gender.locator(".effect").textContent()).toBe("kept");
    await pressAt(page, page.locator("summary", { hasText: "Edit the policy" }), "Enter");
    const editor = page.getByRole("textbox", { name: "Policy as JSON" });
    const text = await editor.inputValue();
    const edited = text.replace(/^(\s*)"gender": "keep",?\n/m, "");
    expect(edited).not.toBe(text);
    await tabTo(page, editor);
    await page.keyboard.press("ControlOrMeta+A");
    await page.keyboard.insertText(edited);
    await page.getByText("The policy can be used.").waitFor();
    expect(await gender.locator(".effect").textContent()).toBe("removed");
    expect(await gender.textContent()).toContain("named by no rule");
    expect(await focusSeen(page)).toMatchObject({ name: "Policy as JSON", isSeen: true });
    const state = page.getByRole("status").filter({ has: page.getByText(/policy/i) });
    await page.keyboard.press("ControlOrMeta+A");
    await page.keyboard.insertText(edited.replace(/"gender"|"birthDate"/, '"gendre"'));
    await state.getByText("The policy cannot be used").waitFor();
    expect(await state.getByRole("listitem").first().textContent()).toContain("gendre");
    expect(await editor.getAttribute("aria-invalid")).toBe("true");
    expect(await focusSeen(page)).toMatchObject({ name: "Policy as JSON", isSeen: true });
    await page.keyboard.press("ControlOrMeta+A");
    await page.keyboard.insertText(text);
    await state.getByText("The policy can be used.").waitFor();
    expect(await gender.locator(".effect").textContent()).toBe("kept");
  });

  it("tries a resource of one's own, reads which rule changed what, and shares the policy", async () => {
    const page = await arrive(undefined, "/playground");
    await typeAt(page, page.getByRole("textbox", { name: /^FHIR R4 as JSON/ }), '{"resourceType": "Patient"');
    await page.getByRole("alert").or(page.getByRole("status")).filter({ hasText: /JSON/ }).first().waitFor();
    await page.keyboard.insertText(', "id": "one", "name": [{"text": "Kavya Rao"}], "gender": "female"}');
    const differences = page.getByRole("region", { name: /Patient/ }).first();
    const row = differences.getByRole("row").filter({ hasText: "Kavya Rao" }).first();
    await row.waitFor();
    expect(await row.getByRole("cell").last().textContent()).toMatch(/\w/);
    await tabTo(page, page.getByRole("checkbox", { name: /kept/i }));
    const before = await differences.getByRole("row").count();
    await page.keyboard.press("Space");
    await expect.poll(() => differences.getByRole("row").count()).toBeLessThan(before);
    await tabTo(page, differences);
    expect(await focusSeen(page)).toMatchObject({ isSeen: true });
    await pressAt(page, page.getByRole("button", { name: "Make a link" }), "Enter");
    const link = page.getByRole("textbox", { name: "Share link" });
    await tabTo(page, link);
    expect(await link.inputValue()).toMatch(/\/playground#./);
    expect(await focusSeen(page)).toMatchObject({ isSeen: true });
  });

  it("asks the audit trail by role and outcome, and is itself in it", async () => {
    const page = await arrive("anil", "/audit");
    await tabTo(page, page.getByRole("combobox", { name: /^Role/ }));
    await page.keyboard.type("System");
    await typeAt(page, page.getByLabel("Resource type"), "AuditEvent");
    await page.keyboard.press("Enter");
    await page.waitForURL(/agent-role=system-administrator.*entity-type=AuditEvent/);
    await settled(page);
    const { content } = await downloaded(page, () =>
      pressAt(page, page.getByRole("button", { name: "Download what is shown as CSV" }), "Enter"),
    );
    const records = csvRecords(content);
    expect(records.length).toBeGreaterThan(0);
    const table = page.getByRole("table");
    const columns = await table
      .locator("thead th")
      .evaluateAll((all) => all.map((one) => one.getAttribute("title") ?? ""));
    expect(columns.slice(0, 3)).toEqual(["recorded", "subject", "role"]);
    const outcomes: Readonly<Record<string, string>> = { 0: "Success", 4: "Refused", 8: "Failed" };
    const inWords = (column: string, value = "") => (column === "outcome" ? outcomes[value] : value);
    expect(await shownTable(table)).toEqual(
      records.map((record) => columns.map((column) => inWords(column, record[column]))),
    );
    for (const record of records) expect(Object.values(record)).toContain("anil");
  });
});

/** Label, value, numerator and denominator of each region, as a table writes them. */
function tableOf(csv: string): string[][] {
  const regions = Map.groupBy(csvRecords(csv), ({ state = "", district = "" }) => `${district}, ${state}`);
  return [...regions].map(([label, records]) => {
    const told = (population: string) => records.find((record) => record.population === population)?.value;
    const score = told("score");
    const count = (text = "") => `${text}${Number(text) > 0 && Number(text) < 11 ? "\u00a0*" : ""}`;
    return [
      label,
      score === undefined ? "–" : `${(Number(score) * 100).toFixed(1)} %`,
      count(told("numerator")),
      count(told("denominator")),
    ];
  });
}

/** One line; the table tells a district by its first name alone: `Tumakuru`, of `Tumakuru (Tumkur)`. */
function plainRow(cells: readonly string[]): string {
  return cells
    .join(" | ")
    .replace(/ \([^)]*\)/, "")
    .replaceAll("\u00a0", " ");
}

/** Each percentage that the page told until the export was complete. */
async function progressUntilComplete(page: Page): Promise<number[]> {
  const told: number[] = [];
  const badge = page.locator("h1 .badge");
  const bar = page.getByRole("progressbar", { name: "Progress", exact: true });
  while ((await badge.getAttribute("data-state")) !== "complete") {
    const percent = await bar.evaluateAll((bars) => bars.map((one) => (one as HTMLProgressElement).value));
    told.push(...percent);
    await page.waitForTimeout(100);
  }
  return told;
}
