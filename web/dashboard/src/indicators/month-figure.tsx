import {
  type ChartRow,
  formatMonth,
  formatNumber,
  type IndicatorRows,
  kitWords,
  LineChart,
} from "@aarohan/kit";
import { type Drawn, monthRows } from "./chart-rows.ts";
import { Figure } from "./figure.tsx";
import { axisFormat, scoreFormat } from "./measure-format.ts";
import { type MeasureId, ofMeasure, type ReportQuery } from "./report-query.ts";
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
  const title = drawn === "people" ? words.screenedByMonth : words.rateByMonth(words.measures[measure]);
  const count = (value: number) => formatNumber(value);
  return (
    <Figure
      id={`${measure}-month`}
      title={title}
      note={measure === "provisional-scc-rate" ? words.provisional : undefined}
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
        tick={drawn === "people" ? count : axisFormat(measure)}
        axis={(row: ChartRow) => formatMonth(row.key, "short")}
      />
    </Figure>
  );
}
