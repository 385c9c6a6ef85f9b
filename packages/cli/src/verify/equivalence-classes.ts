import { type AnyResource, type Json, type JsonObject, patientPath } from "@aarohan/fhir";

/** What somebody who knows a person may know, at the precision that the file shows. */
export interface QuasiIdentifiers {
  readonly birth: string;
  readonly gender: string;
  readonly district: string;
  readonly state: string;
  /** Month of the first dated resource about the patient; "" where there is none. */
  readonly month: string;
}

export interface ClassReport {
  readonly patients: number;
  readonly classes: number;
  /** Size of the smallest class; 0 without patients. */
  readonly smallest: number;
  readonly k: number;
  /** Classes of fewer than k patients, and the patients in them. */
  readonly classesBelow: number;
  readonly patientsBelow: number;
  /** Size of class → how many. */
  readonly sizes: Readonly<Record<string, number>>;
}

interface PatientRow extends Omit<QuasiIdentifiers, "month"> {
  month: string;
}

const DATES = [
  "authored",
  "effectiveDateTime",
  "date",
  "authoredOn",
  "recordedDate",
  "performedDateTime",
  "occurrenceDateTime",
];

/** Classes of patients who look alike. Holds one row of about 200 bytes a patient. */
export class EquivalenceClasses {
  readonly #patients = new Map<string, PatientRow>();
  /** Months of patients who stand behind the resources about them. */
  readonly #months = new Map<string, string>();

  add(resource: AnyResource): void {
    if (resource.resourceType === "Patient") this.#addPatient(resource);
    else this.#addMonth(resource);
  }

  rows(): ReadonlyMap<string, { readonly shown: QuasiIdentifiers; readonly count: number }> {
    const classes = new Map<string, { readonly shown: QuasiIdentifiers; readonly count: number }>();
    for (const [id, patient] of this.#patients) {
      const shown = { ...patient, month: this.#months.get(id) ?? "" };
      const key = JSON.stringify(shown);
      classes.set(key, { shown, count: (classes.get(key)?.count ?? 0) + 1 });
    }
    return classes;
  }

  report(k: number): ClassReport {
    const counts = [...this.rows().values()].map(({ count }) => count);
    const below = counts.filter((count) => count < k);
    const sizes: Record<string, number> = {};
    for (const count of counts.toSorted((a, b) => a - b)) sizes[count] = (sizes[count] ?? 0) + 1;
    return {
      patients: this.#patients.size,
      classes: counts.length,
      smallest: counts.reduce((least, count) => Math.min(least, count), counts[0] ?? 0),
      k,
      classesBelow: below.length,
      patientsBelow: below.reduce((sum, count) => sum + count, 0),
      sizes,
    };
  }

  #addPatient(patient: AnyResource): void {
    const address = first(patient.address);
    this.#patients.set(textOf(patient.id), {
      birth: textOf(patient.birthDate) || ageRangeOf(patient.extension),
      gender: textOf(patient.gender),
      district: textOf(address?.district),
      state: textOf(address?.state),
      month: "",
    });
  }

  #addMonth(resource: AnyResource): void {
    const path = patientPath(resource.resourceType);
    const subject = path === undefined ? undefined : first(resource[path]);
    const id = /(?:^|\/)Patient\/([^/]+)$/.exec(textOf(subject?.reference))?.[1];
    const date = DATES.map((name) => textOf(resource[name])).find((text) => text !== "");
    if (id === undefined || date === undefined) return;
    const month = date.slice(0, 7);
    const known = this.#months.get(id);
    if (known === undefined || month < known) this.#months.set(id, month);
  }
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
