import type { AnyResource } from "@aarohan/fhir";
import type { AnonymiserOptions } from "./anonymiser-options.ts";
import type { Plan } from "./plan.ts";
import { createRunCounts, type RunCounts, type RunReport, runReport } from "./run-report.ts";
import { Transform } from "./transform.ts";
import { ValueRules } from "./value-rules.ts";
import { Withheld, type WithholdReason } from "./withheld.ts";

export type Anonymised =
  | { readonly kind: "released"; readonly resource: AnyResource }
  | { readonly kind: "withheld"; readonly reason: WithholdReason };

export interface Anonymiser {
  /** Synchronous; never throws for what a resource holds, and never keeps anything of it. */
  anonymise(resource: AnyResource): Anonymised;
  /** What became of the elements of all resources so far. */
  report(): RunReport;
}

/** Executes a plan on parsed resources. Holds one resource, counts, and at most about 4 MB of pseudonyms. */
export function createAnonymiser(plan: Plan, options: AnonymiserOptions): Anonymiser {
  return objectAnonymiser(plan, new ValueRules(plan, options), createRunCounts(plan));
}

/** The same with rules and counts that another executor shares. */
export function objectAnonymiser(plan: Plan, rules: ValueRules, counts: RunCounts): Anonymiser {
  const transform = new Transform(plan, rules, counts);
  return {
    anonymise(resource) {
      try {
        const released = transform.resource(resource);
        counts.released += 1;
        return { kind: "released", resource: released };
      } catch (error) {
        if (!(error instanceof Withheld)) throw error;
        counts.withheld.set(error.reason, (counts.withheld.get(error.reason) ?? 0) + 1);
        return { kind: "withheld", reason: error.reason };
      }
    },
    report: () => runReport(plan, counts),
  };
}
