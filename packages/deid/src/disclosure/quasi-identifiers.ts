import { type AnyResource, type Json, type JsonObject, patientPath } from "@aarohan/fhir";

/** What somebody who knows a person may know, at the precision that released data show; "" where nothing is shown. */
export interface QuasiIdentifiers {
  /** First day of the birth cohort, or its age range. */
  readonly birth: string;
  readonly gender: string;
  readonly district: string;
  readonly state: string;
  /** Month of the first dated resource about the patient. */
  readonly month: string;
}

/** Where the date of an event about a patient stands, the first that is there. */
const DATES = [
  ["authored"],
  ["effectiveDateTime"],
  ["effectivePeriod", "start"],
  ["date"],
  ["authoredOn"],
  ["recordedDate"],
  ["performedDateTime"],
  ["performedPeriod", "start"],
  ["occurrenceDateTime"],
  ["occurrencePeriod", "start"],
  ["onsetDateTime"],
  ["period", "start"],
  ["executionPeriod", "start"],
] as const;

/** Of an anonymised Patient: all but the month, which stands in resources about the patient. */
export function quasiIdentifiersOf(patient: AnyResource): Omit<QuasiIdentifiers, "month"> {
  const address = first(patient.address);
  return {
    birth: textOf(patient.birthDate) || ageRangeOf(patient.extension),
    gender: textOf(patient.gender),
    district: textOf(address?.district),
    state: textOf(address?.state),
  };
}

/** Pseudonym of the patient whom an anonymised resource is about; a Patient is about itself. */
export function patientAbout(resource: AnyResource): string | undefined {
  if (resource.resourceType === "Patient") return textOf(resource.id) || undefined;
  for (const path of patientPath(resource.resourceType)?.split("|") ?? []) {
    const subject = first(
      path.split(".").reduce<Json | undefined>((value, step) => first(value)?.[step], resource),
    );
    const [, id] = /(?:^|\/)Patient\/([^/]+)$/.exec(textOf(subject?.reference)) ?? [];
    if (id !== undefined) return id;
  }
  return undefined;
}

/** `2025-03`: the month in which an anonymised resource has something happen; `undefined` where it has no date. */
export function monthOf(resource: AnyResource): string | undefined {
  if (resource.resourceType === "Patient") return undefined;
  for (const path of DATES) {
    const date = textOf(path.reduce<Json | undefined>((value, step) => first(value)?.[step], resource));
    if (date !== "") return date.slice(0, 7);
  }
  return undefined;
}

function ageRangeOf(extension: Json | undefined): string {
  for (const item of Array.isArray(extension) ? extension : []) {
    const range = first(first(item)?.valueRange);
    if (range !== undefined)
      return `age ${textOf(first(range.low)?.value)} to ${textOf(first(range.high)?.value)}`;
  }
  return "";
}

function first(value: Json | undefined): JsonObject | undefined {
  const item = Array.isArray(value) ? value[0] : value;
  return typeof item === "object" && item !== null && !Array.isArray(item) ? item : undefined;
}

function textOf(value: Json | undefined): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}
