import { startDemoStack, startTokenMint } from "@aarohan/devkit";
import type { AnyResource } from "@aarohan/fhir";
import { type LoadResult, load } from "./load.ts";
import { startPassThrough } from "./pass-through.ts";
import { middleOf, ratioText } from "./ratios.ts";
import { startWireUpstream } from "./wire-upstream.ts";

const PAGE = 100;
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5);
const REQUESTS = Number(process.env.BENCH_REQUESTS ?? 270);
const CONNECTIONS = [1, 8, 32];
/** Below the limit of a user's requests a minute. */
const REQUESTS_PER_USER = 90;

/** One way to get the page, and what was measured of it in each round. */
interface Route {
  readonly name: string;
  readonly url: string;
  readonly role?: "analyst" | "administrator";
  readonly results: LoadResult[];
}

/**
 * A page of 100 Patients through the gateway, beside a worker that only passes it on, from the same upstream, both on sockets
 * of their own. They take turns; ratios are within one round.
 */
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
    isBare: true,
  });
  const peer = await startPassThrough(upstream.url);
  const page = `${stack.fhirUrl}/Patient?_count=${PAGE}`;
  const routes = (): Route[] => [
    { name: "pass-through worker", url: `${peer.url}/Patient`, results: [] },
    { name: "gateway, administrator", url: page, role: "administrator", results: [] },
    { name: "gateway, analyst (json)", url: page, role: "analyst", results: [] },
    { name: "gateway, analyst (csv)", url: `${page}&_format=csv`, role: "analyst", results: [] },
  ];
  async function take({ url, role, results }: Route, requests: number, concurrency: number): Promise<void> {
    const users = Math.ceil(requests / REQUESTS_PER_USER);
    const tokens =
      role === undefined ? [] : await Promise.all(Array.from({ length: users }, () => mint.mint(role)));
    const headers = (index: number): Record<string, string> =>
      role === undefined ? {} : { Authorization: `Bearer ${tokens[Math.floor(index / REQUESTS_PER_USER)]}` };
    results.push(await load(url, { requests, concurrency, headers }));
  }
  try {
    // Warm all before any is measured.
    for (const route of routes()) await take(route, 300, 4);
    const lines: string[] = [];
    for (const concurrency of CONNECTIONS) {
      const measured = routes();
      for (let round = 0; round < ROUNDS; round += 1)
        for (const route of measured) await take(route, REQUESTS, concurrency);
      lines.push(...sectionOf(measured, concurrency));
    }
    return [
      `a page of ${PAGE} Patients, requests a second beside a worker that passes it on, ${ROUNDS} rounds of ${REQUESTS} requests each:`,
      ...lines,
    ];
  } finally {
    await peer.close();
    await stack.close();
    await mint.close();
    await upstream.close();
  }
}

function sectionOf(routes: readonly Route[], concurrency: number): string[] {
  const [peer] = routes;
  return routes.map(({ name, results }) => {
    const ratio = ratioText(
      results.map(
        ({ requestsPerSecond }, round) =>
          requestsPerSecond / (peer?.results[round]?.requestsPerSecond ?? Number.NaN),
      ),
    );
    const p50 = middleOf(results.map((result) => result.p50));
    const p99 = middleOf(results.map((result) => result.p99));
    const above = p50 - middleOf((peer?.results ?? []).map((result) => result.p50));
    const perSecond = middleOf(results.map(({ requestsPerSecond }) => requestsPerSecond));
    return `  ${String(concurrency).padStart(2)} at a time  ${name.padEnd(24)}${ratio}${perSecond.toFixed(0).padStart(6)} a second   p50 ${milliseconds(p50)} (${above < 0 ? "" : "+"}${above.toFixed(1)})   p99 ${milliseconds(p99)}   ${((results[0]?.bytes ?? 0) / 1000).toFixed(0).padStart(4)} kB`;
  });
}

function milliseconds(value: number): string {
  return `${value.toFixed(1).padStart(6)} ms`;
}
