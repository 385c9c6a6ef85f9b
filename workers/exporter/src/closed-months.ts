const DAY_MILLISECONDS = 86_400_000;
/** The programme's calendar is India's: UTC+05:30. */
const OFFSET_MILLISECONDS = 19_800_000;

/** Months of a year, from January, that were over for so many days at an instant (milliseconds since 1970). */
export function closedMonths(year: number, at: number, closingDays: number): number {
  let months = 0;
  while (
    months < 12 &&
    Date.UTC(year, months + 1, 1) - OFFSET_MILLISECONDS + closingDays * DAY_MILLISECONDS <= at
  )
    months += 1;
  return months;
}
