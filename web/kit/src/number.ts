/**
 * Indian grouping and Latin digits in every language: Hindi and Kannada locales have others, and a figure must look the same
 * in a table, a file and a conversation.
 */
const NUMBERS = "en-IN";

/** Percents below this are written as less than it, where no scale asks for more digits. */
const LEAST_PERCENT_DECIMALS = 2;

/** 1234567 → `12,34,567`; all numbers of a column or a scale have as many decimals. */
export function formatNumber(value: number, decimals = 0): string {
  return new Intl.NumberFormat(NUMBERS, {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  }).format(value);
}

/**
 * 0.1234 → `12.3 %`, with a space that does not break. Default: one decimal, below 1 % two significant digits, and below that
 * `< 0.01 %`. What is not 0 never reads as 0.
 */
export function formatPercent(share: number, decimals?: number): string {
  const percent = share * 100;
  const most = decimals ?? LEAST_PERCENT_DECIMALS;
  const least = 10 ** -most;
  // A little less than the least: 0.000001 * 100 is.
  if (percent > 0 && percent < least * (1 - 1e-9)) return `<\u00a0${formatNumber(least, most)}\u00a0%`;
  const isSmall = decimals === undefined && percent > 0 && percent < 1;
  return `${isSmall ? twoDigits(percent) : formatNumber(percent, decimals ?? 1)}\u00a0%`;
}

function twoDigits(value: number): string {
  return new Intl.NumberFormat(NUMBERS, {
    minimumSignificantDigits: 2,
    maximumSignificantDigits: 2,
  }).format(value);
}

/** A number of a scale, with the decimals that tell its steps apart. */
export function numberOnScale(value: number, step: number): string {
  return formatNumber(value, stepDecimals(step));
}

/** A share of a scale of shares: the same in percents. */
export function percentOnScale(share: number, step: number): string {
  return formatPercent(share, stepDecimals(step * 100));
}

/** 20 → 0, 0.4 → 1, 0.05 → 2. */
function stepDecimals(step: number): number {
  const digits = new Intl.NumberFormat("en", { maximumSignificantDigits: 3 }).format(step);
  return digits.split(".")[1]?.length ?? 0;
}

/** 1234567 → `12.3L`: for the ends of a scale. */
export function formatCompact(value: number): string {
  return new Intl.NumberFormat(NUMBERS, { notation: "compact", maximumFractionDigits: 1 }).format(value);
}
