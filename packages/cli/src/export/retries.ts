import { ExportFault } from "./export-fault.ts";
import { countDown, retryAfterSeconds, type Waiting } from "./waiting.ts";

/** Seconds before each repetition of what fails for a moment; after the last one it is given up. */
const PAUSES_SECONDS = [1, 2, 4, 8, 16, 32] as const;

/** Answers of a server, or of what stands before it, that has trouble for a moment. */
const TRANSIENT = new Set([502, 503, 504]);

/** Seconds until the repetition after so many failures; `undefined` where there is none. */
export function pauseSeconds(failures: number): number | undefined {
  return PAUSES_SECONDS[failures - 1];
}

/**
 * Sends, and repeats after 502, 503, 504 and faults of the connection: six times, after 1 to 32 s, or later where
 * Retry-After says so. Then the last answer stands; where there is none, an ExportFault says that `whom` cannot be reached.
 */
export async function sendWithRetries(
  send: () => Promise<Response>,
  whom: string,
  waiting: Waiting,
  signal: AbortSignal = waiting.signal,
): Promise<Response> {
  for (let failures = 1; ; failures += 1) {
    const answer = await send().catch((error: unknown) => {
      signal.throwIfAborted();
      return connectionFault(error);
    });
    const isAnswer = answer instanceof Response;
    if (isAnswer && !TRANSIENT.has(answer.status)) return answer;
    const pause = pauseSeconds(failures);
    const why = isAnswer ? `answers ${answer.status}` : `cannot be reached${answer}`;
    if (pause === undefined) {
      if (isAnswer) return answer;
      throw new ExportFault(`${whom} ${why}.`);
    }
    await discard(answer);
    const seconds = isAnswer ? retryAfterSeconds(answer, pause) : pause;
    await countDown(seconds, `${whom} ${why}`, { ...waiting, signal });
  }
}

async function discard(answer: Response | string): Promise<void> {
  if (answer instanceof Response) await answer.body?.cancel();
}

/** The system's code, such as ECONNREFUSED, where there is one: a message could hold more. */
function connectionFault(error: unknown): string {
  const code: unknown = Object(Object(error).cause).code;
  return typeof code === "string" && /^[A-Z_]{3,60}$/.test(code) ? ` (${code})` : "";
}
