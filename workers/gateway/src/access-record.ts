import type { AuditInteraction } from "@aarohan/contract";

/** What a step knows of the request that is being recorded: names and counts, never a value. */
export interface AccessDetails {
  readonly interaction: AuditInteraction;
  readonly resourceType?: string;
  readonly parameters?: readonly string[];
  readonly policy?: string;
}

/** What is about to leave. */
export interface LeavingData {
  readonly resources: number;
  readonly withheld: number;
  readonly bytes: number;
  /** Ids of the patients whom it names, as the programme's server has them: recorded as pseudonyms. */
  readonly patients: ReadonlySet<string>;
}

/** The record of one request. */
export interface AccessRecord {
  describe(details: AccessDetails): void;
  count(leaving: LeavingData): void;
  /** A refusal that repeats one of the same minute: the limiter tells the trail how many there were. */
  leaveToLimiter(): void;
}
