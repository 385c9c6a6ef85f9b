/** A number, or that it is not told, because it, or one that could be computed from it, is of fewer than 11 people. */
export type Shown = number | "suppressed";

/** A number of a report. */
export interface Cell {
  readonly value: Shown;
  /** Fewer than 11 people, told to who answers for it. */
  readonly isSmall: boolean;
}

/** Of what is told; nothing of what is not. */
export function toldOf(value: Shown | undefined): number | undefined {
  return value === "suppressed" ? undefined : value;
}

/** One number from two: not told where one of them is not. */
export function computed(
  one: Shown | undefined,
  other: Shown | undefined,
  compute: (one: number, other: number) => number,
): Shown | undefined {
  if (one === undefined || other === undefined) return undefined;
  return one === "suppressed" || other === "suppressed" ? "suppressed" : compute(one, other);
}
