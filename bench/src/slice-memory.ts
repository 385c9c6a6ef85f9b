/** Live memory of a slice over resources of 1 MB, by `node --expose-gc`: prints megabytes, most that was held at any page. */

import { compilePolicy, identifiedExportPolicy } from "@aarohan/deid";
import { nodeGzipPorts } from "@aarohan/devkit";
import { FIRST_SLICE, readSlice } from "@aarohan/export";
import { splitBundle } from "@aarohan/fhir";
import { benchAnonymiserOf } from "./bench-key.ts";

const RESOURCE_BYTES = 1_000_000;
/** As many as the exporter's bound of a page holds. */
const PER_PAGE = 8;
const PAGES = 15;

const collect = globalThis.gc;
if (collect === undefined) throw new Error("run with --expose-gc");
const plan = compilePolicy(identifiedExportPolicy);

function page(number: number) {
  const entry = Array.from({ length: PER_PAGE }, (_, index) => ({
    resource: {
      resourceType: "Observation",
      id: `${number}-${index}`,
      meta: { lastUpdated: new Date(number * 60_000 + index).toISOString() },
      note: [{ text: `${index}`.padEnd(RESOURCE_BYTES, "x") }],
    },
  }));
  const bytes = Buffer.from(JSON.stringify({ resourceType: "Bundle", type: "searchset", total: 0, entry }));
  const bundle = splitBundle(bytes, { maximumResourceBytes: 4_000_000 });
  return { bytes, bundle, next: number + 1 < PAGES ? String(number + 1) : undefined };
}

let most = 0;
function held(): number {
  collect?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

// Once more, so that what the start left is gone.
held();
const before = held();
await readSlice(FIRST_SLICE, {
  upstream: { search: async () => page(0), follow: async (cursor) => page(Number(cursor)) },
  call: { requestId: "bench" },
  resourceType: "Observation",
  searches: [{ parameters: [], matches: undefined }],
  window: { from: undefined, before: Date.now() },
  release: {
    anonymiserFor: () => benchAnonymiserOf(plan),
    pause: async () => {
      most = Math.max(most, held());
    },
    visibleOrder: undefined,
  },
  format: "ndjson",
  table: undefined,
  elements: undefined,
  isNew: () => true,
  gzip: nodeGzipPorts,
});
console.log(((most - before) / 1e6).toFixed(0));
