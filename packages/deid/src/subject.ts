import type { AnyResource, Json } from "@aarohan/fhir";

/** One resource on its way through the plan: what belongs to it, and to nothing that it contains. */
export interface Subject {
  readonly type: string;
  /** "" where it has none. */
  readonly id: string;
  /** The resource, or at least the members of it at which rules look beside the value that they release. */
  readonly source: AnyResource;
  /** Extensions that rules add to the root. */
  extensions: Json[] | undefined;
  short: string | undefined;
  /** Days by which this patient's dates move; computed when first needed. */
  shift: number | undefined;
  /** `#id` of a contained resource → the name under which it leaves; `undefined` where it does not. */
  renamed(reference: string): string | undefined;
}
