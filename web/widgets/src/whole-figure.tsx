import { type ChartRow, type Format, fractionText, kitWords, valueText } from "@aarohan/kit";

interface WholeFigureProps {
  readonly row: ChartRow;
  readonly format: Format;
}

/** One number large, and what it is of; without a denominator, of people. */
export function WholeFigure({ row, format }: WholeFigureProps) {
  const isSuppressed = row.value === "suppressed";
  const fraction = row.denominator === undefined ? kitWords().people : fractionText(row);
  return (
    <div class="widget-whole">
      <p class={isSuppressed ? "figure figure-suppressed" : "figure"}>{valueText(row.value, format)}</p>
      {!isSuppressed && <p class="small soft">{fraction}</p>}
    </div>
  );
}
