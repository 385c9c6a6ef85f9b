/** No day, or so many days that they do not matter. */
export const NO_DAY = 0xffff;

/** What every row says of where, when and who. Numbers are places in the lists below; 0 is unknown. */
export interface RowDimensions {
  /** Days since 1970, in India. */
  readonly day: number;
  /** Day of the same person's row before, and after; `NO_DAY` where there is none. Before the first: 0. */
  readonly previous: number;
  readonly next: number;
  readonly state: string;
  /** Within its state. */
  readonly district: string;
  readonly setting: number;
  readonly sex: number;
  readonly ageBand: number;
  /** Of the age that anonymised rows tell. */
  readonly shownAgeBand: number;
  /** Any current use of tobacco or areca, and any current habit: 1 no, 2 yes. */
  readonly tobacco: number;
  readonly habit: number;
  readonly organisation: string;
}

/** A completed screening. */
export interface ScreeningRow extends RowDimensions {
  readonly lesion: number;
  readonly ai: number;
  /** 0 not reviewed, 1 reviewed without a known diagnosis, from 2 on the place in `DIAGNOSES`. */
  readonly diagnosis: number;
  /** A bit for each of `RECOMMENDATIONS`. */
  readonly recommendations: number;
  /** Days from the screening to the review; `NO_DAY` where it was not reviewed, or before it was screened. */
  readonly reviewDays: number;
}

/** A follow-up Task of somebody who was referred. */
export interface FollowUpRow extends RowDimensions {
  /** 0 no record, from 1 on the place in `OUTCOMES`. */
  readonly outcome: number;
  /** Days from the Task to the follow-up; `NO_DAY` where that is not known. */
  readonly followUpDays: number;
}

export const SETTINGS = ["unknown", "field", "hospital"] as const;
export const SEXES = ["unknown", "male", "female", "other"] as const;
export const AGE_BANDS = ["unknown", "0-29", "30-39", "40-49", "50-59", "60-65", "66+"] as const;
export const NO_YES = ["unknown", "no", "yes"] as const;
export const AI_RESULTS = ["unknown", "non-suspicious", "suspicious"] as const;

const BAND_ENDS = [29, 39, 49, 59, 65, Number.POSITIVE_INFINITY];

/** Whole years → place in `AGE_BANDS`. */
export function ageBandOf(years: number | undefined): number {
  if (years === undefined || years < 0 || years > 130) return 0;
  return 1 + BAND_ENDS.findIndex((end) => years <= end);
}

/** The programme screens people of 30 to 65: bands 30–39 to 60–65. */
export function isEligible({ ageBand }: { readonly ageBand: number }): boolean {
  return ageBand >= 2 && ageBand <= 5;
}
