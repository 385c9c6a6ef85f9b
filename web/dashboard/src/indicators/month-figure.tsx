import {
  axisFormat,
  type ChartRow,
  type Drawn,
  formatMonth,
  formatNumber,
  type IndicatorRows,
  kitWords,
  LineChart,
  type MeasureId,
  measureWords,
  monthRows,
  numberOnScale,
  scoreFormat,
} from "@aarohan/kit";
import { Figure } from "./figure.tsx";
import { ofMeasure, type ReportQuery } from "./report-query.ts";
import { indicatorWords } from "./words.ts";

interface MonthFigureProps {
  readonly measure: MeasureId;
  readonly reports: readonly IndicatorRows[];
  /** The query of the reports: by month. */
  readonly query: ReportQuery;
  readonly drawn?: Drawn;
}

/** A Measure by month. */
export function MonthFigure({ measure, reports, query, drawn = "score" }: MonthFigureProps) {
  const words = indicatorWords();
  const report = reports.find((one) => one.measure === measure);
  if (report === undefined) return null;
  const rows = monthRows(report, drawn);
  const title =
    drawn === "people" ? words.screenedByMonth : words.rateByMonth(measureWords().measures[measure]);
  const count = (value: number) => formatNumber(value);
  return (
    <Figure
      id={`${measure}-month`}
      title={title}
      note={measure === "provisional-scc-rate" ? measureWords().provisional : undefined}
      head={kitWords().month}
      rows={rows}
      format={drawn === "people" ? count : scoreFormat(measure)}
      reports={[report]}
      query={ofMeasure(query, measure)}
    >
      <LineChart
        label={title}
        rows={rows}
        format={drawn === "people" ? count : scoreFormat(measure)}
        tick={drawn === "people" ? numberOnScale : axisFormat(measure)}
        axis={(row: ChartRow) => formatMonth(row.key, "short")}
      />
    </Figure>
  );
}
