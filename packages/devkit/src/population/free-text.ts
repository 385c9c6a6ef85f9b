import type { Person } from "./person.ts";
import { fullName } from "./person-name.ts";
import type { Random } from "./random.ts";

/** What front-line workers and specialists really type: relatives, phones, numbers and ways to the house. */
export function noteAbout(person: Person, random: Random): string {
  const { relative } = person;
  const name = fullName(person.name);
  const notes = [
    `Call ${relative.relation} ${relative.name} on ${spaced(relative.phone, 5)} before the visit.`,
    `${name} has no phone, use +91${relative.phone} (${relative.name}, ${relative.relation}).`,
    `Lives behind the ration shop in ${person.village}, ${person.house}; ask for ${relative.name}.`,
    `Brought by ${relative.relation} ${relative.name}. ${numberNote(person)}`,
    `${name}, ${person.village}: chews since childhood. ${numberNote(person)}`,
    nativeNote(person) ??
      `Whatsapp ${person.phone}; ${relative.relation} ${relative.name} reads for the patient.`,
  ];
  return random.pick(notes);
}

function numberNote(person: Person): string {
  if (person.aadhaar !== undefined) return `Aadhaar ${spaced(person.aadhaar, 4)} seen.`;
  if (person.abha !== undefined) return `ABHA card ${hyphenated(person.abha)} seen.`;
  if (person.pan !== undefined) return `PAN ${person.pan} noted as proof.`;
  return `Mobile ${person.phone}.`;
}

function nativeNote({ name, phone }: Person): string | undefined {
  if (name.native === undefined) return undefined;
  const { given, family, language } = name.native;
  return language === "kn"
    ? `${given} ${family} ಅವರಿಗೆ ಕರೆ ಮಾಡಿ: ${phone}`
    : `${given} ${family} को इस नंबर पर फ़ोन करें: ${phone}`;
}

/** `98450 12345`, `2345 6789 0124`. */
export function spaced(digits: string, size: number): string {
  return digits.match(new RegExp(`.{1,${size}}`, "g"))?.join(" ") ?? digits;
}

/** `91-2345-6789-0123`, as an ABHA card prints it. */
export function hyphenated(abha: string): string {
  return `${abha.slice(0, 2)}-${abha.slice(2, 6)}-${abha.slice(6, 10)}-${abha.slice(10)}`;
}

/** A Narrative that renders the name (FHIR R4 §2.4.0). */
export function narrative(person: Person, words: string) {
  const native = person.name.native === undefined ? "" : ` (${fullName(person.name.native)})`;
  const div = `<div xmlns="http://www.w3.org/1999/xhtml"><p><b>${fullName(person.name)}</b>${native}: ${words}, ${person.village}</p></div>`;
  return { status: "generated", div };
}
