/** Least number of values for a median. */
export const LEAST_FOR_MEDIAN = 30;
/** Least number of values for the 90th percentile, as a multiple of k: k of them are beyond it. */
const LEAST_FOR_P90_IN_K = 10;
/** Least number of values for a 90th percentile, by the k that is the rule. */
export const LEAST_FOR_P90 = 11 * LEAST_FOR_P90_IN_K;

/** A rate from released counts; `undefined` where one of them is suppressed, or nobody is in the denominator. */
export function releasedRate(
  numerator: number | undefined,
  denominator: number | undefined,
  per = 1,
): number | undefined {
  if (numerator === undefined || denominator === undefined || denominator === 0) return undefined;
  return (numerator / denominator) * per;
}

/** Whether a median may be shown: n is released and 30 or more. */
export function isMedianReleased(n: number | undefined): boolean {
  return n !== undefined && n >= LEAST_FOR_MEDIAN;
}

/** Whether a 90th percentile may be shown: n is released and 10 k or more. */
export function isP90Released(n: number | undefined, k = 11): boolean {
  return n !== undefined && n >= LEAST_FOR_P90_IN_K * k;
}
