import {
  chartRow,
  Headline,
  type IndicatorRows,
  type MeasureId,
  measureWords,
  monthRows,
  scoreFormat,
  wholeOf,
} from "@aarohan/kit";
import { measureHref } from "./report-query.ts";

interface HeadlinesProps {
  readonly reports: readonly IndicatorRows[];
  /** Their months, as far as they are known: what is rare is published by year alone. */
  readonly months: readonly IndicatorRows[] | undefined;
  readonly measures: readonly MeasureId[];
}

/** A headline number for each Measure, with its months. */
export function Headlines({ reports, months = [], measures }: HeadlinesProps) {
  return (
    <section class="indicator-headlines">
      {measures.map((measure) => {
        const report = reports.find((one) => one.measure === measure);
        const monthly = months.find((one) => one.measure === measure);
        const whole = report === undefined ? undefined : wholeOf(report);
        const label = measureWords().measures[measure];
        return (
          <Headline
            key={measure}
            row={
              whole === undefined
                ? { key: measure, label, value: undefined }
                : chartRow(measure, label, whole)
            }
            format={scoreFormat(measure)}
            trend={monthly === undefined ? [] : monthRows(monthly)}
            href={measureHref(measure)}
            {...(measure === "provisional-scc-rate" ? { note: measureWords().provisional } : {})}
          />
        );
      })}
    </section>
  );
}
