import type { AnyResource } from "@aarohan/fhir";
import {
  type Anonymised,
  type Anonymiser,
  type AnonymiserOptions,
  ByteWriter,
  createAnonymiser,
  createByteAnonymiser,
  type Plan,
} from "../src/index.ts";

/** Both ways in which a plan is executed. */
export const EXECUTORS = ["objects", "bytes"] as const;
export type Executor = (typeof EXECUTORS)[number];

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** An anonymiser of parsed resources that takes the way of the executor: by their bytes, and what leaves parsed again. */
export function anonymiserBy(executor: Executor, plan: Plan, options: AnonymiserOptions): Anonymiser {
  if (executor === "objects") return createAnonymiser(plan, options);
  const anonymiser = createByteAnonymiser(plan, options);
  const output = new ByteWriter();
  return {
    anonymise(resource: AnyResource): Anonymised {
      const bytes = encoder.encode(JSON.stringify(resource));
      output.length = 0;
      const result = anonymiser.anonymiseBytes(bytes, 0, bytes.length, output);
      if (result === "malformed") throw new Error("what JSON.stringify wrote was called malformed");
      return result === "released"
        ? { kind: "released", resource: JSON.parse(decoder.decode(output.written)) }
        : { kind: "withheld", reason: result };
    },
    report: () => anonymiser.report(),
  };
}
