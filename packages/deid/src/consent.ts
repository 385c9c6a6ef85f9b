import type { AnyResource, Json, JsonObject } from "@aarohan/fhir";
import { parseFhirDate } from "./fhir-date.ts";
import { isObject, listOf } from "./json-object.ts";

/**
 * - `opt-out`: patients are withheld whose Consent denies the purpose.
 * - `opt-in`: only patients are released whose Consent permits it.
 */
export type ConsentMode = "opt-out" | "opt-in";

export interface ConsentOptions {
  readonly mode: ConsentMode;
  /** Code of v3-ActReason: what the data are for. */
  readonly purpose: string;
  /** When the decision is taken, in milliseconds since 1970. */
  readonly nowMilliseconds: number;
  /** Of the days that Consents name from UTC's: a denial from a day on begins at midnight where the programme is. */
  readonly utcOffsetMinutes: number;
}

/** What one Consent says of the purpose. `unreadable`: it may deny, and nobody can tell. */
type Opinion = "permit" | "deny" | "silent" | "unreadable";

const ACT_REASON = "http://terminology.hl7.org/CodeSystem/v3-ActReason";
/** Purposes inside purposes (HL7 v3 ActReason): who denies the wider denies the narrower. */
const WIDER: Readonly<Record<string, string>> = {
  HRESCH: "PurposeOfUse",
  BIORCH: "HRESCH",
  CLINTRCH: "HRESCH",
  CLINTRCHNPC: "CLINTRCH",
  CLINTRCHPC: "CLINTRCH",
  PRECLINTRCH: "CLINTRCH",
  DSRCH: "HRESCH",
  POARCH: "HRESCH",
  TRANSRCH: "HRESCH",
  PUBHLTH: "PurposeOfUse",
  HOPERAT: "PurposeOfUse",
  HQUALIMP: "HOPERAT",
  HSYSADMIN: "HOPERAT",
  TREAT: "PurposeOfUse",
};
/** Elements of a provision that narrow it to some data or people: then it does not speak for all of them. */
const NARROWING = ["actor", "action", "securityLabel", "class", "code", "dataPeriod", "data"];

/**
 * True where a patient's data may be released, from all of the patient's Consents. Of those that are active and speak of
 * the purpose today, the newest decides; where one of them cannot be read, the data are withheld.
 */
export function isReleasable(consents: readonly AnyResource[], options: ConsentOptions): boolean {
  const opinions = consents
    .filter(({ status }) => status !== "entered-in-error")
    .map((consent) => ({ opinion: opinionOf(consent, options), at: timeOf(consent, options) }))
    .filter(({ opinion }) => opinion !== "silent");
  if (opinions.some(({ at }) => Number.isNaN(at))) return false;
  const newest = Math.max(...opinions.map(({ at }) => at));
  const deciding = opinions.filter(({ at }) => at === newest);
  if (deciding.length === 0) return options.mode === "opt-out";
  return deciding.every(({ opinion }) => opinion === "permit");
}

function opinionOf(consent: AnyResource, options: ConsentOptions): Opinion {
  const { status, provision, modifierExtension, implicitRules } = consent;
  if (typeof status !== "string") return "unreadable";
  if (status !== "active") return "silent";
  if (modifierExtension !== undefined || implicitRules !== undefined) return "unreadable";
  // An active Consent without a provision that a machine can read: a scanned paper may say anything.
  if (!isObject(provision)) return "unreadable";
  return provisionOpinion(provision, options);
}

/**
 * The root rule, then its exceptions (FHIR R4 §Consent: nested provisions are exceptions to the one around, and say of which
 * type they are). One that says no type could be an exception of either: nobody can tell.
 */
