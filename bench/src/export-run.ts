import type { DemoStack, TokenMint } from "@aarohan/devkit";

export const FORMATS = ["application/fhir+ndjson", "text/csv", "application/vnd.apache.parquet"];

export interface ExportRun {
  readonly resources: number;
  readonly files: number;
  readonly seconds: number;
}

interface Part {
  readonly name: string;
  readonly valueInstant?: string;
  readonly valueUnsignedInt?: number;
}

/** One export as a fresh user, kick-off to manifest; timed by the job's own times, because a client polls by the second. */
export async function exportOnce(
  stack: DemoStack,
  mint: TokenMint,
  role: "analyst" | "administrator",
  types: string,
  format: string,
): Promise<ExportRun> {
  const token = await mint.mint(role, { exp: Math.floor(Date.now() / 1000) + 3600 });
  const headers = { Authorization: `Bearer ${token}` };
  const query = new URLSearchParams({ _type: types, _outputFormat: format });
  const accepted = await fetch(`${stack.fhirUrl}/$export?${query}`, { headers });
  const location = accepted.headers.get("Content-Location");
  if (location === null) throw new Error(`the export was not accepted: ${await accepted.text()}`);
  for (;;) {
    const answer = await fetch(location, { headers });
    if (answer.status === 200) break;
    if (answer.status !== 202) throw new Error(`the export ended with ${answer.status}`);
    await new Promise((done) => setTimeout(done, 1000 * Number(answer.headers.get("Retry-After"))));
  }
  const list = await fetch(`${stack.fhirUrl}/$export-jobs`, { headers });
  const jobs: { parameter: { part: Part[] }[] } = JSON.parse(await list.text());
  const part = (wanted: string) => jobs.parameter[0]?.part.find((one) => one.name === wanted);
  const time = (wanted: string) => Date.parse(part(wanted)?.valueInstant ?? "");
  return {
    resources: part("resources")?.valueUnsignedInt ?? 0,
    files: part("files")?.valueUnsignedInt ?? 0,
    seconds: (time("ended") - time("created")) / 1000,
  };
}
