import {
  type ClassReport,
  classReport,
  monthOf,
  type PatientClass,
  patientAbout,
  type QuasiIdentifiers,
  quasiIdentifiersOf,
} from "@aarohan/deid";
import type { AnyResource } from "@aarohan/fhir";

/** Classes of patients who look alike. Holds one row of about 200 bytes a patient. */
export class EquivalenceClasses {
  readonly #patients = new Map<string, Omit<QuasiIdentifiers, "month">>();
  /** First months of patients, who may stand behind the resources about them. */
  readonly #months = new Map<string, string>();

  add(resource: AnyResource): void {
    const id = patientAbout(resource);
    if (resource.resourceType === "Patient") this.#patients.set(id ?? "", quasiIdentifiersOf(resource));
    const month = monthOf(resource);
    const known = id === undefined ? undefined : this.#months.get(id);
    if (id !== undefined && month !== undefined && (known === undefined || month < known))
      this.#months.set(id, month);
  }

  rows(): ReadonlyMap<string, PatientClass> {
    const classes = new Map<string, PatientClass>();
    for (const [id, patient] of this.#patients) {
      const shown = { ...patient, month: this.#months.get(id) ?? "" };
      const key = JSON.stringify(shown);
      classes.set(key, { shown, count: (classes.get(key)?.count ?? 0) + 1 });
    }
    return classes;
  }

  report(k: number): ClassReport {
    return classReport(this.rows().values(), k);
  }
}
