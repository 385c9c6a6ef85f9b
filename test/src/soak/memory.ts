import type { Edge } from "@aarohan/devkit";
import { type HeapSizes, inspectHeaps, total } from "./live-heap.ts";
import { residentBytes } from "./process-memory.ts";

/** What is held at the end of a third of the time, while nobody asks. */
interface Third {
  /** Answered since the beginning. */
  readonly requests: number;
  readonly live: HeapSizes;
  readonly residentBytes: number;
}

export interface Memory {
  /** At the end of each third. */
  mark(requests: number): Promise<void>;
  /** Of the last third beside the second: what lives in the workers. */
  live(): Growth;
  /** Of the last third beside the second: what their process holds, garbage and freed memory that it keeps included. */
  resident(): Growth;
  close(): void;
}

export interface Growth {
  readonly isWithin: boolean;
  readonly text: string;
}

/** Half of what a leak of 1 KB a request would be. */
const MOST_BYTES_PER_REQUEST = 512;
/** What the engine compiles meanwhile: 180 KB in some hundred requests at the beginning, less and less then. */
const COMPILED_BYTES = 200_000;
/** What an allocator takes and gives back from one moment to the next, at a hundred users. */
const RESIDENT_NOISE_BYTES = 60_000_000;

export async function watchMemory(edge: Edge): Promise<Memory> {
  const heaps = await inspectHeaps(edge);
  const thirds: Third[] = [];
  return {
    async mark(requests) {
      const live = await heaps.measure();
      thirds.push({ requests, live, residentBytes: residentBytes() });
    },
    live: () => liveGrowth(thirds),
    resident: () => residentGrowth(thirds),
    close: heaps.close,
  };
}

function liveGrowth(thirds: readonly Third[]): Growth {
  const { before, after, requests } = lastTwo(thirds);
  const bytes = total(after.live) - total(before.live);
  const workers = [...after.live].map(
    ([name, size]) => `${name} ${megabytes(before.live.get(name) ?? 0)}, ${megabytes(size)}`,
  );
  return {
    isWithin: bytes <= MOST_BYTES_PER_REQUEST * requests + COMPILED_BYTES,
    text: `${(bytes / requests).toFixed(0)} bytes a request of ${requests}; MB after the second and the last third: ${workers.join("; ")}`,
  };
}

function residentGrowth(thirds: readonly Third[]): Growth {
  const { before, after } = lastTwo(thirds);
  return {
    isWithin: after.residentBytes - before.residentBytes <= RESIDENT_NOISE_BYTES,
    text: `MB after each third: ${thirds.map((third) => megabytes(third.residentBytes)).join(", ")}`,
  };
}

function lastTwo(thirds: readonly Third[]): { before: Third; after: Third; requests: number } {
  const [before, after] = thirds.slice(-2);
  if (before === undefined || after === undefined) throw new Error("growth is between two thirds at least");
  return { before, after, requests: after.requests - before.requests };
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}
