import { setTimeout as delay } from "node:timers/promises";
import type { Edge } from "@aarohan/devkit";
import { connectInspector, type Inspector } from "./inspector.ts";

/** What lives in each worker's isolate, its Durable Objects included. */
export interface LiveHeap {
  /** Bytes by worker after a collection, once work that goes on by itself (exports) has ended, or a minute has passed. */
  measure(): Promise<HeapSizes>;
  close(): void;
}

export type HeapSizes = ReadonlyMap<string, number>;

interface HeapUsage {
  readonly usedSize: number;
  /** Of the runtime's own objects behind JavaScript's: requests, streams, stubs. */
  readonly embedderHeapUsedSize: number;
  /** Of ArrayBuffers. */
  readonly backingStorageSize: number;
}

/** Two measures that differ by less are of a worker that rests. */
const RESTING_BYTES = 50_000;
const MOST_TRIES = 60;

/** Needs an edge that `isInspected`. */
export async function inspectHeaps({ runtime }: Edge): Promise<LiveHeap> {
  const { host } = await runtime.getInspectorURL();
  const listed = (await (await fetch(`http://${host}/json`)).json()) as { id: string }[];
  const inspectors = new Map<string, Inspector>();
  for (const { id } of listed) {
    // The others are the runtime's simulators of buckets, caches and assets.
    const [, name] = /^core:user:aarohan-(.+)$/.exec(id) ?? [];
    if (name !== undefined) inspectors.set(name, await connectInspector(`ws://${host}/${id}`));
  }
  if (inspectors.size === 0) throw new Error("the inspector names no worker: their memory cannot be told");

  async function now(): Promise<HeapSizes> {
    const sizes = new Map<string, number>();
    for (const [name, inspector] of inspectors) sizes.set(name, await liveBytes(inspector));
    return sizes;
  }

  return {
    async measure() {
      let sizes = await now();
      for (let tries = 1; tries < MOST_TRIES; tries += 1) {
        await delay(1000);
        const before = total(sizes);
        sizes = await now();
        if (Math.abs(total(sizes) - before) < RESTING_BYTES) break;
      }
      return sizes;
    },
    close() {
      for (const inspector of inspectors.values()) inspector.close();
    },
  };
}

export function total(sizes: HeapSizes): number {
  return [...sizes.values()].reduce((sum, bytes) => sum + bytes, 0);
}

/**
 * `HeapProfiler.collectGarbage` is put off until the worker is asked something; a profile of allocations collects before it is told.
 * Twice: what finalizers let go is gone after the second.
 */
async function liveBytes(inspector: Inspector): Promise<number> {
  // Lines that were logged are kept for whoever inspects, and for nobody else.
  await inspector.send("Runtime.discardConsoleEntries");
  for (let times = 0; times < 2; times += 1) {
    await inspector.send("HeapProfiler.startSampling", { samplingInterval: 2 ** 30 });
    await inspector.send("HeapProfiler.stopSampling");
  }
  const usage = await inspector.send<HeapUsage>("Runtime.getHeapUsage");
  return usage.usedSize + usage.embedderHeapUsedSize + usage.backingStorageSize;
}
