/** `Retry-After` (RFC 9110 §10.2.3), a number of seconds or a date → whole seconds from now, at least 0. */
export function readRetryAfter(headers: Headers, nowMilliseconds: number): number | undefined {
  const text = headers.get("Retry-After") ?? "";
  if (/^\d+$/.test(text)) return Number(text);
  // Date.parse takes much that is no date of HTTP (RFC 9110 §5.6.7), a negative number for one.
  const date = text.endsWith(" GMT") ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, Math.ceil((date - nowMilliseconds) / 1000));
}
