import { formatNumber } from "../number.ts";
import { type Cell, type Shown, toldOf } from "../rows/cell.ts";
import { kitWords } from "../words/kit-words.ts";
import { measureWords } from "../words/measure-words.ts";
import type { ChartRow, Format } from "./chart-row.ts";

/** Where a number is not told it says just that: it may be hidden for the sake of another, and be large. */
export function valueText(value: Shown | undefined, format: Format): string {
  if (value === undefined) return "–";
  return value === "suppressed" ? kitWords().suppressed : format(value);
}

/** A count; a small one is marked. */
export function countText(cell: Cell | undefined): string {
  return marked(
    valueText(cell?.value, (count) => formatNumber(count)),
    cell?.isSmall,
  );
}

function marked(text: string, isSmall: boolean | undefined): string {
  return isSmall === true ? `${text}\u00a0*` : text;
}

/** Whether what is drawn is, or is computed from, a small count. */
export function isSmallRow({ value, numerator, denominator }: ChartRow): boolean {
  return typeof value === "number" && (numerator?.isSmall === true || denominator?.isSmall === true);
}

/** What is drawn, written; a count that is small is marked. */
export function drawnText({ value, numerator, denominator }: ChartRow, format: Format): string {
  return marked(valueText(value, format), denominator === undefined && numerator?.isSmall);
}

/** The same where what it is of does not stand beside it: marked where any of that is small. */
export function markedText(row: ChartRow, format: Format): string {
  return marked(valueText(row.value, format), isSmallRow(row));
}

/** `12 of 345`, or of how many people it is; "" of what is a count itself. */
export function fractionText({ numerator, denominator }: ChartRow): string {
  if (denominator === undefined) return "";
  if (numerator === undefined) {
    const { value, isSmall } = denominator;
    return typeof value === "number"
      ? marked(kitWords().peopleCount(value), isSmall)
      : countText(denominator);
  }
  return kitWords().of(countText(numerator), countText(denominator));
}

/** That a number is a median, and within what time nine of ten are, as far as it is told. */
export function medianText(ninetieth: Cell, format: Format): string {
  const words = measureWords();
  const told = toldOf(ninetieth.value);
  return told === undefined ? `${words.median}.` : `${words.median}. ${words.ninetieth} ${format(told)}.`;
}

/** What a screen reader says of a mark, and what stands below the chart when it is pointed at. */
export function markText(row: ChartRow, format: Format): string {
  const words = kitWords();
  if (row.value === "suppressed") return `${row.label}: ${words.suppressedReason}`;
  const fraction = fractionText(row);
  const value = row.value === undefined ? words.noValue : drawnText(row, format);
  return fraction === "" ? `${row.label}: ${value}` : `${row.label}: ${value} (${fraction})`;
}
