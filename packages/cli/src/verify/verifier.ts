import type { ClassReport } from "@aarohan/deid";
import { type AnyResource, type ValidationCode, validateResource } from "@aarohan/fhir";
import { EquivalenceClasses } from "./equivalence-classes.ts";
import { type Finding, Findings } from "./finding.ts";
import { type KnownPerson, type LinkageReport, simulateLinkage } from "./linkage-attack.ts";
import { inspectResource } from "./typed-fields.ts";

export interface VerificationReport {
  readonly resources: Readonly<Record<string, number>>;
  readonly badLines: number;
  readonly validity: {
    readonly invalidResources: number;
    /** Required elements that are missing, without a data-absent-reason. */
    readonly missingRequired: number;
    readonly issues: readonly {
      readonly code: ValidationCode;
      readonly path: string;
      readonly count: number;
    }[];
  };
  readonly findings: readonly Finding[];
  readonly classes: ClassReport;
  /** Only where a table of known people was given. */
  readonly linkage?: LinkageReport;
}

/**
 * Whether a file still tells who somebody is. Takes resources one by one; holds counts, and one row a patient (about
 * 200 bytes).
 */
export class Verifier {
  readonly #findings = new Findings();
  readonly #classes = new EquivalenceClasses();
  readonly #types: Record<string, number> = {};
  readonly #issues = new Map<string, { code: ValidationCode; path: string; count: number }>();
  #invalid = 0;
  #missing = 0;
  #bad = 0;

  add(resource: AnyResource, place: string): void {
    const { resourceType } = resource;
    const issues = validateResource(resource);
    const isKnown = !issues.some(({ code }) => code === "unknown-resource-type");
    const type = isKnown ? resourceType : "?";
    this.#types[type] = (this.#types[type] ?? 0) + 1;
    if (issues.length > 0) this.#invalid += 1;
    for (const { code, path } of issues) this.#countIssue(code, path.replaceAll(/\[\d+\]/g, ""));
    inspectResource(resource, this.#findings, place);
    this.#classes.add(resource);
  }

  addBad(): void {
    this.#bad += 1;
  }

  report(options: { readonly k: number; readonly known?: readonly KnownPerson[] }): VerificationReport {
    const { known } = options;
    return {
      resources: this.#types,
      badLines: this.#bad,
      validity: {
        invalidResources: this.#invalid,
        missingRequired: this.#missing,
        issues: [...this.#issues.values()].toSorted((a, b) => b.count - a.count),
      },
      findings: this.#findings.list(),
      classes: this.#classes.report(options.k),
      ...(known === undefined ? {} : { linkage: simulateLinkage(known, this.#classes) }),
    };
  }

  #countIssue(code: ValidationCode, path: string): void {
    if (code === "required") this.#missing += 1;
    const key = `${code} ${path}`;
    const known = this.#issues.get(key) ?? { code, path, count: 0 };
    known.count += 1;
    this.#issues.set(key, known);
  }
}
