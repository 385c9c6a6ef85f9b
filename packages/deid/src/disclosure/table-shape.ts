/** What the declared tables of one period are split by: a calendar year with its months, or one month that has closed. */
export interface TableShape {
  /** Every state has a district; who has no known district counts in a district of that name. */
  readonly states: readonly { readonly code: string; readonly districts: readonly string[] }[];
  readonly period: string;
  /** Of the period; none where the period is itself a month. */
  readonly months: readonly string[];
  readonly sexes: readonly string[];
  readonly ageBands: readonly string[];
  readonly settings: readonly string[];
  /**
   * Districts, by their places over all states, that each later release took anew. Default none. A district taken anew is
   * another place beside the one that was published before, and so are its state and the whole.
   */
  readonly revisions?: readonly (readonly number[])[];
}

/** Where a published number stands; what is not named is summed over. */
export interface Coordinate {
  readonly state?: string;
  readonly district?: string;
  readonly month?: string;
  readonly sex?: string;
  readonly ageBand?: string;
  readonly setting?: string;
  /** The release that published the place first: 0, or the number of the revision that took it anew. */
  readonly revision: number;
}
