import {
  type Cell,
  categoriesOf,
  computed,
  type FunnelStep,
  type IndicatorRows,
  type MeasureId,
  measureWords,
  type Shown,
  wholeOf,
} from "@aarohan/kit";
import { indicatorWords } from "./words.ts";

/** The way from the screening to the follow-up. A step that a report does not tell is not told. */
export function funnelSteps(reports: readonly IndicatorRows[]): FunnelStep[] {
  const words = indicatorWords();
  const count = (measure: MeasureId, population: string): Cell | undefined =>
    wholeCells(reports, measure)?.[population];
  return [
    {
      key: "screened",
      label: measureWords().screened,
      count: count("review-completion", "initial-population"),
    },
    { key: "reviewed", label: measureWords().reviewed, count: count("review-completion", "numerator") },
    {
      key: "referred",
      label: measureWords().referred,
      count: count("referral-rate", "numerator"),
      isChoice: true,
    },
    { key: "recorded", label: words.recorded, count: recorded(reports), cohort: words.taskCohort },
    { key: "followed-up", label: words.followedUp, count: count("follow-up-completion", "numerator") },
  ];
}

function wholeCells(reports: readonly IndicatorRows[], measure: MeasureId) {
  const report = reports.find((one) => one.measure === measure);
  return report === undefined ? undefined : wholeOf(report)?.cells;
}

/** Below this, and above 0, a count is small: as the gateway marks those that it tells. */
const SMALL = 11;

/** Everybody with a task but those of whom nothing is recorded. */
function recorded(reports: readonly IndicatorRows[]): Cell | undefined {
  const report = reports.find(({ measure }) => measure === "follow-up-outcome");
  if (report === undefined) return undefined;
  const all = wholeOf(report)?.cells["initial-population"];
  const without = categoriesOf(report).find(({ category }) => category === "no-record")?.cells[
    "initial-population"
  ];
  const value = computed(all?.value, without?.value, (one, other) => one - other);
  return value === undefined ? undefined : { value, isSmall: isSmallCount(value) };
}

function isSmallCount(value: Shown): boolean {
  return value !== "suppressed" && value > 0 && value < SMALL;
}
