/**
 * Indian grouping and Latin digits in every language: Hindi and Kannada locales have others, and a figure must look the same
 * in a table, a file and a conversation.
 */
const NUMBERS = "en-IN";

/** 1234567 → `12,34,567`. */
export function formatNumber(value: number, decimals = 0): string {
  return new Intl.NumberFormat(NUMBERS, { maximumFractionDigits: decimals }).format(value);
}

/** 0.1234 → `12.3 %`, with a space that does not break. */
export function formatPercent(share: number, decimals = 1): string {
  const percent = new Intl.NumberFormat(NUMBERS, {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  }).format(share * 100);
  return `${percent}\u00a0%`;
}

/** 1234567 → `12.3L`: for the ends of a scale. */
export function formatCompact(value: number): string {
  return new Intl.NumberFormat(NUMBERS, { notation: "compact", maximumFractionDigits: 1 }).format(value);
}
