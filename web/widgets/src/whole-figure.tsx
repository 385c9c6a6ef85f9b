import { type ChartRow, type Format, fractionText, valueText } from "@aarohan/kit";

/** One number large, and what it is of. */
export function WholeFigure({ row, format }: { readonly row: ChartRow; readonly format: Format }) {
  const fraction = row.value === "suppressed" ? "" : fractionText(row);
  return (
    <div class="widget-whole">
      <p class={row.value === "suppressed" ? "figure figure-suppressed" : "figure"}>
        {valueText(row.value, format)}
      </p>
      {fraction !== "" && <p class="small soft">{fraction}</p>}
    </div>
  );
}
