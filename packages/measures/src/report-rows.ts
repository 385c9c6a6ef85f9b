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
    ...rowsOf(group, undefined, undefined, populationsOf(group.numbers, evaluation), evaluation),
    ...rowsOf(group, undefined, undefined, categoriesOf(group.numbers, evaluation), evaluation),
    ...group.strata.flatMap(({ dimension, values }) =>
      [populationsOf, categoriesOf].flatMap((told) =>
        values.flatMap(({ value, numbers }) =>
          rowsOf(group, dimension, value, told(numbers, evaluation), evaluation),
        ),
      ),
    ),
  ]);
}

type Named = readonly [population: string, value: Shown | undefined];

function populationsOf(numbers: Numbers | undefined, { indicator }: Evaluation): Named[] {
  if (numbers === undefined) return [];
  const further = indicator.id === "ai-agreement" ? agreementScores(numbers.categories) : {};
  return [
    ["initial-population", numbers.initial],
    ["denominator", numbers.denominator],
    ["numerator", numbers.numerator],
    ["score", rounded(numbers.score)],
    ["90th-percentile", rounded(numbers.ninetieth)],
    ...Object.entries(further).map(([name, score]): Named => [name, rounded(score)]),
  ];
}

function categoriesOf(numbers: Numbers | undefined, { indicator }: Evaluation): Named[] {
  const known = indicator.categories?.values ?? [];
  return (numbers?.categories ?? []).map((count, index) => [known[index]?.code ?? "", count]);
}

function rowsOf(
  { region }: EvaluatedGroup,
  stratifier: string | undefined,
  stratum: string | undefined,
  told: readonly Named[],
  { indicator, period }: Evaluation,
): ReportRow[] {
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
  return told.flatMap(([population, value]) => {
    if (value === undefined) return [];
    const suppressed = value === "suppressed";
    return [{ ...base, population, value: suppressed ? null : value, suppressed }];
  });
}

function rounded(score: Shown | undefined): Shown | undefined {
  return typeof score === "number" ? roundedScore(score) : score;
}
