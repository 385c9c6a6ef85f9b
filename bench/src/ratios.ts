/** The number at this share of the sorted ones. */
function numberAt(numbers: readonly number[], share: number): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN;
}

export function middleOf(numbers: readonly number[]): number {
  return numberAt(numbers, 0.5);
}

/** The median of ratios within rounds, and the middle half: `1.02 (0.90 to 1.28)`. */
export function ratioText(ratios: readonly number[]): string {
  const ratio = (share: number) => numberAt(ratios, share).toFixed(2);
  return `${ratio(0.5)} (${ratio(0.25)} to ${ratio(0.75)})`;
}
