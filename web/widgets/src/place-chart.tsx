import {
  BarChart,
  chartRow,
  type Drawn,
  type Format,
  kitWords,
  measureWords,
  RowTable,
  regionRows,
  regionsOf,
  wholeOf,
} from "@aarohan/kit";
import type { ViewProps } from "./mount-widget.tsx";
import { WholeFigure } from "./whole-figure.tsx";

interface PlaceChartProps extends ViewProps {
  readonly drawn: Drawn;
  readonly format: Format;
}

/** The whole, and its places as bars or as a table. */
export function PlaceChart({ question: { measure }, reports, isTable, drawn, format }: PlaceChartProps) {
  const label = measureWords().measures[measure];
  const whole = reports.whole === undefined ? undefined : wholeOf(reports.whole);
  const rows = reports.places === undefined ? [] : regionRows(reports.places, drawn, false);
  return (
    <>
      {whole !== undefined && <WholeFigure row={chartRow("whole", label, whole, drawn)} format={format} />}
      {rows.length > 0 &&
        (isTable ? (
          <RowTable caption={label} head={kitWords().place} rows={rows} format={format} />
        ) : (
          <BarChart label={label} rows={rows} format={format} most={8} />
        ))}
    </>
  );
}

/** Without denominators there is no coverage: people are counted. */
export function drawnOf({ places }: ViewProps["reports"]): Drawn {
  const hasScore = places !== undefined && regionsOf(places).some(({ cells }) => cells.score !== undefined);
  return hasScore ? "score" : "people";
}
