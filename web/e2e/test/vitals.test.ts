import type { Page } from "playwright-core";
import { afterAll, expect, it } from "vitest";
import { open, type Person, settled } from "../src/arrival.ts";
import { visitor } from "../src/visitor.ts";

interface Vitals {
  /** Largest Contentful Paint, in milliseconds since the navigation. */
  largestPaint: number;
  /** Cumulative Layout Shift; the sum of all that nobody has caused, which is at least the worst window. */
  shift: number;
  /** Longest Interaction to Next Paint, in milliseconds; 0: below 16. */
  interaction: number;
  interactions: number;
}

const PAGES: readonly (readonly [Person, string])[] = [
  ["meera", "/overview?period=2025"],
  ["meera", "/coverage?period=2025"],
  ["meera", "/detection?period=2025"],
  ["meera", "/referrals?period=2025"],
  ["vikram", "/overview?period=2025"],
];

const lines: string[] = [];
afterAll(() => console.log(["", ...lines, ""].join("\n")));

/** Measured, and printed for docs/benchmarks.md; only what does not hang on the machine is held to its budget. */
it.each(PAGES)("moves nothing under the reader, and answers: %s %s", async (person, path) => {
  const someone = await visitor(person, { before: watchVitals });
  const { page } = someone;
  await open(page, path);
  await interact(page);
  const vitals = await page.evaluate<Vitals>(() => Object(globalThis).vitals);
  await someone.close();
  lines.push(
    `${person.padEnd(7)} ${path.padEnd(24)} LCP ${vitals.largestPaint.toFixed(0).padStart(5)} ms   CLS ${vitals.shift.toFixed(3)}   INP ${vitals.interaction.toFixed(0).padStart(4)} ms of ${vitals.interactions} interactions`,
  );
  expect(vitals.largestPaint).toBeGreaterThan(0);
  expect(vitals.interactions).toBeGreaterThan(0);
  expect(vitals.shift).toBeLessThanOrEqual(0.1);
});

/** Charts as tables and back, keys in a chart, another filter. */
async function interact(page: Page): Promise<void> {
  const figure = page.getByRole("figure").first();
  await figure.getByRole("radio", { name: "Table" }).click();
  await figure.getByRole("table").waitFor();
  await figure.getByRole("radio", { name: "Chart" }).click();
  await figure.getByRole("img").first().focus();
  for (const key of ["ArrowRight", "ArrowRight", "End", "Home"]) await page.keyboard.press(key);
  await page.getByRole("combobox", { name: /^Compare/ }).focus();
  await page.keyboard.type("D");
  await settled(page);
}

/** Runs in the page, before its own scripts. */
function watchVitals(): void {
  const vitals: Vitals = { largestPaint: 0, shift: 0, interaction: 0, interactions: 0 };
  Object.assign(globalThis, { vitals });
  const watch = (type: string, take: (entry: PerformanceEntry) => void, options = {}) =>
    new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({
      type,
      buffered: true,
      ...options,
    });
  watch("largest-contentful-paint", ({ startTime }) => {
    vitals.largestPaint = startTime;
  });
  watch("layout-shift", (entry) => {
    const { hadRecentInput, value } = Object(entry);
    if (!hadRecentInput) vitals.shift += value;
  });
  watch(
    "event",
    (entry) => {
      const { interactionId, duration } = Object(entry);
      if (!interactionId) return;
      vitals.interactions += 1;
      vitals.interaction = Math.max(vitals.interaction, duration);
    },
    { durationThreshold: 16 },
  );
}
