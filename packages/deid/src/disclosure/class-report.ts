import type { QuasiIdentifiers } from "./quasi-identifiers.ts";

/** Patients who look alike. */
export interface PatientClass {
  readonly shown: QuasiIdentifiers;
  readonly count: number;
}

/** k-anonymity of released data over the quasi-identifiers at the precision released. */
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

/** Holds the sizes alone: classes may come one after the other from a store. */
export function classReport(classes: Iterable<Pick<PatientClass, "count">>, k: number): ClassReport {
  const sizes = new Map<number, number>();
  for (const { count } of classes) sizes.set(count, (sizes.get(count) ?? 0) + 1);
  const bySize = [...sizes].toSorted(([a], [b]) => a - b);
  const below = bySize.filter(([size]) => size < k);
  const total = (some: readonly (readonly [number, number])[]) =>
    some.reduce((sum, [size, times]) => sum + size * times, 0);
  return {
    patients: total(bySize),
    classes: bySize.reduce((sum, [, times]) => sum + times, 0),
    smallest: bySize[0]?.[0] ?? 0,
    k,
    classesBelow: below.reduce((sum, [, times]) => sum + times, 0),
    patientsBelow: total(below),
    sizes: Object.fromEntries(bySize),
  };
}
