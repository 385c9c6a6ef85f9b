/** A decision of the request limiter. */
export interface RateDecision {
  readonly allowed: boolean;
  /** True for a user who is denied all access: then nothing is admitted. */
  readonly denied: boolean;
  /** True for a refusal that repeats one of the same minute: the limiter tells the trail how many there were, and it has no record of its own. */
  readonly isCounted: boolean;
  /** Requests that a window admits. */
  readonly limit: number;
  /** Length of the window in seconds. */
  readonly windowSeconds: number;
  /** Requests that are left at this moment. */
  readonly remaining: number;
  /** Whole seconds until at least one more request is admitted than now (0 where nothing was used). */
  readonly resetSeconds: number;
}

/** What is left of one of a user's limits. */
export interface LimitStanding {
  readonly name: "requests" | "exports" | "download-bytes";
  /** As many as a window admits. */
  readonly most: number;
  readonly left: number;
  readonly windowSeconds: number;
  /** Whole seconds until more is left than now; 0 where nothing was used. */
  readonly resetSeconds: number;
}

/** A user's standing with the request limiter. */
export interface UserStanding {
  readonly denied: boolean;
  readonly limits: readonly LimitStanding[];
}

/** A user whose tokens are refused, whatever their expiry. */
export interface DeniedUser {
  /** As in `Identity`. */
  readonly userKey: string;
  readonly issuer: string;
  readonly subject: string;
  /** ISO 8601 instants; without `until` until it is taken back. */
  readonly since: string;
  readonly until?: string;
  /** Subject of the administrator. */
  readonly by: string;
}
