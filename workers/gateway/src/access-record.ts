import type { AuditInteraction } from "@aarohan/contract";

/** What a step knows of the request that is being recorded: names and counts, never a value. */
export interface AccessDetails {
  readonly interaction: AuditInteraction;
  readonly resourceType?: string;
  readonly parameters?: readonly string[];
  readonly policy?: string;
}

/** The record of one request. */
export interface AccessRecord {
  describe(details: AccessDetails): void;
  /** Starts to write the intent; call it right before the upstream is asked, so that both go on side by side. */
  begin(): void;
  /** What is about to leave. */
  count(released: { readonly resources: number; readonly withheld: number; readonly bytes: number }): void;
}
