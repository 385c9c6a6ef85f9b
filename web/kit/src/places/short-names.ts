/** A letter with its signs; what a virama joins to it is part of it: `प्र`, `ಮ್ಮು`. */
const LETTER = /\p{L}(?:\p{M}*[\u094d\u0ccd]\p{L})*\p{M}*/gu;
/** Between words of a name, and no letter of its abbreviation. */
const AND = new Set(["and", "और", "ಮತ್ತು"]);

/**
 * What fits on a tile, in any script: the first letters of several words, else of the one; where another of the list has taken
 * these, others of its letters in their order. No two are alike.
 */
export function shortNames(names: readonly string[], most = 2): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    const short = candidates(name, most).find((one) => !taken.has(one)) ?? name;
    taken.add(short);
    return short;
  });
}

/** The best first. */
function candidates(name: string, most: number): string[] {
  const words = name
    .split(/[\s(),&;-]+/u)
    .filter((word) => !AND.has(word))
    .map((word) => word.match(LETTER) ?? [])
    .filter((word) => word.length > 0);
  const letters = words.flat();
  const first = letters.slice(0, most - 1).join("");
  return [
    ...(words.length > 1 ? [words.slice(0, most).map(([letter = ""]) => letter)] : []),
    letters.slice(0, most),
    ...letters.slice(most).map((letter) => [first, letter]),
    ...letters.slice(most).map((_, more) => letters.slice(0, most + more + 1)),
  ].map((parts) => parts.join(""));
}
