import type { Upstream, UpstreamBulk, UpstreamPage } from "@aarohan/upstream";

/**
 * A file of the server's own export, read like the pages of a search: cursors are bytes of the file. What is counted is
 * what its manifest says of it.
 */
export function createBulkPages(
  bulk: UpstreamBulk,
  file: string,
  count: number | undefined,
): Pick<Upstream, "search" | "follow"> {
  async function pageAt(offset: number, call: Parameters<Upstream["follow"]>[1]): Promise<UpstreamPage> {
    const { bytes, lines, next, oversized } = await bulk.lines(file, offset, call);
    const entries = lines.map((line) => ({ ...line, mode: "match" as const }));
    return {
      bytes,
      bundle: { total: count, links: new Map(), entries, oversized },
      next: next === undefined ? undefined : String(next),
    };
  }
  return {
    search: (_, parameters, call) =>
      parameters.some(([name]) => name === "_summary")
        ? Promise.resolve({
            bytes: new Uint8Array(),
            bundle: { total: count, links: new Map(), entries: [], oversized: 0 },
            next: undefined,
          })
        : pageAt(0, call),
    follow: (cursor, call) => pageAt(Number(cursor), call),
  };
}
