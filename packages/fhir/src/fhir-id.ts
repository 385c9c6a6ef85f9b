/** By character code: letters, digits, `-` and `.`. */
const ALLOWED = new Uint8Array(128);
for (const character of "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-.") {
  ALLOWED[character.charCodeAt(0)] = 1;
}

/** FHIR R4 §2.24.0.1, `id`: 1 to 64 of letters, digits, `-` and `.`. */
export function isFhirId(text: string): boolean {
  const { length } = text;
  if (length < 1 || length > 64) return false;
  for (let index = 0; index < length; index += 1) if (ALLOWED[text.charCodeAt(index)] !== 1) return false;
  return true;
}
