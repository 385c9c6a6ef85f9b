import { formatNumber } from "../number.ts";
import { type Cell, type Shown, SUPPRESSED_BELOW } from "../rows/cell.ts";
import { kitWords } from "../words/kit-words.ts";
import type { ChartRow, Format } from "./chart-row.ts";

/** What stands where a number is not told. */
export const SUPPRESSED_LABEL = `<${SUPPRESSED_BELOW}`;

export function valueText(value: Shown | undefined, format: Format): string {
  if (value === undefined) return "–";
  return value === "suppressed" ? SUPPRESSED_LABEL : format(value);
}

/** A count; a small one is marked. */
export function countText(cell: Cell | undefined): string {
  const text = valueText(cell?.value, (count) => formatNumber(count));
  return cell?.isSmall === true ? `${text}\u00a0*` : text;
}

/** `12 of 345`, or the one of them that there is. */
export function fractionText({ numerator, denominator }: ChartRow): string {
  if (numerator === undefined) return denominator === undefined ? "" : countText(denominator);
  if (denominator === undefined) return countText(numerator);
  return kitWords().of(countText(numerator), countText(denominator));
}

/** What a screen reader says of a mark, and what stands below the chart when it is pointed at. */
export function markText(row: ChartRow, format: Format): string {
  const words = kitWords();
  if (row.value === "suppressed") return `${row.label}: ${words.suppressedReason}`;
  const fraction = fractionText(row);
  const value = row.value === undefined ? words.noValue : format(row.value);
  return fraction === "" || fraction === value
    ? `${row.label}: ${value}`
    : `${row.label}: ${value} (${fraction})`;
}
