import { JsonScanner, MalformedJson } from "./json-scanner.ts";

const MARK = new TextEncoder().encode("Patient");
const FIRST = MARK[0] ?? 0;
const SLASH = 0x2f;
const QUOTE = 0x22;
const LONGEST_ID = 64;

/** Where a resource stands in a page's bytes. */
interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * Finds the ids of all patients that the bytes of a resource name, wherever it is: in a reference of any form, and its own id
 * if it is a Patient. One pass over the bytes, without parsing: it may find more than are there, and fewer where a name is
 * written with escapes, or a member stands twice. Who decides by it has to deny whom it does not find.
 */
export class PatientFinder {
  readonly #bytes: Uint8Array;
  /** Names of members, which come again with each resource of the page. */
  readonly #known: (string | undefined)[] = [];

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Of the resource at this place. */
  named({ start, end }: Span): string[] {
    // Nothing is looked for behind the resource: a page without a mark would be read again and again.
    const part = this.#bytes.subarray(start, end);
    const ids = new Set<string>();
    let isPerhapsPatient = false;
    for (let at = part.indexOf(FIRST); at >= 0; at = part.indexOf(FIRST, at + 1)) {
      if (!isMarked(part, at)) continue;
      const behind = at + MARK.length;
      if (part[behind] === QUOTE) isPerhapsPatient = true;
      const id = part[behind] === SLASH ? idAt(part, behind + 1) : "";
      if (id !== "") ids.add(id);
    }
    const own = isPerhapsPatient ? this.#ownId(part) : undefined;
    if (own !== undefined) ids.add(own);
    return [...ids];
  }

  /** Of another type nothing is looked at but what stands before its name. */
  #ownId(part: Uint8Array): string | undefined {
    const scanner = new JsonScanner(part, this.#known);
    let resourceType: string | undefined;
    let id: string | undefined;
    try {
      scanner.readObject((key) => {
        if (key === "resourceType") resourceType = scanner.readString();
        else if (key === "id") id = scanner.readString();
        else scanner.skipValue();
        return resourceType !== undefined && resourceType !== "Patient" ? "enough" : undefined;
      });
    } catch (error) {
      // Whoever parses the resource says what is wrong with it.
      if (error instanceof MalformedJson) return undefined;
      throw error;
    }
    return resourceType === "Patient" ? id : undefined;
  }
}

/** What a PatientFinder finds in the one resource that is looked at. */
export function patientsNamed(bytes: Uint8Array, span: Span): string[] {
  return new PatientFinder(bytes).named(span);
}

function isMarked(bytes: Uint8Array, at: number): boolean {
  for (let index = 1; index < MARK.length; index += 1) if (bytes[at + index] !== MARK[index]) return false;
  return true;
}

function idAt(bytes: Uint8Array, start: number): string {
  let id = "";
  for (let at = start; at < start + LONGEST_ID && isIdByte(bytes[at]); at += 1)
    id += String.fromCharCode(bytes[at] ?? 0);
  return id;
}

/** Letters, digits, `-` and `.` (FHIR R4 §2.24.0.1). */
function isIdByte(byte: number | undefined): boolean {
  if (byte === undefined) return false;
  const letter = byte | 0x20;
  return (
    (letter >= 0x61 && letter <= 0x7a) || (byte >= 0x30 && byte <= 0x39) || byte === 0x2d || byte === 0x2e
  );
}
