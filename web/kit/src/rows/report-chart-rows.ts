import type { ChartRow } from "../charts/chart-row.ts";
import { formatMonth } from "../date.ts";
import { placeName } from "../places/region-name.ts";
import { measureWords } from "../words/measure-words.ts";
import {
  categoriesOf,
  type IndicatorRow,
  type IndicatorRows,
  regionsOf,
  strataOf,
} from "./indicator-rows.ts";

/** What is drawn of the numbers of a row. `score`: the Measure's own; `people`: who is counted. */
export type Drawn = "score" | "people";

/** More months than this are no period that somebody looks at. */
const MOST_MONTHS = 120;

export function chartRow(
  key: string,
  label: string,
  { cells }: IndicatorRow,
  drawn: Drawn = "score",
): ChartRow {
  const people = cells["initial-population"];
  if (drawn === "people") return { key, label, value: people?.value, numerator: people };
  return {
    key,
    label,
    value: cells.score?.value,
    numerator: cells.numerator,
    denominator: cells.denominator,
  };
}

/** A row for each month of the period; of a month in which nobody is counted, one without a number. */
export function monthRows(report: IndicatorRows, drawn: Drawn = "score"): ChartRow[] {
  const known = new Map(strataOf(report, "month").map((row) => [row.stratum ?? "", row]));
  return monthsOf(report.period).map((month) => {
    const row = known.get(month);
    const label = formatMonth(month);
    return row === undefined ? { key: month, label, value: undefined } : chartRow(month, label, row, drawn);
  });
}

function monthsOf({ start, end }: IndicatorRows["period"]): string[] {
  const months: string[] = [];
  let [year = 0, month = 0] = start.split("-").map(Number);
  while (months.length < MOST_MONTHS) {
    const text = `${year}-${String(month).padStart(2, "0")}`;
    if (text > end.slice(0, 7)) break;
    months.push(text);
    year += month === 12 ? 1 : 0;
    month = (month % 12) + 1;
  }
  return months;
}

/** The regions: the largest first, then what is not told, then where there is no number. */
export function regionRows(report: IndicatorRows, drawn: Drawn, withState: boolean): ChartRow[] {
  return regionsOf(report)
    .map((row) => chartRow(regionKey(row), placeName(row, withState), row, drawn))
    .toSorted((a, b) => rank(b) - rank(a) || a.label.localeCompare(b.label));
}

/** By the code of the state, or of the district within one. */
export function regionRowsByCode(report: IndicatorRows, drawn: Drawn): Map<string, ChartRow> {
  return new Map(
    regionsOf(report).map((row) => {
      const code = (row.district ?? row.state)?.code ?? "";
      return [code, chartRow(code, placeName(row, false), row, drawn)];
    }),
  );
}

function regionKey({ state, district }: IndicatorRow): string {
  return `${state?.code ?? ""}/${district?.code ?? ""}`;
}

function rank({ value }: ChartRow): number {
  if (value === undefined) return -2;
  return value === "suppressed" ? -1 : value;
}

/** The values of a dimension, in the order of the report. */
export function splitRows(report: IndicatorRows, split: string, drawn: Drawn = "score"): ChartRow[] {
  return strataOf(report, split).map((row) => {
    const value = row.stratum ?? "";
    return chartRow(value, valueName(value), row, drawn);
  });
}

/** The Measure's own categories: how many are in each. */
export function categoryRows(report: IndicatorRows): ChartRow[] {
  return categoriesOf(report).map(({ category = "", cells }) => {
    const count = cells.numerator ?? cells["initial-population"];
    return { key: category, label: valueName(category), value: count?.value, numerator: count };
  });
}

/** Age bands are the same in every language. */
export function valueName(value: string): string {
  const names: Readonly<Record<string, string>> = measureWords().values;
  return names[value] ?? value.replace("-", "–");
}
