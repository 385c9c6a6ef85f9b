import { formatPercent, Headline, type IndicatorRows, wholeOf } from "@aarohan/kit";
import { measureHref } from "./report-query.ts";
import { indicatorWords } from "./words.ts";

/** How well the AI result stands for the specialist's diagnosis. */
export function AgreementScores({ reports }: { readonly reports: readonly IndicatorRows[] }) {
  const words = indicatorWords();
  const report = reports.find(({ measure }) => measure === "ai-agreement");
  const cells = report === undefined ? undefined : wholeOf(report)?.cells;
  const scores = [
    ["sensitivity", words.sensitivity],
    ["specificity", words.specificity],
    ["positive-predictive-value", words.positivePredictiveValue],
  ] as const;
  return (
    <section class="indicator-headlines">
      {scores.map(([name, label]) => (
        <Headline
          key={name}
          row={{ key: name, label, value: cells?.[name]?.value, denominator: cells?.denominator }}
          format={(share) => formatPercent(share)}
          href={measureHref("ai-agreement")}
        />
      ))}
    </section>
  );
}
