import type { MeasureId } from "@aarohan/kit";
import { AgreementScores } from "./agreement-scores.tsx";
import { CategoryFigure } from "./category-figure.tsx";
import { Headlines } from "./headlines.tsx";
import { IndicatorPage } from "./indicator-page.tsx";
import { MeasureChoice } from "./measure-choice.tsx";
import { MonthFigure } from "./month-figure.tsx";
import { PlaceFigure } from "./place-figure.tsx";
import { wholeGroup } from "./report-query.ts";
import { SplitFigure } from "./split-figure.tsx";
import { Told } from "./told.tsx";
import { useReports } from "./use-reports.ts";
import { chosenMeasure, filters } from "./view.ts";
import { indicatorWords } from "./words.ts";

const MEASURES: readonly [MeasureId, ...MeasureId[]] = [
  "suspicious-rate",
  "lesion-positivity",
  "ai-positivity",
  "high-risk-rate",
  "provisional-scc-rate",
  "ai-agreement",
];

/** What is found in those who were screened: all rates at once, then one of them in detail. */
export function DetectionPage() {
  const words = indicatorWords();
  const measure = chosenMeasure(MEASURES);
  const monthly = { group: wholeGroup(filters.value), split: "month", filters: filters.value } as const;
  const whole = { group: wholeGroup(filters.value), filters: filters.value } as const;
  const byPlace = { measure, group: filters.value.group, filters: filters.value } as const;
  const all = useReports(whole);
  const months = useReports(monthly);
  const places = useReports(byPlace);
  return (
    <IndicatorPage title={words.detection} lead={words.detectionLead}>
      <Told reports={all} waiting={6} waitingFor="headlines">
        {(reports) => <Headlines reports={reports} months={months.now.value.value} measures={MEASURES} />}
      </Told>
      <MeasureChoice among={MEASURES} chosen={measure} />
      {measure === "ai-agreement" && (
        <Told reports={all}>{(reports) => <AgreementScores reports={reports} />}</Told>
      )}
      <div class="indicator-grid">
        {measure === "ai-agreement" && (
          <Told reports={all}>
            {(reports) => (
              <CategoryFigure
                measure="ai-agreement"
                title={words.agreementCells}
                reports={reports}
                query={whole}
              />
            )}
          </Told>
        )}
        <Told reports={months}>
          {(reports) => <MonthFigure measure={measure} reports={reports} query={monthly} />}
        </Told>
        <Told reports={places}>
          {(reports) => <PlaceFigure measure={measure} reports={reports} query={byPlace} />}
        </Told>
        <SplitFigure measure={measure} split="sex" />
        <SplitFigure measure={measure} split="age-band" />
        <SplitFigure measure={measure} split="setting" />
      </div>
    </IndicatorPage>
  );
}
