/** A decision of the request limiter. */
export interface RateDecision {
  readonly allowed: boolean;
  /** Requests that a window admits. */
  readonly limit: number;
  /** Length of the window in seconds. */
  readonly windowSeconds: number;
  /** Requests that are left at this moment. */
  readonly remaining: number;
  /** Whole seconds until at least one more request is admitted than now (0 where nothing was used). */
  readonly resetSeconds: number;
}
