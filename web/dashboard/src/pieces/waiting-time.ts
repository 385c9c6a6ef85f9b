import { formatNumber } from "@aarohan/kit";
import { shellWords } from "../shell/words.ts";

/** From here on minutes say more than seconds. */
const LONG_SECONDS = 120;

/** How long there is to wait, rounded up. */
export function waitingTime(seconds: number): string {
  const words = shellWords();
  if (seconds < LONG_SECONDS) return words.seconds(formatNumber(seconds));
  return words.minutes(formatNumber(Math.ceil(seconds / 60)));
}
