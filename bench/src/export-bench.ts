import { generatePopulation, startDemoStack, startTokenMint } from "@aarohan/devkit";
import { type CopyPeer, startCopyPeer } from "./copy-peer.ts";
import { exportOnce, FORMATS } from "./export-run.ts";
import { type PreparedUpstream, startPreparedUpstream } from "./prepared-upstream.ts";
import { middleOf, ratioText } from "./ratios.ts";

const PATIENTS = Number(process.env.BENCH_EXPORT_PATIENTS ?? 6600);
/** What analysts are given: the same resources for every row. */
const TYPES =
  "ClinicalImpression,Condition,Encounter,Observation,Patient,QuestionnaireResponse,RiskAssessment,Task";

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 3);

interface Run {
  readonly resources: number;
  readonly seconds: number;
}

/** One way to get everything, and its runs, one a round. */
interface Route {
  readonly name: string;
  readonly run: () => Promise<Run>;
  readonly runs: Run[];
}

/** Whole exports, kick-off to manifest, from prepared pages at wire speed, beside a worker that copies them as they are. */
export async function benchExport(): Promise<string[]> {
  const wanted = new Set(TYPES.split(","));
  const resources = [...generatePopulation({ patients: PATIENTS })].filter(({ resourceType }) =>
    wanted.has(resourceType),
  );
  const upstream = await startPreparedUpstream(resources);
  const mint = await startTokenMint();
  const stack = await startDemoStack({
    furtherIssuers: [{ issuer: mint.issuer, jwksUri: mint.jwksUri, audiences: ["aarohan-edge"] }],
    settings: {
      UPSTREAM_BASE_URL: upstream.url,
      // Without consent: this upstream has no Consents to search.
      CONSENT_MODE: "none",
      EXPORT_WINDOW_RESOURCES: "200000",
    },
  });
  const peer = await startCopyPeer();
  const whole = await startDemoStack({
    patients: Math.round(PATIENTS / 4),
    furtherIssuers: [{ issuer: mint.issuer, jwksUri: mint.jwksUri, audiences: ["aarohan-edge"] }],
  });
  const [ndjson = "", csv = "", parquet = ""] = FORMATS;
  const routes: Route[] = [
    routeOf("plain copy to R2, gzip", () => copyRun(peer, upstream, true)),
    routeOf("plain copy to R2, as it is", () => copyRun(peer, upstream, false)),
    routeOf("administrator, ndjson", () => exportOnce(stack, mint, "administrator", TYPES, ndjson)),
    routeOf("analyst, ndjson", () => exportOnce(stack, mint, "analyst", TYPES, ndjson)),
    routeOf("analyst, csv", () => exportOnce(stack, mint, "analyst", TYPES, csv)),
    routeOf("analyst, parquet", () => exportOnce(stack, mint, "analyst", TYPES, parquet)),
    routeOf("embedded server, consent", () => exportOnce(whole, mint, "analyst", TYPES, ndjson)),
  ];
  try {
    await exportOnce(stack, mint, "analyst", TYPES, ndjson);
    for (let round = 0; round < ROUNDS; round += 1)
      for (const { run, runs } of routes) runs.push(await run());
    return [
      `a whole export of ${upstream.resources} resources (${(upstream.bytes / 1e6).toFixed(0)} MB), kick-off to manifest, pages at wire speed, resources a second beside a plain copy, ${ROUNDS} rounds:`,
      ...routes.map((route) => rowOf(route, routes[0]?.runs ?? [])),
    ];
  } finally {
    await peer.close();
    await whole.close();
    await stack.close();
    await mint.close();
    await upstream.close();
  }
}

function routeOf(name: string, run: () => Promise<Run>): Route {
  return { name, run, runs: [] };
}

async function copyRun(peer: CopyPeer, upstream: PreparedUpstream, isGzip: boolean): Promise<Run> {
  const started = performance.now();
  const resources = await peer.copy(upstream.url, TYPES.split(","), isGzip);
  return { resources, seconds: (performance.now() - started) / 1000 };
}

function rowOf({ name, runs }: Route, peer: readonly Run[]): string {
  const speed = (run: Run | undefined) => (run === undefined ? Number.NaN : run.resources / run.seconds);
  const ratio = ratioText(runs.map((run, round) => speed(run) / speed(peer[round])));
  const seconds = middleOf(runs.map((run) => run.seconds));
  return `  ${name.padEnd(28)}${ratio}${seconds.toFixed(1).padStart(7)} s ${middleOf(runs.map(speed)).toFixed(0).padStart(9)} resources/s`;
}
