/** Path and query of the next page, of the `Link` header (RFC 8288); `undefined` on the last page. */
export function nextLink(headers: Headers): string | undefined {
  const href = /<([^>]+)>\s*;\s*rel="?next"?/.exec(headers.get("Link") ?? "")?.[1];
  if (href === undefined) return undefined;
  const { pathname, search } = new URL(href, "http://gateway");
  return `${pathname}${search}`;
}
