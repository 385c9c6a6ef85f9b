import { LEAST_FOR_MEDIAN, LEAST_FOR_P90 } from "@aarohan/deid";
import {
  type DenominatorEntry,
  type EvaluatedGroup,
  type Evaluation,
  eligiblePopulation,
  type Indicator,
  isoDay,
  numbersOf,
  type Tally,
  type TallyQuery,
} from "@aarohan/measures";
import { namedAsAsked, type ReportQuery } from "./report-query.ts";

/** A question to who has the counts. */
export interface CountQuestion extends Omit<TallyQuery, "indicator"> {
  /** Id of the indicator. */
  readonly indicator: string;
}

export interface Counts {
  /** Milliseconds since 1970: everything that changed before is counted. */
  readonly dataAsOf: number;
  /** Of each question. */
  readonly tallies: readonly (readonly Tally[])[];
}

/** Counts below this are marked for who may see them: publishing them is the reader's responsibility. */
const SMALL_BELOW = 11;

/** What has to be counted for the reports that are asked for. */
export function countQuestions(query: ReportQuery): CountQuestion[] {
  return query.indicators.flatMap((indicator) => questionsOf(indicator, query));
}

/** Reports of any period, filter and split, from the counts of `countQuestions`: for who may see rows. */
export function evaluations(
  query: ReportQuery,
  { dataAsOf, tallies }: Counts,
  denominators: readonly DenominatorEntry[],
  date: number,
): Evaluation[] {
  const perIndicator = 1 + query.stratifiers.length;
  return query.indicators.map((indicator, index) => ({
    indicator,
    ...namedAsAsked(query),
    period: query.period,
    date,
    dataAsOf,
    smallBelow: SMALL_BELOW,
    groups: groupsOf(
      indicator,
      query,
      tallies.slice(index * perIndicator, (index + 1) * perIndicator),
      denominators,
    ),
  }));
}

function questionsOf({ id }: Indicator, { period, filter, group, stratifiers, hidesDays }: ReportQuery) {
  const region = group === "none" ? [] : [group];
  return [region, ...stratifiers.map((one) => [...region, one])].map((by) => ({
    indicator: id,
    period,
    filter,
    by,
    ...(hidesDays ? { ages: "shown" as const } : {}),
  }));
}

/** The days of a few would be somebody's. */
const OF_MANY = { median: LEAST_FOR_MEDIAN, ninetieth: LEAST_FOR_P90 };

function groupsOf(
  indicator: Indicator,
  query: ReportQuery,
  [whole = [], ...split]: readonly (readonly Tally[])[],
  denominators: readonly DenominatorEntry[],
): EvaluatedGroup[] {
  const year = Number(isoDay(query.period.to).slice(0, 4));
  const isRegional = query.group !== "none";
  const eligible = (region: string | undefined, dimension?: string, value?: string) =>
    eligibleOf(denominators, isRegional ? region : undefined, query, dimension, value, year);
  const limits = query.hidesDays ? OF_MANY : undefined;
  const tallies = whole.length === 0 && !isRegional ? [] : [...whole].toSorted(byValues);
  return tallies.map((one) => {
    const region = isRegional ? (one.values[0] ?? "") : undefined;
    return {
      ...(region === undefined ? {} : { region }),
      numbers: numbersOf(one, indicator, eligible(region), limits),
      strata: query.stratifiers.map((dimension, index) => ({
        dimension,
        values: [...(split[index] ?? [])]
          .filter(({ values }) => !isRegional || values[0] === region)
          .toSorted(byValues)
          .map((stratum) => {
            const value = stratum.values.at(-1) ?? "";
            const people = eligible(region, dimension, value);
            return { value, numbers: numbersOf(stratum, indicator, people, limits) };
          }),
      })),
    };
  });
}

/** The table knows places alone: of a part of the people there it tells nothing. */
function eligibleOf(
  table: readonly DenominatorEntry[],
  region: string | undefined,
  { filter }: ReportQuery,
  dimension: string | undefined,
  value: string | undefined,
  year: number,
): number | undefined {
  const isPlace = dimension === undefined || dimension === "state" || dimension === "district";
  const isNarrowed = Object.keys(filter).some((name) => name !== "state" && name !== "district");
  const place = isPlace && dimension !== undefined ? value : region;
  if (!isPlace || isNarrowed) return undefined;
  if (place === undefined && Object.keys(filter).length > 0) return undefined;
  const [state, district] = place?.split("|") ?? [];
  if (state === "unknown") return undefined;
  return eligiblePopulation(
    table,
    { ...(state === undefined ? {} : { state }), ...(district === undefined ? {} : { district }) },
    year,
  );
}

function byValues(one: Tally, other: Tally): number {
  const [a, b] = [one.values.join("\n"), other.values.join("\n")];
  return a < b ? -1 : a > b ? 1 : 0;
}
