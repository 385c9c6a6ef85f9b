import axe from "axe-core";
import type { Page } from "playwright-core";

/** What axe finds wrong on the page, a line for each place. */
export async function axeViolations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const { axe: checker } = Object(globalThis);
    const { violations } = await checker.run(document, { resultTypes: ["violations"] });
    const lines: string[] = [];
    for (const { id, help, nodes } of violations)
      for (const { target } of nodes) lines.push(`${id}: ${help} at ${String(target)}`);
    return lines;
  });
}
