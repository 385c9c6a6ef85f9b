/** The first two letters with their signs, of any script: what fits on a tile. */
export function shortName(name: string): string {
  const letters = [...new Intl.Segmenter(undefined, { granularity: "grapheme" }).segment(name)];
  return letters
    .slice(0, 2)
    .map(({ segment }) => segment)
    .join("");
}
