import { isoDay } from "./indian-day.ts";
import { canonicalOf, type EvaluatedGroup, type Evaluation, roundedScore } from "./measure-report.ts";
import { agreementScores, type Numbers, type Shown } from "./numbers.ts";

/** A number of a report as a table's row; what is suppressed is null, and flagged. */
export interface ReportRow {
  readonly measure: string;
  readonly periodStart: string;
  readonly periodEnd: string;
  readonly state: string | null;
  readonly district: string | null;
  readonly stratifier: string | null;
  readonly stratum: string | null;
  /** `initial-population`, `denominator`, `numerator`, `score`, `90th-percentile`, a further score, or a category's code. */
  readonly population: string;
  readonly value: number | null;
  readonly suppressed: boolean;
}

/** All numbers of a report, in the order in which it tells them. */
export function reportRows(evaluation: Evaluation): ReportRow[] {
  return evaluation.groups.flatMap((group) => [
    ...rowsOf(group, undefined, undefined, group.numbers, evaluation),
    ...group.strata.flatMap(({ dimension, values }) =>
      values.flatMap(({ value, numbers }) => rowsOf(group, dimension, value, numbers, evaluation)),
    ),
  ]);
}

function rowsOf(
  { region }: EvaluatedGroup,
  stratifier: string | undefined,
  stratum: string | undefined,
  numbers: Numbers | undefined,
  { indicator, period }: Evaluation,
): ReportRow[] {
  if (numbers === undefined) return [];
  const [state, district] = region?.split("|") ?? [];
  const base = {
    measure: canonicalOf(indicator),
    periodStart: isoDay(period.from),
    periodEnd: isoDay(period.to),
    state: state ?? null,
    district: district ?? null,
    stratifier: stratifier ?? null,
    stratum: stratum ?? null,
  };
  const known: readonly (readonly [string, Shown | undefined])[] = [
    ["initial-population", numbers.initial],
    ["denominator", numbers.denominator],
    ["numerator", numbers.numerator],
    ["score", rounded(numbers.score)],
    ["90th-percentile", rounded(numbers.ninetieth)],
    ...(indicator.id === "ai-agreement" ? Object.entries(agreementScores(numbers.categories)) : []).map(
      ([name, score]) => [name, rounded(score)] as const,
    ),
    ...numbers.categories.map(
      (count, index) => [indicator.categories?.values[index]?.code ?? "", count] as const,
    ),
  ];
  return known.flatMap(([population, value]) =>
    value === undefined
      ? []
      : [
          {
            ...base,
            population,
            value: value === "suppressed" ? null : value,
            suppressed: value === "suppressed",
          },
        ],
  );
}

function rounded(score: Shown | undefined): Shown | undefined {
  return typeof score === "number" ? roundedScore(score) : score;
}
