import { MalformedJson } from "@aarohan/fhir";
import { type Anonymiser, objectAnonymiser } from "../anonymiser.ts";
import type { AnonymiserOptions } from "../anonymiser-options.ts";
import type { Plan } from "../plan.ts";
import { createRunCounts } from "../run-report.ts";
import { ValueRules } from "../value-rules.ts";
import type { WithholdReason } from "../withheld.ts";
import { ByteTransform } from "./byte-transform.ts";
import type { ByteWriter } from "./byte-writer.ts";
import { NeedsObjects } from "./needs-objects.ts";
import { strictResource } from "./strict-value.ts";

/** What became of the bytes of a resource: where it is released, its bytes have been appended to the output. */
export type AnonymisedBytes = "released" | "malformed" | WithholdReason;

export interface ByteAnonymiser extends Anonymiser {
  /**
   * `anonymise` of a resource that is still bytes, from `start` to `end`: what leaves is appended to the output as JSON, as
   * JSON.stringify would write it, but for numbers, which stay as they are written. `malformed` for what is no JSON object
   * with a `resourceType`, for bytes that are not UTF-8, and for a name that stands twice in an object that is walked.
   */
  anonymiseBytes(bytes: Uint8Array, start: number, end: number, output: ByteWriter): AnonymisedBytes;
}

/** Executes a plan on bytes, and on parsed resources. Holds 1.5 MB of spans of bytes beside what `createAnonymiser` holds. */
export function createByteAnonymiser(plan: Plan, options: AnonymiserOptions): ByteAnonymiser {
  const counts = createRunCounts(plan);
  const rules = new ValueRules(plan, options);
  const byObjects = objectAnonymiser(plan, rules, counts);
  const byBytes = new ByteTransform(plan, rules, counts);

  function walked(bytes: Uint8Array, start: number, end: number, output: ByteWriter): AnonymisedBytes {
    const reason = byBytes.resource(bytes, start, end, output);
    if (reason === undefined) counts.released += 1;
    else counts.withheld.set(reason, (counts.withheld.get(reason) ?? 0) + 1);
    return reason ?? "released";
  }

  /** What the walk over the bytes leaves to the objects: contained resources that are referred to. */
  function parsed(bytes: Uint8Array, start: number, end: number, output: ByteWriter): AnonymisedBytes {
    const anonymised = byObjects.anonymise(strictResource(bytes, start, end));
    if (anonymised.kind === "withheld") return anonymised.reason;
    output.json(anonymised.resource);
    return "released";
  }

  return {
    ...byObjects,
    anonymiseBytes(...place) {
      try {
        return walked(...place);
      } catch (error) {
        if (!(error instanceof NeedsObjects)) return malformed(error);
      }
      try {
        return parsed(...place);
      } catch (error) {
        return malformed(error);
      }
    },
  };
}

function malformed(error: unknown): "malformed" {
  if (error instanceof MalformedJson) return "malformed";
  throw error;
}
