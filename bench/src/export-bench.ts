import {
  type DemoStack,
  generatePopulation,
  startDemoStack,
  startTokenMint,
  type TokenMint,
} from "@aarohan/devkit";
import { type CopyPeer, startCopyPeer } from "./copy-peer.ts";
import { type PreparedUpstream, startPreparedUpstream } from "./prepared-upstream.ts";

const PATIENTS = Number(process.env.BENCH_EXPORT_PATIENTS ?? 6600);
const FORMATS = ["application/fhir+ndjson", "text/csv", "application/vnd.apache.parquet"];
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
  try {
    await exportRun("warm-up", stack, mint, "analyst", FORMATS[0] ?? "");
    const runs = [
      await copyRun(peer, upstream, true),
      await copyRun(peer, upstream, false),
      await exportRun("administrator, ndjson", stack, mint, "administrator", FORMATS[0] ?? ""),
      await exportRun("analyst, ndjson", stack, mint, "analyst", FORMATS[0] ?? ""),
      await exportRun("analyst, csv", stack, mint, "analyst", FORMATS[1] ?? ""),
      await exportRun("analyst, parquet", stack, mint, "analyst", FORMATS[2] ?? ""),
    ];
    return [
      `a whole export of ${upstream.resources} resources (${(upstream.bytes / 1e6).toFixed(0)} MB), kick-off to manifest, pages at wire speed:`,
      ...runs.map(rowOf),
    ];
  } finally {
    await peer.close();
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
  const headers = { Authorization: `Bearer ${await mint.mint(role)}` };
  const query = new URLSearchParams({ _type: TYPES, _outputFormat: format });
  const accepted = await fetch(`${stack.fhirUrl}/$export?${query}`, { headers });
  const location = accepted.headers.get("Content-Location");
  if (location === null) throw new Error(`the export was not accepted: ${await accepted.text()}`);
  for (;;) {
    const answer = await fetch(location, { headers });
    if (answer.status === 200) break;
    if (answer.status !== 202) throw new Error(`the export ended with ${answer.status}`);
    await new Promise((done) => setTimeout(done, 1000));
  }
  // By the job's own times: a client polls by the second.
  const jobs: {
    parameter: { part: { name: string; valueInstant?: string; valueUnsignedInt?: number }[] }[];
  } = JSON.parse(await (await fetch(`${stack.fhirUrl}/$export-jobs`, { headers })).text());
  const part = (wanted: string) => jobs.parameter[0]?.part.find((one) => one.name === wanted);
  const time = (wanted: string) => Date.parse(part(wanted)?.valueInstant ?? "");
  return {
    name,
    resources: part("resources")?.valueUnsignedInt ?? 0,
    seconds: (time("ended") - time("created")) / 1000,
  };
}

function rowOf({ name, resources, seconds }: Run): string {
  return `  ${name.padEnd(28)}${seconds.toFixed(1).padStart(7)} s ${(resources / seconds).toFixed(0).padStart(9)} resources/s`;
}
