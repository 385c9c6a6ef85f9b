import { AgreementScores } from "./agreement-scores.tsx";
import { CategoryFigure } from "./category-figure.tsx";
import { Headlines } from "./headlines.tsx";
import { IndicatorPage } from "./indicator-page.tsx";
import { MeasureChoice } from "./measure-choice.tsx";
import { MonthFigure } from "./month-figure.tsx";
import { PlaceFigure } from "./place-figure.tsx";
import { type MeasureId, wholeGroup } from "./report-query.ts";
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
  const byPlace = { measure, group: filters.value.group, filters: filters.value } as const;
  const months = useReports(monthly);
  const places = useReports(byPlace);
  return (
    <IndicatorPage title={words.detection} lead={words.detectionLead}>
      <Told reports={months} waiting={6}>
        {(reports) => (
          <>
            <Headlines reports={reports} measures={MEASURES} />
            <MeasureChoice among={MEASURES} chosen={measure} />
            <div class="indicator-grid">
              <MonthFigure measure={measure} reports={reports} query={monthly} />
              {measure === "ai-agreement" && (
                <CategoryFigure
                  measure="ai-agreement"
                  title={words.agreementCells}
                  reports={reports}
                  query={monthly}
                />
              )}
            </div>
            {measure === "ai-agreement" && <AgreementScores reports={reports} />}
          </>
        )}
      </Told>
      <div class="indicator-grid">
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
