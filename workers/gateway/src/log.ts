import type { ErrorCode, Role } from "@aarohan/contract";
import { ConfigError } from "@aarohan/settings";

/**
 * One line per request. Its fields are all there is: no URL, no parameter, no header, no value of a token, a search
 * or a resource. `route` is the pattern that matched, not the path.
 */
export interface RequestLog {
  readonly level: "info" | "warn" | "error";
  readonly requestId: string;
  readonly method: string;
  readonly route: string;
  readonly status: number;
  readonly code?: ErrorCode;
  readonly role?: Role;
  readonly milliseconds: number;
}

export function log(entry: RequestLog): void {
  console.log(JSON.stringify(entry));
}

/**
 * A fault of our own, for whoever mends it: the kind and place of the error, never its message, which could quote
 * data (`JSON.parse` does). A ConfigError's message names a setting, and is shown.
 */
export function logFault(requestId: string, error: unknown): void {
  const name = error instanceof Error ? error.name : typeof error;
  const message = error instanceof ConfigError ? error.message : undefined;
  const frames =
    error instanceof Error ? (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line)) : [];
  console.error(
    JSON.stringify({
      level: "error",
      requestId,
      fault: name,
      message,
      at: frames.slice(0, 5).map((f) => f.trim()),
    }),
  );
}
