import { Headline, type IndicatorRows, wholeOf } from "@aarohan/kit";
import { chartRow, monthRows } from "./chart-rows.ts";
import { scoreFormat } from "./measure-format.ts";
import { type MeasureId, measureHref } from "./report-query.ts";
import { indicatorWords } from "./words.ts";

interface HeadlinesProps {
  readonly reports: readonly IndicatorRows[];
  /** Their months, as far as they are known: what is rare is published by year alone. */
  readonly months: readonly IndicatorRows[] | undefined;
  readonly measures: readonly MeasureId[];
}

/** A headline number for each Measure, with its months. */
export function Headlines({ reports, months = [], measures }: HeadlinesProps) {
  const words = indicatorWords();
  return (
    <section class="indicator-headlines">
      {measures.map((measure) => {
        const report = reports.find((one) => one.measure === measure);
        const monthly = months.find((one) => one.measure === measure);
        const whole = report === undefined ? undefined : wholeOf(report);
        const label = words.measures[measure];
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
            {...(measure === "provisional-scc-rate" ? { note: words.provisional } : {})}
          />
        );
      })}
    </section>
  );
}
