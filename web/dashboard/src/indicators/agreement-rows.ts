import { type Cell, type ChartRow, categoriesOf, computed, type IndicatorRows, wholeOf } from "@aarohan/kit";
import { indicatorWords } from "./words.ts";

/** Sensitivity, specificity and positive predictive value as the report tells them, with the people they are of. */
export function agreementRows(report: IndicatorRows): ChartRow[] {
  const words = indicatorWords();
  const scores = wholeOf(report)?.cells ?? {};
  const count = (category: string) =>
    categoriesOf(report).find((row) => row.category === category)?.cells.numerator;
  const row = (key: string, label: string, right: string, wrong: string): ChartRow => ({
    key,
    label,
    value: scores[key]?.value,
    numerator: count(right),
    denominator: sum(count(right), count(wrong)),
  });
  return [
    row("sensitivity", words.sensitivity, "true-positive", "false-negative"),
    row("specificity", words.specificity, "true-negative", "false-positive"),
    row("positive-predictive-value", words.positivePredictiveValue, "true-positive", "false-positive"),
  ];
}

/** Small where one of the two is: it could be computed. */
function sum(one: Cell | undefined, other: Cell | undefined): Cell | undefined {
  const value = computed(one?.value, other?.value, (a, b) => a + b);
  return value === undefined
    ? undefined
    : { value, isSmall: one?.isSmall === true || other?.isSmall === true };
}
