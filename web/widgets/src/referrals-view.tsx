import {
  type Cell,
  Funnel,
  type FunnelStep,
  formatNumber,
  type IndicatorRow,
  kitWords,
  measureWords,
  RowTable,
  SuppressedNote,
  wholeOf,
} from "@aarohan/kit";
import { mountsView } from "./mount-widget.tsx";
import type { WidgetQuestion } from "./widget-question.ts";
import type { ViewProps } from "./widget-view.ts";

export const mountReferrals = mountsView({ widget: "referrals", cuts: ["whole"], View: ReferralsView });

/** The way from the screening to the referral, as far as the Measure tells it. */
function ReferralsView({ question, reports, isTable }: ViewProps) {
  const whole = reports.whole === undefined ? undefined : wholeOf(reports.whole);
  if (whole === undefined) return null;
  const label = measureWords().measures[question.measure];
  const steps = stepsOf(question.measure, whole);
  const rows = steps.map(({ key, label, count }) => ({ key, label, value: count?.value, numerator: count }));
  return (
    <>
      {isTable ? (
        <RowTable
          caption={label}
          head={kitWords().step}
          rows={rows}
          format={(count) => formatNumber(count)}
        />
      ) : (
        <Funnel label={label} steps={steps} />
      )}
      <SuppressedNote values={rows.map(({ value }) => value)} />
    </>
  );
}

function stepsOf(measure: WidgetQuestion["measure"], { cells }: IndicatorRow): FunnelStep[] {
  const words = measureWords();
  const isReferral = measure === "referral-rate";
  const reviewed: Cell | undefined = isReferral ? cells.denominator : cells.numerator;
  const steps: FunnelStep[] = [
    { key: "screened", label: words.screened, count: cells["initial-population"] },
    { key: "reviewed", label: words.reviewed, count: reviewed },
  ];
  if (!isReferral) return steps;
  return [...steps, { key: "referred", label: words.referred, count: cells.numerator, isChoice: true }];
}
