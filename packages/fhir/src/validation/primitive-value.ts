import { daysInMonth } from "../calendar.ts";
import { isFhirId } from "../fhir-id.ts";

export type PrimitiveFault = "wrong-type" | "invalid-value" | "empty";

/** What is wrong with a JSON value as a value of a primitive type; `undefined` if nothing is. */
export type PrimitiveCheck = (value: unknown) => PrimitiveFault | undefined;

/** In UTF-16 code units: "1MB (1024*1024 characters)" (FHIR R4 §2.24.0.1, string). */
const STRING_MAX_LENGTH = 1_048_576;
const INTEGER_MAX = 2_147_483_647;

// Every pattern takes time in proportion to the text, whatever the text: R4's own for code and base64Binary do not.
const DATE = /^(?!0000)\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?$/;
const DATE_TIME =
  /^(?!0000)\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01])(?:T(?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:\.\d+)?(?:Z|[+-](?:(?:0\d|1[0-3]):[0-5]\d|14:00)))?)?)?$/;
const TIME = /^(?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:\.\d+)?$/;
const OID = /^urn:oid:[0-2](?:\.(?:0|[1-9]\d*))+$/;
const UUID = /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
// White space of XML, as R4's patterns mean it: a no-break space is a character like another.
const NOT_BLANK = /[^\t-\r ]/;
const STRAY_BLANK = /^[\t-\r ]|[\t-\r ]$|[\t-\r ]{2}/;
const BLANK = /\s/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what a string must not hold
const CONTROL_CHARACTER = /[\0-\x08\x0b\x0c\x0e-\x1f]/;
const NOT_BASE64 = /[^A-Za-z0-9+/=\s]/;

const CHECKS: ReadonlyMap<string, PrimitiveCheck> = new Map([
  ["boolean", booleanFault],
  ["decimal", decimalFault],
  ["integer", integerCheck(-INTEGER_MAX - 1)],
  ["unsignedInt", integerCheck(0)],
  ["positiveInt", integerCheck(1)],
  ["string", textCheck(isString)],
  ["markdown", textCheck(isString)],
  // Only that there is a narrative: what XHTML it holds is for whoever shows it.
  ["xhtml", textCheck(() => true)],
  ["id", textCheck(isFhirId)],
  ["code", textCheck((text) => isString(text) && !STRAY_BLANK.test(text))],
  ["uri", textCheck(isUri)],
  ["url", textCheck(isUri)],
  ["canonical", textCheck(isUri)],
  ["oid", textCheck((text) => OID.test(text))],
  ["uuid", textCheck((text) => UUID.test(text))],
  ["base64Binary", textCheck(isBase64)],
  ["date", textCheck((text) => DATE.test(text) && hasCalendarDay(text))],
  ["dateTime", textCheck(isDateTime)],
  ["instant", textCheck((text) => text.length > "YYYY-MM-DD".length && isDateTime(text))],
  ["time", textCheck((text) => TIME.test(text))],
]);

/** The rule of a primitive type (FHIR R4 §2.24.0.1); `undefined` for a type that is not primitive. */
export function primitiveCheck(type: string): PrimitiveCheck | undefined {
  return CHECKS.get(type);
}

function booleanFault(value: unknown): PrimitiveFault | undefined {
  return typeof value === "boolean" ? undefined : "wrong-type";
}

function decimalFault(value: unknown): PrimitiveFault | undefined {
  if (typeof value !== "number") return "wrong-type";
  return Number.isFinite(value) ? undefined : "invalid-value";
}

function integerCheck(minimum: number): PrimitiveCheck {
  return function integerFault(value) {
    if (typeof value !== "number") return "wrong-type";
    return Number.isInteger(value) && value >= minimum && value <= INTEGER_MAX ? undefined : "invalid-value";
  };
}

function textCheck(isValid: (text: string) => boolean): PrimitiveCheck {
  return function textFault(value) {
    if (typeof value !== "string") return "wrong-type";
    // A string of blanks "could be trimmed to nothing, and therefore would be treated as an invalid element value".
    if (!NOT_BLANK.test(value)) return "empty";
    return isValid(value) ? undefined : "invalid-value";
  };
}

function isString(text: string): boolean {
  return text.length <= STRING_MAX_LENGTH && !CONTROL_CHARACTER.test(text) && text.isWellFormed();
}

function isUri(text: string): boolean {
  return isString(text) && !BLANK.test(text);
}

/** The alphabet and, where no blanks break the lines, whole groups of four; not where the padding stands. */
function isBase64(text: string): boolean {
  return !NOT_BASE64.test(text) && (text.length % 4 === 0 || BLANK.test(text));
}

function isDateTime(text: string): boolean {
  return DATE_TIME.test(text) && hasCalendarDay(text);
}

/** Of a text that has the form of a date: whether its month has its day. */
function hasCalendarDay(text: string): boolean {
  const day = Number(text.slice(8, 10));
  if (day <= 28) return true;
  return day <= daysInMonth(Number(text.slice(0, 4)), Number(text.slice(5, 7)));
}
