/** Whether who asks has what the tag names, by `If-None-Match` (RFC 9110 §13.1.2): weakly compared, and `*` is any. */
export function isKnownTag(ifNoneMatch: string | null | undefined, tag: string): boolean {
  const known = ifNoneMatch?.split(",").map((one) => one.trim().replace(/^W\//, "")) ?? [];
  return known.some((one) => one === tag || one === "*");
}
