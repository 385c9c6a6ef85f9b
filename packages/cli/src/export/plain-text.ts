/** Most characters of a sentence that comes from elsewhere. */
const MOST_CHARACTERS = 500;

/** A text from elsewhere as one line of a terminal: control characters, which could steer it, become spaces. */
export function plainText(text: string, most = MOST_CHARACTERS): string {
  const line = text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, " ").trim();
  return line.length > most ? `${line.slice(0, most)} …` : line;
}
