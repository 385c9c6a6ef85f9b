import { formatPercent, Headline, type IndicatorRows } from "@aarohan/kit";
import { agreementRows } from "./agreement-rows.ts";
import { measureHref } from "./report-query.ts";

/** How well the AI result stands for the specialist's diagnosis. */
export function AgreementScores({ reports }: { readonly reports: readonly IndicatorRows[] }) {
  const report = reports.find(({ measure }) => measure === "ai-agreement");
  if (report === undefined) return null;
  return (
    <section class="indicator-headlines">
      {agreementRows(report).map((row) => (
        <Headline
          key={row.key}
          row={row}
          format={(share) => formatPercent(share)}
          href={measureHref("ai-agreement")}
        />
      ))}
    </section>
  );
}
