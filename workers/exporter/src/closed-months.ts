import { firstDayOf, indianDayAt } from "@aarohan/measures";

/** Months of a year, from January, that were over for so many days in India at an instant (milliseconds since 1970). */
export function closedMonths(year: number, at: number, closingDays: number): number {
  const today = indianDayAt(at);
  const january = (year - 1970) * 12;
  let months = 0;
  while (months < 12 && firstDayOf(january + months + 1) + closingDays <= today) months += 1;
  return months;
}
