import {
  type DemoStack,
  generatePopulation,
  startDemoStack,
  startTokenMint,
  type TokenMint,
} from "@aarohan/devkit";
import { type CopyPeer, startCopyPeer } from "./copy-peer.ts";
import { exportOnce, FORMATS } from "./export-run.ts";
import { type PreparedUpstream, startPreparedUpstream } from "./prepared-upstream.ts";

const PATIENTS = Number(process.env.BENCH_EXPORT_PATIENTS ?? 6600);
/** What analysts are given: the same resources for every row. */
const TYPES =
  "ClinicalImpression,Condition,Encounter,Observation,Patient,QuestionnaireResponse,RiskAssessment,Task";

interface Run {
  readonly name: string;
  readonly resources: number;
  readonly seconds: number;
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
  try {
    await exportRun("warm-up", stack, mint, "analyst", FORMATS[0] ?? "");
    const runs = [
      await copyRun(peer, upstream, true),
      await copyRun(peer, upstream, false),
      await exportRun("administrator, ndjson", stack, mint, "administrator", FORMATS[0] ?? ""),
      await exportRun("analyst, ndjson", stack, mint, "analyst", FORMATS[0] ?? ""),
      await exportRun("analyst, csv", stack, mint, "analyst", FORMATS[1] ?? ""),
      await exportRun("analyst, parquet", stack, mint, "analyst", FORMATS[2] ?? ""),
      await exportRun("embedded server, consent", whole, mint, "analyst", FORMATS[0] ?? ""),
    ];
    return [
      `a whole export of ${upstream.resources} resources (${(upstream.bytes / 1e6).toFixed(0)} MB), kick-off to manifest, pages at wire speed:`,
      ...runs.map(rowOf),
    ];
  } finally {
    await peer.close();
    await whole.close();
    await stack.close();
    await mint.close();
    await upstream.close();
  }
}

async function copyRun(peer: CopyPeer, upstream: PreparedUpstream, isGzip: boolean): Promise<Run> {
  const started = performance.now();
  const resources = await peer.copy(upstream.url, TYPES.split(","), isGzip);
  const seconds = (performance.now() - started) / 1000;
  return { name: `plain copy to R2, ${isGzip ? "gzip" : "as it is"}`, resources, seconds };
}

async function exportRun(
  name: string,
  stack: DemoStack,
  mint: TokenMint,
  role: "analyst" | "administrator",
  format: string,
): Promise<Run> {
  return { name, ...(await exportOnce(stack, mint, role, TYPES, format)) };
}

function rowOf({ name, resources, seconds }: Run): string {
  return `  ${name.padEnd(28)}${seconds.toFixed(1).padStart(7)} s ${(resources / seconds).toFixed(0).padStart(9)} resources/s`;
}
