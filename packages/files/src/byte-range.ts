/** Bytes from `start` to before `end`. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * A `Range` header (RFC 9110 §14.2) of a representation of so many bytes: the range; `"unsatisfiable"` (416); or
 * `undefined`, where the header is to be ignored: it is missing, in another unit, malformed, or of several ranges, which a
 * server need not serve.
 */
export function parseRange(
  header: string | undefined,
  size: number,
): ByteRange | "unsatisfiable" | undefined {
  const [, first, last] = /^\s*bytes\s*=\s*(\d*)\s*-\s*(\d*)\s*$/i.exec(header ?? "") ?? [];
  if (first === undefined || last === undefined || (first === "" && last === "")) return undefined;
  if (first === "") {
    const length = Math.min(Number(last), size);
    return length === 0 ? "unsatisfiable" : { start: size - length, end: size };
  }
  const start = Number(first);
  if (last !== "" && Number(last) < start) return undefined;
  if (start >= size) return "unsatisfiable";
  return { start, end: last === "" ? size : Math.min(Number(last) + 1, size) };
}

/**
 * Whether a range may be answered as one, by `If-Range` (RFC 9110 §13.1.5): an entity tag compares strongly, and a date is
 * never an exact match here.
 */
export function isRangeFresh(ifRange: string | undefined, etag: string): boolean {
  return ifRange === undefined || (ifRange.trim() === etag && !etag.startsWith("W/"));
}
