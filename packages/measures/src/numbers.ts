import type { Indicator } from "./indicators.ts";
import { nearestRank } from "./quantile.ts";
import type { Tally } from "./tally.ts";

/** A number, or that it is not told: a small count, or one from which a small one could be computed. */
export type Shown = number | "suppressed";

/** What a report says of one group or stratum. */
export interface Numbers {
  readonly initial: Shown;
  /** Absent where there is none: a cohort, coverage without a table. */
  readonly denominator?: Shown;
  readonly numerator?: Shown;
  /** Of the indicator's categories, in their order. */
  readonly categories: readonly Shown[];
  /** Share (of `per`), or days. Absent of nothing. */
  readonly score?: Shown;
  /** Days in which nine of ten are done, of a continuous variable. */
  readonly ninetieth?: Shown;
}

/** Fewer than this, and a median or a 90th percentile would be about single persons. */
export interface QuantileLimits {
  /** Default 1. */
  readonly median: number;
  /** Default 1. */
  readonly ninetieth: number;
}

/** `eligible`: of coverage, the population from the table. */
export function numbersOf(
  tally: Tally,
  indicator: Indicator,
  eligible?: number,
  limits: QuantileLimits = { median: 1, ninetieth: 1 },
): Numbers {
  const { initial, denominator, numerator, categories, days } = tally;
  if (indicator.isCoverage === true) return coverage(initial, eligible);
  if (indicator.days !== undefined) {
    return {
      initial,
      denominator,
      categories: [],
      ...quantile("score", days, 0.5, denominator >= limits.median),
      ...quantile("ninetieth", days, 0.9, denominator >= limits.ninetieth),
    };
  }
  if (indicator.scoring === "cohort") return { initial, categories };
  return { initial, denominator, numerator, categories, ...scored(indicator, numerator, denominator) };
}

/** Numbers of coverage, whose denominator a table tells; as they are where it does not. */
export function withEligible(numbers: Numbers, eligible: number | undefined): Numbers {
  return coverage(numbers.initial, eligible);
}

function coverage(screened: Shown, eligible: number | undefined): Numbers {
  if (eligible === undefined) return { initial: screened, categories: [] };
  const score = screened === "suppressed" ? screened : screened / eligible;
  return { initial: screened, denominator: eligible, numerator: screened, categories: [], score };
}

function quantile<N extends string>(
  name: N,
  days: ReadonlyMap<number, number>,
  share: number,
  isTold: boolean,
): { readonly [K in N]?: Shown } {
  const value = nearestRank(days, share);
  if (value === undefined) return {};
  return { [name]: isTold ? value : "suppressed" } as { readonly [K in N]?: Shown };
}

/** A score is computed from numbers that are told, and from nothing else. */
export function scored(
  { per = 1 }: Indicator,
  numerator: Shown,
  denominator: Shown,
): { readonly score?: Shown } {
  if (numerator === "suppressed" || denominator === "suppressed") return { score: "suppressed" };
  return denominator === 0 ? {} : { score: (per * numerator) / denominator };
}

/** Sensitivity, specificity and positive predictive value, from the four categories of `ai-agreement`. */
export function agreementScores(categories: readonly Shown[]): Readonly<Record<string, Shown>> {
  const [truePositive = 0, falsePositive = 0, falseNegative = 0, trueNegative = 0] = categories;
  const share = (of: Shown, other: Shown): Shown | undefined => {
    if (of === "suppressed" || other === "suppressed") return "suppressed";
    return of + other === 0 ? undefined : of / (of + other);
  };
  const scores = {
    sensitivity: share(truePositive, falseNegative),
    specificity: share(trueNegative, falsePositive),
    "positive-predictive-value": share(truePositive, falsePositive),
  };
  return Object.fromEntries(
    Object.entries(scores).flatMap(([name, score]) => (score === undefined ? [] : [[name, score]])),
  );
}
