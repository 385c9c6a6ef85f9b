/** `a,b\,c` → `a` and `b,c`: the alternatives of a search value, without escapes (FHIR R4 Search, "Escaping Search Parameters"). */
export function alternativesOf(value: string): string[] {
  const found: string[] = [];
  let part = "";
  for (let at = 0; at < value.length; at++) {
    const character = value[at] ?? "";
    if (character === ",") {
      found.push(part);
      part = "";
    } else if (character === "\\" && /[,$|\\]/.test(value[at + 1] ?? "")) {
      at++;
      part += value[at];
    } else part += character;
  }
  return [...found, part];
}
