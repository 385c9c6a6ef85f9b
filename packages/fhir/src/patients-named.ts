import { JsonScanner, MalformedJson } from "./json-scanner.ts";

const MARK = new TextEncoder().encode("Patient");
const SLASH = 0x2f;
const QUOTE = 0x22;
const LONGEST_ID = 64;

/**
 * Ids of all patients that the bytes of a resource name, wherever it is: in a reference of any form, and its own id if it
 * is a Patient. One pass over the bytes, without parsing: it may find more than are there, and fewer where a name is written
 * with escapes, or a member stands twice. Who decides by it has to deny whom it does not find.
 */
export function patientsNamed(
  bytes: Uint8Array,
  span: { readonly start: number; readonly end: number },
): string[] {
  const part = bytes.subarray(span.start, span.end);
  const ids = new Set<string>();
  let isPerhapsPatient = false;
  for (let at = part.indexOf(MARK[0] ?? 0); at >= 0; at = part.indexOf(MARK[0] ?? 0, at + 1)) {
    if (!isMarked(part, at)) continue;
    const after = part[at + MARK.length];
    if (after === QUOTE) isPerhapsPatient = true;
    const id = after === SLASH ? idAt(part, at + MARK.length + 1) : "";
    if (id !== "") ids.add(id);
  }
  const own = isPerhapsPatient ? ownPatientId(part) : undefined;
  if (own !== undefined) ids.add(own);
  return [...ids];
}

function isMarked(bytes: Uint8Array, at: number): boolean {
  for (let index = 1; index < MARK.length; index += 1) if (bytes[at + index] !== MARK[index]) return false;
  return true;
}

function idAt(bytes: Uint8Array, start: number): string {
  let end = start;
  while (end - start < LONGEST_ID && isIdByte(bytes[end])) end += 1;
  return String.fromCharCode(...bytes.subarray(start, end));
}

/** Letters, digits, `-` and `.` (FHIR R4 §2.24.0.1). */
function isIdByte(byte: number | undefined): boolean {
  if (byte === undefined) return false;
  const letter = byte | 0x20;
  return (
    (letter >= 0x61 && letter <= 0x7a) || (byte >= 0x30 && byte <= 0x39) || byte === 0x2d || byte === 0x2e
  );
}

/** Of another type nothing is looked at but what stands before its name. */
function ownPatientId(part: Uint8Array): string | undefined {
  const scanner = new JsonScanner(part);
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
