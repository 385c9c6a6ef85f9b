import type { TableLattice } from "@aarohan/deid";
import { PUBLISHED_NUMBERS } from "@aarohan/measures";

/** In place of a number: it is suppressed; it is not published (yet), or there is none. */
export const SUPPRESSED = -1;
export const ABSENT = -2;

/** A place as a release published it. */
export interface PublishedPlace {
  /** Neither: the whole. */
  readonly state?: string;
  readonly district?: string;
  /** Of the release that took the place anew; 0 is the first. */
  readonly revision: number;
  /** Rows of as many numbers as the place has slots: the populations, in their order, then `QUANTILES`. */
  readonly numbers: Int32Array;
}

/** Days that are published of the indicators of time, behind the populations. */
export const QUANTILES = [
  { indicator: "time-to-review", share: 0.5 },
  { indicator: "time-to-review", share: 0.9 },
  { indicator: "time-to-follow-up", share: 0.5 },
  { indicator: "time-to-follow-up", share: 0.9 },
] as const;

/** The population whose days an indicator of time is about. */
export function timed(indicator: string): string {
  return PUBLISHED_NUMBERS[indicator]?.denominator?.[0] ?? "";
}

/** The same for a place in each release. */
export function placeKey({ state, district, revision }: Omit<PublishedPlace, "numbers">): string {
  return JSON.stringify([state, district, revision]);
}

export function slotsOf(lattice: TableLattice, place: number): number {
  return lattice.isDistrict(place) ? lattice.commonSlots : lattice.slots;
}
