import type { ChartRow } from "./chart-row.ts";

/** A line through what is told; between points with something else between them there is none. */
export function linePath(
  rows: readonly Pick<ChartRow, "value">[],
  x: (place: number) => number,
  y: (value: number) => number,
): string {
  let path = "";
  let isDrawing = false;
  for (const [place, { value }] of rows.entries()) {
    if (typeof value === "number") {
      path += `${isDrawing ? "L" : "M"}${x(place).toFixed(1)} ${y(value).toFixed(1)}`;
    }
    isDrawing = typeof value === "number";
  }
  return path;
}
