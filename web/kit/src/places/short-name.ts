/** The first letters with their signs, of any script: what fits on a tile. */
export function shortName(name: string, most = 2): string {
  const letters = [...new Intl.Segmenter(undefined, { granularity: "grapheme" }).segment(name)];
  return letters
    .slice(0, most)
    .map(({ segment }) => segment)
    .join("");
}
