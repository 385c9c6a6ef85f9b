import {
  BarChart,
  categoryRows,
  chartRow,
  formatNumber,
  kitWords,
  measureWords,
  medianText,
  RowTable,
  SuppressedNote,
  scoreFormat,
  wholeOf,
} from "@aarohan/kit";
import { mountsView } from "./mount-widget.tsx";
import { WholeFigure } from "./whole-figure.tsx";
import type { ViewProps } from "./widget-view.ts";

export const mountFollowUp = mountsView({ widget: "follow-up", cuts: ["whole"], View: FollowUpView });

/** How many come back, or what became of them: the whole, and its categories. */
function FollowUpView({ question: { measure }, reports: { whole: report }, isTable }: ViewProps) {
  const whole = report === undefined ? undefined : wholeOf(report);
  if (report === undefined || whole === undefined) return null;
  const label = measureWords().measures[measure];
  const rows = categoryRows(report);
  const row = chartRow("whole", label, whole);
  const count = (people: number) => formatNumber(people);
  const shown = rows.length === 0 ? [{ ...row, label: measureWords().everywhere }] : rows;
  const ninetieth = whole.cells["90th-percentile"];
  return (
    <>
      {row.value !== undefined && <WholeFigure row={row} format={scoreFormat(measure)} />}
      {ninetieth !== undefined && <p class="small soft">{medianText(ninetieth, scoreFormat(measure))}</p>}
      {isTable && (
        <RowTable
          caption={label}
          head={kitWords().group}
          rows={shown}
          format={rows.length === 0 ? scoreFormat(measure) : count}
        />
      )}
      {!isTable && rows.length > 0 && <BarChart label={label} rows={rows} format={count} />}
      <SuppressedNote values={[row.value, ninetieth?.value, ...rows.map(({ value }) => value)]} />
    </>
  );
}
