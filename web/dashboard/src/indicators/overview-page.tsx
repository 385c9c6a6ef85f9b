import { FunnelFigure } from "./funnel-figure.tsx";
import { Headlines } from "./headlines.tsx";
import { IndicatorPage } from "./indicator-page.tsx";
import { MonthFigure } from "./month-figure.tsx";
import { PlaceFigure } from "./place-figure.tsx";
import { wholeGroup } from "./report-query.ts";
import { Told } from "./told.tsx";
import { useReports } from "./use-reports.ts";
import { filters } from "./view.ts";
import { indicatorWords } from "./words.ts";

/** How the programme is doing, within a minute. */
export function OverviewPage() {
  const words = indicatorWords();
  const monthly = { group: wholeGroup(filters.value), split: "month", filters: filters.value } as const;
  const whole = { group: wholeGroup(filters.value), filters: filters.value } as const;
  const byPlace = {
    measure: "follow-up-completion",
    group: filters.value.group,
    filters: filters.value,
  } as const;
  const months = useReports(monthly);
  const all = useReports(whole);
  const places = useReports(byPlace);
  return (
    <IndicatorPage title={words.overview} lead={words.overviewLead}>
      <Told reports={all} waiting={4} waitingFor="headlines">
        {(reports) => (
          <Headlines
            reports={reports}
            months={months.now.value.value}
            measures={["review-completion", "suspicious-rate", "referral-rate", "follow-up-completion"]}
          />
        )}
      </Told>
      <div class="indicator-grid">
        <Told reports={months} waiting={2}>
          {(reports) => (
            <>
              <MonthFigure measure="review-completion" reports={reports} query={monthly} drawn="people" />
              <MonthFigure measure="suspicious-rate" reports={reports} query={monthly} />
            </>
          )}
        </Told>
        <Told reports={all}>{(reports) => <FunnelFigure reports={reports} query={whole} />}</Told>
        <Told reports={places}>
          {(reports) => <PlaceFigure measure="follow-up-completion" reports={reports} query={byPlace} />}
        </Told>
      </div>
    </IndicatorPage>
  );
}