function provisionOpinion(provision: JsonObject, options: ConsentOptions): Opinion {
  if (provision.modifierExtension !== undefined) return "unreadable";
  const { type } = provision;
  if (type !== "permit" && type !== "deny") return "unreadable";
  const inTime = isInPeriod(provision.period, options);
  const applies = purposeApplies(provision.purpose, options.purpose, type);
  if (inTime === undefined || applies === undefined) return "unreadable";
  if (!inTime || !applies) return "silent";
  const nested = provision.provision;
  if (nested !== undefined && !Array.isArray(nested)) return "unreadable";
  const exceptions = listOf(nested).map((inner) =>
    isObject(inner) ? provisionOpinion(inner, options) : "unreadable",
  );
  if (exceptions.includes("unreadable")) return "unreadable";
  const narrowed = NARROWING.some((name) => provision[name] !== undefined);
  if (type === "permit") return narrowed ? "silent" : exceptions.includes("deny") ? "deny" : "permit";
  return !narrowed && exceptions.includes("permit") ? "permit" : "deny";
}

/** `undefined` for a period that cannot be read. */
function isInPeriod(
  period: Json | undefined,
  { nowMilliseconds, utcOffsetMinutes }: ConsentOptions,
): boolean | undefined {
  if (period === undefined) return true;
  if (!isObject(period)) return undefined;
  const start =
    period.start === undefined
      ? Number.NEGATIVE_INFINITY
      : instantOf(period.start, "first", utcOffsetMinutes);
  const end =
    period.end === undefined ? Number.POSITIVE_INFINITY : instantOf(period.end, "last", utcOffsetMinutes);
  if (Number.isNaN(start) || Number.isNaN(end)) return undefined;
  return start <= nowMilliseconds && nowMilliseconds <= end;
}

/**
 * Whether a rule of this type speaks of the purpose; without purposes it speaks of all. A denial of a narrower purpose
 * counts (in doubt nothing leaves), a permit of a narrower one does not.
 */
function purposeApplies(
  purposes: Json | undefined,
  purpose: string,
  type: "permit" | "deny",
): boolean | undefined {
  if (purposes === undefined) return true;
  if (!Array.isArray(purposes)) return undefined;
  const codes = purposes.map((coding) =>
    isObject(coding) && coding.system === ACT_REASON ? coding.code : undefined,
  );
  if (!codes.every((code) => typeof code === "string")) return type === "deny" ? true : undefined;
  return codes.some((code) => isWithin(purpose, code) || (type === "deny" && isWithin(code, purpose)));
}

function isWithin(purpose: string, wider: string): boolean {
  for (let code: string | undefined = purpose; code !== undefined; code = WIDER[code])
    if (code === wider) return true;
  return false;
}

/** When the decision was taken: `dateTime`, else the last change; NaN where neither can be read. */
function timeOf({ dateTime, meta }: AnyResource, { utcOffsetMinutes }: ConsentOptions): number {
  if (dateTime !== undefined) return instantOf(dateTime, "first", utcOffsetMinutes);
  if (!isObject(meta) || meta.lastUpdated === undefined) return Number.NaN;
  return instantOf(meta.lastUpdated, "first", utcOffsetMinutes);
}

/** First or last millisecond that a FHIR date can mean; NaN for what is none. */
function instantOf(value: Json, end: "first" | "last", utcOffsetMinutes: number): number {
  const date = typeof value === "string" ? parseFhirDate(value) : undefined;
  if (typeof value !== "string" || date === undefined) return Number.NaN;
  const offset = utcOffsetMinutes * 60_000;
  if (date.minute >= 0) return date.zone === undefined ? Date.parse(`${value}Z`) - offset : Date.parse(value);
  const { year, month, day } = date;
  if (end === "first") return Date.UTC(year, Math.max(0, month - 1), Math.max(1, day)) - offset;
  const next =
    month === 0
      ? Date.UTC(year + 1, 0, 1)
      : day === 0
        ? Date.UTC(year, month, 1)
        : Date.UTC(year, month - 1, day + 1);
  return next - 1 - offset;
}
