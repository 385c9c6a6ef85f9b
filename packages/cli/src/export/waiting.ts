import { setTimeout as realSleep } from "node:timers/promises";
import type { Clock } from "../command-io.ts";
import type { StatusLine } from "./status-line.ts";

/** What whoever waits needs. */
export interface Waiting {
  readonly clock: Clock;
  /** Aborts at Ctrl-C. */
  readonly signal: AbortSignal;
  readonly line: StatusLine;
}

export const REAL_CLOCK: Clock = {
  now: () => Date.now(),
  sleep: (milliseconds, signal) => realSleep(milliseconds, undefined, { signal }),
};

/** `Retry-After` in whole seconds (RFC 9110 §10.2.3), one at least; `fallback` where there is none, or a date. */
export function retryAfterSeconds(response: Response, fallback: number): number {
  const text = response.headers.get("Retry-After") ?? "";
  return /^\d{1,6}$/.test(text) ? Math.max(1, Number(text)) : fallback;
}

/** Waits and says why: second by second on a terminal, once anywhere else. */
export async function countDown(
  seconds: number,
  why: string,
  { clock, signal, line }: Waiting,
): Promise<void> {
  if (!line.isTerminal) {
    await line.say(`${why}: goes on in ${seconds} s`);
    return clock.sleep(seconds * 1000, signal);
  }
  for (let left = seconds; left > 0; left -= 1) {
    await line.show(`${why}: goes on in ${left} s`);
    await clock.sleep(1000, signal);
  }
}
