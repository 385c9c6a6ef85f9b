import type { IncomingHttpHeaders } from "node:http";

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly isWhole: boolean;
}

/** Sees every answer, and keeps what the checks need of it. */
export interface Witness {
  begin(expected: ReadonlySet<number>): void;
  see(kind: string, answer: Answer, milliseconds: number): void;
  /** What was seen since `begin`. */
  end(seconds: number): { readonly text: string; readonly unexpected: readonly string[] };
  /** Ids of all requests that were answered, but of those beyond the limit: of them the first in a minute alone is recorded. */
  requests(): readonly string[];
}

/** Of requests that can be answered: 429 says that somebody has asked too much, and nothing else is an error. */
export const SOUND_STATUSES: ReadonlySet<number> = new Set([200, 202, 206, 429]);
/** Where the server behind fails, the gateway says so; what a flood has shown, the server does not have when it is read. */
export const FAULTY_STATUSES: ReadonlySet<number> = new Set([...SOUND_STATUSES, 404, 502, 503, 504]);

export function createWitness(): Witness {
  const ids: string[] = [];
  let allowed: ReadonlySet<number> = SOUND_STATUSES;
  let counts = new Map<number, number>();
  let times: number[] = [];
  let unexpected = new Map<string, number>();
  return {
    begin(expected) {
      allowed = expected;
      counts = new Map();
      times = [];
      unexpected = new Map();
    },
    see(kind, { status, headers, body, isWhole }, milliseconds) {
      counts.set(status, (counts.get(status) ?? 0) + 1);
      times.push(milliseconds);
      const id = headers["x-request-id"];
      if (typeof id === "string" && status !== 429) ids.push(id);
      // A body may break off with the server behind it, never by itself.
      if (allowed.has(status) && (isWhole || allowed === FAULTY_STATUSES)) return;
      const code = /"code":"([a-z-]+)"\}\]/.exec(body)?.[1] ?? "";
      const line = `${kind}: ${status} ${code}${isWhole ? "" : ", broken off"}`;
      unexpected.set(line, (unexpected.get(line) ?? 0) + 1);
    },
    end(seconds) {
      times.sort((a, b) => a - b);
      const at = (share: number) => times[Math.floor(times.length * share)] ?? Number.NaN;
      const byStatus = [...counts].sort(([a], [b]) => a - b).map(([status, count]) => `${status} × ${count}`);
      return {
        text: `${times.length} requests in ${seconds.toFixed(0)} s (${byStatus.join(", ")}), p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`,
        unexpected: [...unexpected].map(([line, count]) => `${line} (${count} times)`),
      };
    },
    requests: () => ids,
  };
}
