import type { Cell, Shown } from "../rows/cell.ts";

/** A mark of a chart, and a row of the table beside it. */
export interface ChartRow {
  readonly key: string;
  readonly label: string;
  /** What is drawn. `undefined` where there is none: nobody is in the denominator. */
  readonly value: Shown | undefined;
  readonly numerator?: Cell | undefined;
  readonly denominator?: Cell | undefined;
}

/** How the values of a chart are written. */
export type Format = (value: number) => string;

/** How they are written on a scale: with the decimals that its steps need. */
export type ScaleFormat = (value: number, step: number) => string;

/** The largest value that is told: of what is not told, a scale knows nothing. 1 where there is none above 0. */
export function scaleEnd(rows: readonly Pick<ChartRow, "value">[]): number {
  const told = rows.flatMap(({ value }) => (typeof value === "number" ? [value] : []));
  return Math.max(0, ...told) || 1;
}

/** Round numbers from 0 to at least `end`: steps of 1, 2 or 5 times a power of ten. */
export function niceTicks(end: number, most = 5): number[] {
  if (!(end > 0) || !Number.isFinite(end)) return [0, 1];
  const rough = end / most;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((one) => one >= rough) ?? 10 * power;
  const count = Math.ceil(end / step - 1e-9);
  return Array.from({ length: count + 1 }, (_, index) => Number((index * step).toPrecision(12)));
}
