import {
  BarChart,
  type Drawn,
  formatNumber,
  type IndicatorRows,
  kitWords,
  type MeasureId,
  measureWords,
  regionRows,
  scoreFormat,
} from "@aarohan/kit";
import { Figure } from "./figure.tsx";
import type { ReportQuery } from "./report-query.ts";
import { indicatorWords } from "./words.ts";

interface PlaceFigureProps {
  readonly measure: MeasureId;
  readonly reports: readonly IndicatorRows[];
  readonly query: ReportQuery;
  readonly drawn?: Drawn;
}

/** A Measure by state or district, the largest first. */
export function PlaceFigure({ measure, reports, query, drawn = "score" }: PlaceFigureProps) {
  const words = indicatorWords();
  const [report] = reports;
  if (report === undefined) return null;
  const rows = regionRows(report, drawn, query.filters.state === "");
  const title =
    drawn === "people" ? words.screenedByPlace : words.rateByPlace(measureWords().measures[measure]);
  const format = drawn === "people" ? (value: number) => formatNumber(value) : scoreFormat(measure);
  return (
    <Figure
      id={`${measure}-place`}
      title={title}
      note={measure === "provisional-scc-rate" ? measureWords().provisional : undefined}
      head={kitWords().place}
      rows={rows}
      format={format}
      reports={[report]}
      query={query}
    >
      <BarChart label={title} rows={rows} format={format} />
    </Figure>
  );
}
