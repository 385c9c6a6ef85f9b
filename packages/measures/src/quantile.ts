/**
 * The smallest of the values below which, itself included, lies at least this share of all: the nearest rank. `undefined` of
 * nothing. Of an even number the median is the lower one of the two in the middle.
 */
export function nearestRank(counts: ReadonlyMap<number, number>, share: number): number | undefined {
  const sorted = [...counts].toSorted(([one], [other]) => one - other);
  const total = sorted.reduce((sum, [, count]) => sum + count, 0);
  let passed = 0;
  for (const [value, count] of sorted) {
    passed += count;
    if (passed >= share * total) return value;
  }
  return undefined;
}
