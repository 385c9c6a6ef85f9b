import type { Page } from "playwright-core";
import { afterEach, expect, inject, it } from "vitest";
import { open } from "../src/arrival.ts";
import { type ForeignPage, startForeignPage } from "../src/foreign-page.ts";
import { hasFocus, pressAt, tabTo, typeAt } from "../src/keyboard.ts";
import { publishWidget } from "../src/publish-widget.ts";
import { type Visitor, visitor } from "../src/visitor.ts";

const gateway = inject("origin");
const opened: (Visitor | ForeignPage)[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

it("is chosen, seen, checked and taken away by keyboard alone, and works where it is pasted", async () => {
  let pasted = "";
  const site = await startForeignPage({ gateway, body: () => pasted });
  opened.push(site);
  const someone = await visitor("asha");
  opened.push(someone);
  const { page } = someone;
  await open(page, "/embedding");
  await choose(page, "Widget", "Detection");
  await choose(page, "Indicator", "Lesion");
  const preview = page.locator("aarohan-detection");
  await preview.getByRole("heading", { name: "Lesion positivity" }).waitFor();
  await preview.getByText("All · ").waitFor();
  await choose(page, "State", "Karnataka");
  await choose(page, "District", "Mysuru");
  await page.waitForURL(/region=Karnataka%7CMysuru/);
  // Letters soon after others would be taken for the same word.
  await page.keyboard.press("Home");
  await page.waitForURL(/region=Karnataka(?:&|$)/);
  await preview.getByText(/^Karnataka · /).waitFor();

  const origin = page.getByLabel("Origin of the page");
  const lines = page.getByRole("region", { name: "In the page" });
  const told = page.getByRole("region", { name: "Lines for the page" }).getByRole("status");
  await typeAt(page, origin, "health.example");
  await page.keyboard.press("Tab");
  await expect.poll(() => told.textContent()).toMatch(/^This is no origin/);
  expect(await origin.getAttribute("aria-invalid")).toBe("true");
  await page.keyboard.press("Shift+Tab");
  await typeAt(page, origin, "https://health.example");
  await page.keyboard.press("Tab");
  await expect
    .poll(() => told.textContent())
    .toMatch(/^This figure is not published for this origin.*An administrator can publish it/);
  expect(await lines.count()).toBe(0);

  await publishWidget(gateway, inject("tokenUrl"), {
    widget: "detection",
    measure: "lesion-positivity",
    origin: site.origin,
  });
  await page.keyboard.press("Shift+Tab");
  await typeAt(page, origin, site.origin);
  await page.keyboard.press("Tab");
  await expect.poll(() => told.textContent()).toBe("Pages of this origin may show it.");
  await tabTo(page, lines);
  expect(await hasFocus(lines)).toBe(true);
  await someone.context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await pressAt(page, page.getByRole("button", { name: "Copy" }).first(), "Enter");
  await page.getByRole("button", { name: "Copied" }).waitFor();
  pasted = await page.evaluate(() => navigator.clipboard.readText());
  expect(pasted).toBe(await lines.textContent());
  const frame = await page.getByRole("region", { name: "Or in a frame" }).textContent();

  const guest = await visitor(undefined);
  opened.push(guest);
  await guest.page.goto(site.origin);
  const widget = guest.page.locator("aarohan-detection");
  await widget.getByRole("heading", { name: "Lesion positivity" }).waitFor();
  await widget.getByText(/^Karnataka · /).waitFor();
  await widget.getByRole("img").first().waitFor();
  pasted = frame ?? "";
  await guest.page.reload();
  await guest.page
    .frameLocator("iframe")
    .locator("aarohan-detection")
    .getByText(/^Karnataka · /)
    .waitFor();
  expect(guest.faults).toEqual([]);
  expect(someone.faults.filter((fault) => !fault.includes("403"))).toEqual([]);
});

/** At a list to which the Tab key leads, what begins so. */
async function choose(page: Page, label: string, beginning: string): Promise<void> {
  const list = page.getByRole("combobox", { name: label, exact: true });
  await tabTo(page, list);
  await page.keyboard.type(beginning);
  await expect
    .poll(() => list.evaluate((one) => (one as HTMLSelectElement).selectedOptions[0]?.text))
    .toMatch(new RegExp(`^${beginning}`));
  expect(await hasFocus(list)).toBe(true);
}
