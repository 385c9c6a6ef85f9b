import type { ErrorCode } from "@aarohan/contract";
import type { ExportOrder, LastUpdatedWindow } from "@aarohan/export";
import type { StoredFile } from "./stored-file.ts";

/** One share of a job's work: resources of one type, of one window. */
export interface ShardSpec {
  readonly order: ExportOrder;
  readonly number: number;
  readonly type: string;
  readonly window: LastUpdatedWindow;
  /** `count`: only looks who is alike, so that small classes are known before anything is written. */
  readonly pass: "count" | "read";
  /** File of the server's own export that is read; `undefined`: by searches. */
  readonly file?: { readonly cursor: string; readonly count: number };
  /** True for Patients that are looked at to know who is alike, and not exported. */
  readonly isHelper: boolean;
}

/** What a shard has read so far. */
export interface ShardCounts {
  readonly read: number;
  readonly released: number;
  readonly withheld: number;
  readonly malformed: number;
  /** Searches of which the programme's server counts more than it gave. */
  readonly short: number;
  /** Elements, by what became of them. */
  readonly kept: number;
  readonly transformed: number;
  readonly dropped: number;
  /** Of the patients whom an administrator's export shows, how many consent keeps from analysts; where it was asked. */
  readonly withheldFromAnalysts?: number;
}

export const NO_COUNTS: ShardCounts = {
  read: 0,
  released: 0,
  withheld: 0,
  malformed: 0,
  short: 0,
  kept: 0,
  transformed: 0,
  dropped: 0,
};

/** What a shard has read when it ends. */
export interface ShardEnd {
  readonly counts: ShardCounts;
  readonly files: readonly StoredFile[];
  /** Why it ended early: what was read before stays. */
  readonly code?: ErrorCode;
}
