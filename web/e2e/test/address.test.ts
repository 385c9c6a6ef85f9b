import type { Page } from "playwright-core";
import { afterEach, describe, expect, it } from "vitest";
import { open, type Person, settled } from "../src/arrival.ts";
import { type Visitor, visitor } from "../src/visitor.ts";

const visitors: Visitor[] = [];
afterEach(async () => {
  for (const one of visitors.splice(0)) await one.close();
});

async function arrive(person: Person, path: string): Promise<Page> {
  const one = await visitor(person);
  visitors.push(one);
  await open(one.page, path);
  return one.page;
}

interface View {
  readonly name: string;
  readonly person: Person;
  readonly start: string;
  /** By the label of a field, what is chosen there: text or value. */
  readonly choices: readonly (readonly [label: RegExp, option: string])[];
  /** Names of what is checked. */
  readonly checks?: readonly string[];
}

const VIEWS: readonly View[] = [
  {
    name: "overview",
    person: "meera",
    start: "/overview",
    choices: [
      [/^Year/, "2025"],
      [/^State/, "Karnataka"],
      [/^Sex/, "Female"],
      [/^Month/, "03"],
    ],
  },
  {
    name: "coverage",
    person: "vikram",
    start: "/coverage?period=2025",
    choices: [
      [/^Compare/, "Districts"],
      [/^State/, "Karnataka"],
    ],
  },
  {
    name: "detection",
    person: "anil",
    start: "/detection?period=2025",
    choices: [
      [/^Setting/, "Field"],
      [/^Age/, "40–49"],
    ],
  },
  {
    name: "dictionary",
    person: "asha",
    start: "/dictionary",
    choices: [[/^Type|^Resource/, "Observation"]],
  },
  {
    name: "new export",
    person: "meera",
    start: "/exports/new?type=Patient",
    choices: [[/^Whose data/, "What belongs to patients"]],
    checks: ["CSV: one row a resource"],
  },
];

describe("an address", () => {
  it.each(VIEWS)("holds all of the view: $name", async ({ person, start, choices, checks = [] }) => {
    const page = await arrive(person, start);
    const steps: { readonly url: string; readonly view: string }[] = [await seen(page)];
    for (const [label, option] of choices) {
      await page.locator("main").getByRole("combobox", { name: label }).selectOption(option);
      await settled(page);
      steps.push(await seen(page));
    }
    for (const name of checks) {
      await page.getByRole("radio", { name }).check();
      steps.push(await seen(page));
    }
    expect(new Set(steps.map(({ url }) => url)).size).toBe(steps.length);
    const last = steps.at(-1);
    await page.reload();
    await settled(page);
    expect(await seen(page)).toEqual(last);
    const shared = await arrive(person, last?.url ?? "");
    expect(await seen(shared)).toEqual(last);
    for (const step of steps.slice(0, -1).reverse()) {
      await page.goBack();
      await settled(page);
      expect(await seen(page)).toEqual(step);
    }
  });

  it("holds which charts are tables, and which indicator is chosen", async () => {
    const page = await arrive("anil", "/detection?period=2025");
    await page.locator('input[name^="view-"][name$="-month"]').last().check();
    await settled(page);
    const before = await seen(page);
    expect(await page.getByRole("table").count()).toBe(1);
    expect(await seen(await arrive("anil", before.url))).toEqual(before);
  });
});

/** What is chosen and what is told; not what the limits are, which passes by itself. */
async function seen(page: Page): Promise<{ readonly url: string; readonly view: string }> {
  const view = await page.locator("main").evaluate((main) => {
    const chosen = [...main.querySelectorAll<HTMLSelectElement | HTMLInputElement>("select, input")].map(
      (field) => ("checked" in field ? `${field.value} ${field.checked}` : field.value),
    );
    const told = [...main.querySelectorAll("h1, .lead, .figure, table, .chart-mark")].map(
      (part) => part.getAttribute("aria-label") ?? part.textContent,
    );
    return [...chosen, ...told].join("\n");
  });
  return { url: page.url(), view };
}
