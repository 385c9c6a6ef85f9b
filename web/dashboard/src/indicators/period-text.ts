import { formatDay, formatMonth } from "@aarohan/kit";
import { indicatorWords } from "./words.ts";

/** A period of the address in words. */
export function periodText(period: string): string {
  const [from, to] = period.split("..");
  if (from !== undefined && to !== undefined) return indicatorWords().spanOf(formatDay(from), formatDay(to));
  return period.length === 4 ? period : formatMonth(period);
}
