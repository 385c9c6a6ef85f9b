import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Locator } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, inject, it, vi } from "vitest";
import { open } from "../src/arrival.ts";
import { tokenOf } from "../src/token.ts";
import { type Visitor, visitor } from "../src/visitor.ts";

const ROOT = resolve(import.meta.dirname, "../../..");
const folder = mkdtempSync(join(tmpdir(), "aarohan-snippets-"));
let python: string;
let someone: Visitor | undefined;

beforeAll(() => {
  const script = 'import { docsPython } from "./scripts/docs-python.ts"; console.log(docsPython())';
  python = execFileSync("node", ["--input-type=module", "-e", script], {
    cwd: ROOT,
    encoding: "utf8",
  }).trim();
});
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(async () => {
  await someone?.close();
  someone = undefined;
});

describe("lines beside a view, as they are printed", () => {
  it("give the rows of a chart by curl, pandas, R and DuckDB", async () => {
    someone = await visitor("asha");
    const { page } = someone;
    await open(page, "/overview?period=2025");
    const figure = page.getByRole("figure", { name: "People screened, by month" });
    const href = (await figure.getByRole("link", { name: /^The same rows/ }).getAttribute("href")) ?? "";
    const rows = await page.evaluate(async (url) => (await fetch(url)).text(), href);
    expect(await run("bash", await lines(figure, "curl"))).toBe(rows);
    const printed = await run("python3", await lines(figure, "pandas"));
    expect(printed).toMatch(/^\s+measure\b/);
    const count = rows.trim().split("\r\n").length - 1;
    expect(printed).toContain(`[${count} rows x 10 columns]`);
    const numbered = new RegExp(`^${count} +\\S`, "m");
    expect(await run("Rscript", await lines(figure, "R"))).toMatch(numbered);
    expect(await run("bash", await lines(figure, "DuckDB"))).toContain(`${count} rows`);
  });

  it("order an export and bring its files by curl, and read them by pandas, R and DuckDB", async () => {
    someone = await visitor("meera");
    const { page } = someone;
    await open(page, "/exports/new?type=Patient&format=csv");
    const ordered = await run("bash", await lines(page.locator("main"), "curl"));
    expect(ordered).toMatch(/^HTTP\/1.1 202/);
    await page.getByRole("button", { name: "Start the export" }).click();
    await page.locator('h1 .badge[data-state="complete"]').waitFor();
    const shown = new URL(page.url()).pathname.slice("/exports/".length);
    // An export is its owner's alone: the lines are run for the one that the lines before have ordered.
    const own = /job=([0-9a-f-]{36})/.exec(ordered)?.[1] ?? "";
    const download = (await lines(page.locator("main"), "curl")).replace(shown, own);
    await vi.waitFor(() => run("bash", download), { timeout: 20_000, interval: 500 });
    const files = readdirSync(folder).filter((name) => name.endsWith(".csv"));
    expect(files.length).toBeGreaterThan(0);
    expect(await run("python3", await lines(page.locator("main"), "pandas"))).toMatch(
      /\[\d{4} rows x \d+ columns\]/,
    );
    expect(await run("Rscript", await lines(page.locator("main"), "R"))).toMatch(/^ *1 +\S/m);
    expect(await run("bash", await lines(page.locator("main"), "DuckDB"))).toMatch(/\d{4} rows/);
  });
});

/** The lines in that language, of the panel in that part of the page. */
async function lines(part: Locator, language: "curl" | "pandas" | "R" | "DuckDB"): Promise<string> {
  const panel = part.locator("details.snippets").last();
  if (!(await panel.evaluate((element) => (element as HTMLDetailsElement).open)))
    await panel.locator("summary").click();
  await panel.getByRole("radio", { name: language, exact: true }).check();
  return (await panel.locator("pre").textContent()) ?? "";
}

/** What they print, run by a data analyst's script. */
async function run(command: "bash" | "python3" | "Rscript", code: string): Promise<string> {
  const token = await tokenOf("analyst", inject("tokenUrl"));
  const env = { ...process.env, PATH: `${python}:${process.env.PATH}`, ACCESS_TOKEN: token };
  const input = command === "bash" ? `set -e -o pipefail\n${code}` : code;
  return execFileSync(command, ["-"].slice(command === "bash" ? 1 : 0), {
    cwd: folder,
    env,
    input,
    encoding: "utf8",
  });
}
