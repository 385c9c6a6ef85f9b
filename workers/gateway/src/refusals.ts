import type { ErrorCode, RefusalCount } from "@aarohan/contract";

/** How long refusals are gathered before they are written, in milliseconds. */
const GATHER_MILLISECONDS = 5000;

/**
 * Counts refusals before authentication in this isolate, by minute and code, and hands them on together: a flood of
 * bad tokens costs one write in five seconds, not one each. Holds at most one entry per code and minute.
 */
export interface Refusals {
  count(code: ErrorCode, at: Date): void;
  /** Resolves when what was gathered is written; `undefined` where a write is already under way. */
  flushLater(write: (counts: RefusalCount[]) => Promise<void>): Promise<void> | undefined;
}

export function createRefusals(wait: (milliseconds: number) => Promise<void>): Refusals {
  let gathered = new Map<string, RefusalCount>();
  let waiting = false;

  async function flush(write: (counts: RefusalCount[]) => Promise<void>): Promise<void> {
    try {
      await wait(GATHER_MILLISECONDS);
    } finally {
      waiting = false;
    }
    const counts = [...gathered.values()];
    gathered = new Map();
    await write(counts);
  }

  return {
    count(code, at) {
      const minute = `${at.toISOString().slice(0, 16)}:00.000Z`;
      const key = `${minute} ${code}`;
      gathered.set(key, { minute, code, count: (gathered.get(key)?.count ?? 0) + 1 });
    },
    flushLater(write) {
      if (waiting) return undefined;
      waiting = true;
      return flush(write);
    },
  };
}
