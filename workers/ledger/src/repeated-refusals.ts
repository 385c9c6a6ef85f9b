import type { ErrorCode, RefusalCount } from "@aarohan/contract";

const MINUTE_MILLISECONDS = 60_000;

/**
 * One user's refusals by the limiter: the first by a code in any minute is recorded like every request, those within the minute
 * after it are counted. Holds one count for each code and minute until they are taken.
 */
export class RepeatedRefusals {
  readonly #begun = new Map<ErrorCode, number>();
  readonly #counts = new Map<string, RefusalCount>();

  /** True where it is counted here; false for the first of a minute. */
  count(code: ErrorCode, now: number): boolean {
    const begun = this.#begun.get(code);
    if (begun === undefined || now >= begun + MINUTE_MILLISECONDS) {
      this.#begun.set(code, now);
      return false;
    }
    const minute = new Date(begun).toISOString();
    const key = `${minute} ${code}`;
    this.#counts.set(key, { minute, code, count: (this.#counts.get(key)?.count ?? 0) + 1 });
    return true;
  }

  get isEmpty(): boolean {
    return this.#counts.size === 0;
  }

  take(): RefusalCount[] {
    const counts = [...this.#counts.values()];
    this.#counts.clear();
    return counts;
  }
}
