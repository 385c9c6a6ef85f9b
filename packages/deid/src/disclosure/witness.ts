/** Cells that change together, by one person each: those in `cells` gain, those in complement (`~cell`) lose. */
export interface WitnessStep {
  readonly amount: number;
  readonly cells: Int32Array;
}

/** Steps from the true counts, one after the other, to other counts that those who read the released ones cannot exclude. */
export type Witness = readonly WitnessStep[];
