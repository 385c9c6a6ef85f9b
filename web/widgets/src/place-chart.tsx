import {
  BarChart,
  type ChartRow,
  chartRow,
  type Drawn,
  type Format,
  kitWords,
  measureWords,
  RowTable,
  regionRows,
  SuppressedNote,
  wholeOf,
} from "@aarohan/kit";
import { WholeFigure } from "./whole-figure.tsx";
import type { ViewProps } from "./widget-view.ts";

interface PlaceChartProps extends ViewProps {
  readonly drawn: Drawn;
  readonly format: Format;
}

/** The whole, and its places as bars or as a table. */
export function PlaceChart({ question: { measure }, reports, isTable, drawn, format }: PlaceChartProps) {
  const label = measureWords().measures[measure];
  const rows = reports.places === undefined ? [] : regionRows(reports.places, drawn, false);
  const whole = wholeRow(reports, label, drawn);
  return (
    <>
      {whole !== undefined && <WholeFigure row={whole} format={format} />}
      {rows.length > 0 &&
        (isTable ? (
          <RowTable caption={label} head={kitWords().place} rows={rows} format={format} />
        ) : (
          <BarChart label={label} rows={rows} format={format} most={8} />
        ))}
      <SuppressedNote values={[whole?.value, ...rows.map(({ value }) => value)]} />
    </>
  );
}

export function wholeRow({ whole }: ViewProps["reports"], label: string, drawn: Drawn): ChartRow | undefined {
  const row = whole === undefined ? undefined : wholeOf(whole);
  return row === undefined ? undefined : chartRow("whole", label, row, drawn);
}

/** Without denominators there is no coverage: people are counted. */
export function drawnOf({ whole, places }: ViewProps["reports"]): Drawn {
  const hasScore = [whole, places].some((report) =>
    report?.rows.some(({ cells }) => cells.score !== undefined),
  );
  return hasScore ? "score" : "people";
}
