import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { must, type Wrangler } from "./wrangler.ts";
import type { WrittenWorker } from "./written-config.ts";

/** What a worker may weigh, in KiB: an isolate reads all of it before its first request. The platform takes 10 MiB of gzip. */
const BUDGETS: Readonly<Record<string, { readonly raw: number; readonly gzip: number }>> = {
  ledger: { raw: 192, gzip: 48 },
  exporter: { raw: 1280, gzip: 296 },
  downloads: { raw: 128, gzip: 32 },
  gateway: { raw: 1280, gzip: 296 },
};

export interface Bundle {
  readonly worker: string;
  readonly rawKib: number;
  readonly gzipKib: number;
  readonly budget: { readonly raw: number; readonly gzip: number };
}

/** What would be sent to the platform for a worker. Needs no account. */
export function bundle({ worker, file, folder }: WrittenWorker, wrangler: Wrangler): Bundle {
  const outdir = join(folder, "bundle");
  must(wrangler, ["deploy", "-c", file, "--dry-run", "--outdir", outdir], `bundling ${worker.name}`);
  const budget = BUDGETS[worker.name];
  if (budget === undefined) throw new Error(`${worker.name}: has no budget`);
  const bytes = readFileSync(join(outdir, "index.js"));
  return {
    worker: worker.name,
    rawKib: bytes.length / 1024,
    gzipKib: gzipSync(bytes, { level: 9 }).length / 1024,
    budget,
  };
}

export function isWithinBudget({ rawKib, gzipKib, budget }: Bundle): boolean {
  return rawKib <= budget.raw && gzipKib <= budget.gzip;
}

export function bundleTable(bundles: readonly Bundle[]): string {
  const rows = bundles.map((one) => {
    const raw = `${one.rawKib.toFixed(0)} of ${one.budget.raw} KiB`;
    const gzip = `gzip ${one.gzipKib.toFixed(0)} of ${one.budget.gzip} KiB`;
    return `  ${one.worker.padEnd(10)} ${raw.padEnd(20)} ${gzip.padEnd(22)} ${isWithinBudget(one) ? "ok" : "TOO LARGE"}`;
  });
  return rows.join("\n");
}
