import {
  BarChart,
  categoryRows,
  formatNumber,
  type IndicatorRows,
  kitWords,
  type MeasureId,
} from "@aarohan/kit";
import { Figure } from "./figure.tsx";
import { ofMeasure, type ReportQuery } from "./report-query.ts";

interface CategoryFigureProps {
  readonly measure: MeasureId;
  readonly title: string;
  readonly reports: readonly IndicatorRows[];
  readonly query: ReportQuery;
}

/** The parts that a Measure falls into: people in each. */
export function CategoryFigure({ measure, title, reports, query }: CategoryFigureProps) {
  const report = reports.find((one) => one.measure === measure);
  if (report === undefined) return null;
  const rows = categoryRows(report);
  const format = (count: number) => formatNumber(count);
  return (
    <Figure
      id={`${measure}-parts`}
      title={title}
      head={kitWords().group}
      rows={rows}
      format={format}
      reports={[report]}
      query={ofMeasure(query, measure)}
    >
      <BarChart label={title} rows={rows} format={format} />
    </Figure>
  );
}
