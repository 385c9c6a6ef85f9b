import { type AnyResource, MalformedJson } from "@aarohan/fhir";
import type { AnonymiserOptions } from "./anonymiser-options.ts";
import { ByteTransform } from "./bytes/byte-transform.ts";
import type { ByteWriter } from "./bytes/byte-writer.ts";
import { NeedsObjects } from "./bytes/needs-objects.ts";
import { strictResource } from "./bytes/strict-value.ts";
import type { Plan } from "./plan.ts";
import { createRunCounts, type RunReport, runReport } from "./run-report.ts";
import { Transform } from "./transform.ts";
import { ValueRules } from "./value-rules.ts";
import { Withheld, type WithholdReason } from "./withheld.ts";

export type Anonymised =
  | { readonly kind: "released"; readonly resource: AnyResource }
  | { readonly kind: "withheld"; readonly reason: WithholdReason };

/** What became of the bytes of a resource: where it is released, its bytes have been appended to the output. */
export type AnonymisedBytes = "released" | "malformed" | WithholdReason;

export interface Anonymiser {
  /** Synchronous; never throws for what a resource holds, and never keeps anything of it. */
  anonymise(resource: AnyResource): Anonymised;
  /**
   * The same of a resource that is still bytes, from `start` to `end`: what leaves is appended to the output as JSON, as
   * JSON.stringify would write it, but for numbers, which stay as they are written. `malformed` for what is no JSON object
   * with a `resourceType`, for bytes that are not UTF-8, and for a name that stands twice in an object that is walked.
   */
  anonymiseBytes(bytes: Uint8Array, start: number, end: number, output: ByteWriter): AnonymisedBytes;
  /** What became of the elements of all resources so far. */
  report(): RunReport;
}

/** Executes a plan. Holds one resource, counts, at most about 4 MB of pseudonyms, and 1.5 MB of spans of bytes. */
export function createAnonymiser(plan: Plan, options: AnonymiserOptions): Anonymiser {
  const counts = createRunCounts(plan);
  const rules = new ValueRules(plan, options);
  const transform = new Transform(plan, rules, counts);
  let byBytes: ByteTransform | undefined;

  function withheld(reason: WithholdReason): WithholdReason {
    counts.withheld.set(reason, (counts.withheld.get(reason) ?? 0) + 1);
    return reason;
  }

  function anonymise(resource: AnyResource): Anonymised {
    try {
      const released = transform.resource(resource);
      counts.released += 1;
      return { kind: "released", resource: released };
    } catch (error) {
      if (!(error instanceof Withheld)) throw error;
      return { kind: "withheld", reason: withheld(error.reason) };
    }
  }

  /** What the walk over the bytes leaves to the objects: contained resources that are referred to. */
  function byObjects(bytes: Uint8Array, start: number, end: number, output: ByteWriter): AnonymisedBytes {
    const anonymised = anonymise(strictResource(bytes, start, end));
    if (anonymised.kind === "withheld") return anonymised.reason;
    output.json(anonymised.resource);
    return "released";
  }

  return {
    anonymise,
    anonymiseBytes(bytes, start, end, output) {
      byBytes ??= new ByteTransform(plan, rules, counts);
      try {
        const reason = byBytes.resource(bytes, start, end, output);
        if (reason !== undefined) return withheld(reason);
        counts.released += 1;
        return "released";
      } catch (error) {
        if (error instanceof MalformedJson) return "malformed";
        if (!(error instanceof NeedsObjects)) throw error;
      }
      try {
        return byObjects(bytes, start, end, output);
      } catch (error) {
        if (error instanceof MalformedJson) return "malformed";
        throw error;
      }
    },
    report: () => runReport(plan, counts),
  };
}
