import { createServer } from "node:http";
import type { AnyResource } from "@aarohan/fhir";

export interface PreparedUpstream {
  readonly url: string;
  readonly resources: number;
  /** Of the pages, as they go over the wire. */
  readonly bytes: number;
  close(): Promise<void>;
}

const PAGE = 1000;

/**
 * An upstream that answers searches with prepared pages of 1,000 resources in order of `meta.lastUpdated`, as fast as the
 * wire allows: so that what is measured is the engine. It knows no other search than a whole type, and its count.
 */
export async function startPreparedUpstream(resources: Iterable<AnyResource>): Promise<PreparedUpstream> {
  const byType = Map.groupBy(resources, ({ resourceType }) => resourceType);
  const pages = new Map<string, Buffer>();
  let count = 0;
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://x");
    const name = url.searchParams.get("page") ?? url.pathname.slice("/fhir/".length);
    const isCount = url.searchParams.get("_summary") === "count" || url.searchParams.get("_count") === "1";
    const body = pages.get(isCount ? `${name} count` : name) ?? EMPTY;
    response.writeHead(200, { "Content-Type": "application/fhir+json", "Content-Length": body.length });
    response.end(body);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const base = `http://127.0.0.1:${address.port}/fhir`;
  for (const [type, all] of byType) {
    all.sort((a, b) => (updatedOf(a) < updatedOf(b) ? -1 : 1));
    count += all.length;
    pages.set(`${type} count`, bundle(all.slice(0, 1), all.length, undefined));
    for (let at = 0, page = 0; at < all.length; at += PAGE, page += 1) {
      const next = at + PAGE < all.length ? `${base}?page=${type}.${page + 1}` : undefined;
      pages.set(page === 0 ? type : `${type}.${page}`, bundle(all.slice(at, at + PAGE), all.length, next));
    }
  }
  return {
    url: base,
    resources: count,
    bytes: [...pages.values()].reduce((sum, page) => sum + page.length, 0),
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}

const EMPTY = Buffer.from(JSON.stringify({ resourceType: "Bundle", type: "searchset", total: 0 }));

function bundle(resources: readonly AnyResource[], total: number, next: string | undefined): Buffer {
  return Buffer.from(
    JSON.stringify({
      resourceType: "Bundle",
      type: "searchset",
      total,
      ...(next === undefined ? {} : { link: [{ relation: "next", url: next }] }),
      entry: resources.map((resource) => ({ resource, search: { mode: "match" } })),
    }),
  );
}

function updatedOf({ meta }: AnyResource): string {
  return String(Object(meta).lastUpdated);
}
