/** `identifies`: tells who somebody is, or may. `note`: finer than an anonymised file needs. */
export type Severity = "identifies" | "note";

export interface Finding {
  readonly kind: string;
  readonly severity: Severity;
  /** Without indices: `Patient.name.family`. */
  readonly path: string;
  readonly count: number;
  /** Where it was found first: file, and line or number of the resource. */
  readonly first: string;
}

/** Counts findings; keeps no value. */
export class Findings {
  readonly #rows = new Map<string, Finding>();

  add(kind: string, severity: Severity, path: string, place: string): void {
    const key = `${kind}\n${path}`;
    const known = this.#rows.get(key);
    this.#rows.set(key, {
      kind,
      severity,
      path,
      count: (known?.count ?? 0) + 1,
      first: known?.first ?? place,
    });
  }

  /** The grave ones first, then by number. */
  list(): Finding[] {
    return [...this.#rows.values()].toSorted(
      (a, b) => a.severity.localeCompare(b.severity) || b.count - a.count || a.path.localeCompare(b.path),
    );
  }
}
