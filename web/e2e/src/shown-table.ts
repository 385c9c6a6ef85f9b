import type { Locator } from "playwright-core";

/** The texts of a table's body, row by row, as they are drawn. */
export function shownTable(table: Locator): Promise<string[][]> {
  return table
    .locator("tbody tr")
    .evaluateAll((rows) =>
      rows.map((row) => [...row.children].map((cell) => (cell.textContent ?? "").trim())),
    );
}
