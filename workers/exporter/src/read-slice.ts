import type { Slice } from "@aarohan/export";
import type { PatientFacts } from "./patient-facts.ts";

/** What a slice made, and what it shows of patients. */
export interface ReadSlice extends Slice {
  readonly facts: PatientFacts;
  readonly elements: { readonly kept: number; readonly transformed: number; readonly dropped: number };
}
