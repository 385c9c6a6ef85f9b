import { measureWords } from "@aarohan/kit";
import { CategoryFigure } from "./category-figure.tsx";
import { FollowUpTimes } from "./follow-up-times.tsx";
import { FunnelFigure } from "./funnel-figure.tsx";
import { IndicatorPage } from "./indicator-page.tsx";
import { MonthFigure } from "./month-figure.tsx";
import { PlaceFigure } from "./place-figure.tsx";
import { wholeGroup } from "./report-query.ts";
import { Told } from "./told.tsx";
import { useReports } from "./use-reports.ts";
import { filters } from "./view.ts";
import { indicatorWords } from "./words.ts";

/** Where people are lost between the referral and the follow-up, and how long it takes those who come. */
export function ReferralsPage() {
  const words = indicatorWords();
  const whole = { group: wholeGroup(filters.value), filters: filters.value } as const;
  const monthly = {
    measure: "follow-up-completion",
    group: wholeGroup(filters.value),
    split: "month",
    filters: filters.value,
  } as const;
  const byPlace = {
    measure: "follow-up-completion",
    group: filters.value.group,
    filters: filters.value,
  } as const;
  const all = useReports(whole);
  const months = useReports(monthly);
  const places = useReports(byPlace);
  return (
    <IndicatorPage title={words.referrals} lead={words.referralsLead}>
      <Told reports={all} waiting={4}>
        {(reports) => (
          <>
            <FollowUpTimes reports={reports} />
            <div class="indicator-grid">
              <FunnelFigure reports={reports} query={whole} />
              <CategoryFigure
                measure="follow-up-outcome"
                title={measureWords().measures["follow-up-outcome"]}
                reports={reports}
                query={whole}
              />
              <CategoryFigure
                measure="follow-up-completion"
                title={words.followUpTime}
                reports={reports}
                query={whole}
              />
            </div>
          </>
        )}
      </Told>
      <div class="indicator-grid">
        <Told reports={months}>
          {(reports) => <MonthFigure measure="follow-up-completion" reports={reports} query={monthly} />}
        </Told>
        <Told reports={places}>
          {(reports) => <PlaceFigure measure="follow-up-completion" reports={reports} query={byPlace} />}
        </Told>
      </div>
    </IndicatorPage>
  );
}
