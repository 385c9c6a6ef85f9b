import { EdgeError, type ErrorCode } from "@aarohan/contract";

/** Faults that asking again does not mend. */
const FINAL: ReadonlySet<ErrorCode> = new Set([
  "export-policy-changed",
  "parameter-hidden",
  "parameter-invalid",
  "parameter-unknown",
  "precision-hidden",
  "resource-type-hidden",
  "resource-type-unknown",
  "role-not-served",
  "scope-missing",
  "search-refused",
  "tenant-not-served",
]);

/** A fault of our own is not mended by time. */
const MOST_INTERNAL = 5;
const FIRST_PAUSE_MILLISECONDS = 500;
const LONGEST_PAUSE_MILLISECONDS = 60_000;

/** What a fault of a slice leads to. */
export type Verdict =
  | { readonly kind: "again"; readonly afterMilliseconds: number }
  /** With pages of half the size. */
  | { readonly kind: "smaller" }
  | { readonly kind: "end"; readonly code: ErrorCode };

/**
 * `attempts`: how often it went wrong in a row, this time included. `stuckMilliseconds`: how long ago the last resource was
 * read. A server that says when to come again (Retry-After) is obeyed.
 */
export function verdictOn(
  error: unknown,
  attempts: number,
  stuckMilliseconds: number,
  giveUpMilliseconds: number,
): Verdict {
  const code = error instanceof EdgeError ? error.code : "internal";
  if (FINAL.has(code) || stuckMilliseconds > giveUpMilliseconds) return { kind: "end", code };
  if (code === "internal" && attempts > MOST_INTERNAL) return { kind: "end", code };
  if (code === "upstream-page-too-large") return { kind: "smaller" };
  // A page that takes too long now and then is asked for once more as it is.
  if (code === "upstream-timeout" && attempts > 1) return { kind: "smaller" };
  const told = error instanceof EdgeError ? (error.retryAfterSeconds ?? 0) * 1000 : 0;
  const own = Math.min(FIRST_PAUSE_MILLISECONDS * 2 ** (attempts - 1), LONGEST_PAUSE_MILLISECONDS);
  return { kind: "again", afterMilliseconds: code === "upstream-throttled" ? Math.max(told, own) : own };
}
