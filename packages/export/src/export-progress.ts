/** How far the types of a job are. */
export interface TypeProgress {
  readonly type: string;
  /** Resources that were read, and that the programme's server counted before. */
  readonly read: number;
  readonly expected: number;
  /** At work, or done with it. */
  readonly isBegun: boolean;
  readonly isDone: boolean;
}

/**
 * 0 to 99 while the job goes on. Coarser than it is known: what was counted may hold what the caller never sees, so
 * nothing finer than two figures is told.
 */
export function percentOf(types: readonly TypeProgress[]): number {
  const expected = types.reduce((sum, type) => sum + Math.max(type.expected, 1), 0);
  const read = types.reduce(
    (sum, type) => sum + (type.isDone ? Math.max(type.expected, 1) : Math.min(type.read, type.expected)),
    0,
  );
  return expected === 0 ? 0 : Math.min(99, Math.floor((100 * read) / expected));
}

const LONGEST = 99;

/** `X-Progress` (at most 99 characters): `45 %: Patient, Observation`, those at work, whether or not anything was found. */
export function progressText(percent: number, types: readonly TypeProgress[]): string {
  const going = [
    ...new Set(types.filter(({ isDone, isBegun }) => isBegun && !isDone).map(({ type }) => type)),
  ];
  const text = going.length === 0 ? `${percent} %` : `${percent} %: ${going.join(", ")}`;
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 3)}...`;
}
