import { startDemoStack, startTokenMint } from "@aarohan/devkit";
import type { AnyResource } from "@aarohan/fhir";
import { type LoadResult, load } from "./load.ts";
import { startPassThrough } from "./pass-through.ts";
import { startWireUpstream } from "./wire-upstream.ts";

const PAGE = 100;
const REQUESTS = Number(process.env.BENCH_REQUESTS ?? 1500);
const CONCURRENCY = 8;
/** Below the limit of a user's requests a minute. */
const REQUESTS_PER_USER = 90;

/** A page of 100 Patients through the gateway, beside a worker that only passes it on, from the same upstream. */
export async function benchGateway(resources: readonly AnyResource[]): Promise<string[]> {
  const entry = resources
    .filter(({ resourceType }) => resourceType === "Patient")
    .slice(0, PAGE)
    .map((resource) => ({ resource, search: { mode: "match" } }));
  const upstream = await startWireUpstream(
    JSON.stringify({ resourceType: "Bundle", type: "searchset", total: PAGE, entry }),
  );
  const mint = await startTokenMint();
  const stack = await startDemoStack({
    furtherIssuers: [{ issuer: mint.issuer, jwksUri: mint.jwksUri, audiences: ["aarohan-edge"] }],
    settings: { UPSTREAM_BASE_URL: upstream.url },
  });
  const peer = await startPassThrough(upstream.url);
  try {
    const users = (role: "analyst" | "administrator") =>
      Promise.all(Array.from({ length: Math.ceil(REQUESTS / REQUESTS_PER_USER) + 1 }, () => mint.mint(role)));
    const authorized = (tokens: readonly string[]) => (index: number) => ({
      Authorization: `Bearer ${tokens[Math.floor(index / REQUESTS_PER_USER)]}`,
    });
    const measure = (url: string, headers: (index: number) => Record<string, string>) =>
      load(url, { requests: REQUESTS, concurrency: CONCURRENCY, headers });
    // Warm both before either is measured.
    await load(`${peer.url}/Patient`, { requests: 50, concurrency: 4, headers: () => ({}) });
    await load(`${stack.fhirUrl}/Patient?_count=${PAGE}`, {
      requests: 50,
      concurrency: 4,
      headers: authorized(await users("analyst")),
    });
    const rows: [string, LoadResult][] = [
      ["pass-through worker", await measure(`${peer.url}/Patient`, () => ({}))],
      [
        "gateway, administrator",
        await measure(`${stack.fhirUrl}/Patient?_count=${PAGE}`, authorized(await users("administrator"))),
      ],
      [
        "gateway, analyst (json)",
        await measure(`${stack.fhirUrl}/Patient?_count=${PAGE}`, authorized(await users("analyst"))),
      ],
      [
        "gateway, analyst (csv)",
        await measure(
          `${stack.fhirUrl}/Patient?_count=${PAGE}&_format=csv`,
          authorized(await users("analyst")),
        ),
      ],
    ];
    return [
      `a page of ${PAGE} Patients, ${CONCURRENCY} at a time, ${REQUESTS} requests each:`,
      ...rows.map(([name, result]) => rowOf(name, result)),
    ];
  } finally {
    await peer.close();
    await stack.close();
    await mint.close();
    await upstream.close();
  }
}

function rowOf(name: string, { requestsPerSecond, p50, p99, bytes }: LoadResult): string {
  return `  ${name.padEnd(26)}${requestsPerSecond.toFixed(0).padStart(6)} requests/s   p50 ${p50.toFixed(1).padStart(6)} ms   p99 ${p99.toFixed(1).padStart(6)} ms   ${(bytes / 1000).toFixed(0).padStart(5)} kB`;
}
