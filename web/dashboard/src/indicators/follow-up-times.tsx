import {
  chartRow,
  Headline,
  type IndicatorRows,
  kitWords,
  type MeasureId,
  measureWords,
  medianText,
  scoreFormat,
  wholeOf,
} from "@aarohan/kit";
import { measureHref } from "./report-query.ts";

const MEASURES: readonly MeasureId[] = [
  "referral-rate",
  "follow-up-completion",
  "time-to-review",
  "time-to-follow-up",
];

/** Rates and times of the way back: of times the median, with the days in which nine of ten are done. */
export function FollowUpTimes({ reports }: { readonly reports: readonly IndicatorRows[] }) {
  return (
    <section class="indicator-headlines">
      {MEASURES.map((measure) => {
        const report = reports.find((one) => one.measure === measure);
        const whole = report === undefined ? undefined : wholeOf(report);
        const label = measureWords().measures[measure];
        const ninetieth = whole?.cells["90th-percentile"];
        const note = ninetieth && medianText(ninetieth, (days) => kitWords().daysCount(days));
        return (
          <Headline
            key={measure}
            row={
              whole === undefined
                ? { key: measure, label, value: undefined }
                : chartRow(measure, label, whole)
            }
            format={scoreFormat(measure)}
            href={measureHref(measure)}
            {...(note === undefined ? {} : { note })}
          />
        );
      })}
    </section>
  );
}
