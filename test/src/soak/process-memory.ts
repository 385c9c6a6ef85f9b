import { readdirSync, readFileSync } from "node:fs";

const EVERY_MILLISECONDS = 1000;

export interface MemoryWatch {
  /** Of the workers' process, what it holds now beside what it held when it was warm: medians of thirds. */
  growth(): { readonly bytes: number; readonly text: string };
  stop(): void;
}

/** Resident memory of the processes that this one has started and that serve the workers, once a second. Linux alone. */
export function watchMemory(): MemoryWatch {
  const samples: number[] = [];
  const timer = setInterval(() => samples.push(residentOf(workersOf(process.pid))), EVERY_MILLISECONDS);
  return {
    growth() {
      const third = Math.floor(samples.length / 3);
      const [early, late] = [median(samples.slice(third, 2 * third)), median(samples.slice(-third))];
      const text = `${megabytes(early)} MB in the second third, ${megabytes(late)} MB in the last`;
      return { bytes: Number.isNaN(late - early) ? Number.POSITIVE_INFINITY : late - early, text };
    },
    stop: () => clearInterval(timer),
  };
}

function workersOf(parent: number): number[] {
  const children = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => statusOf(name, "PPid") === String(parent))
    .map(Number);
  const own = children.filter((pid) => statusOf(String(pid), "Name") === "workerd");
  if (own.length === 0)
    throw new Error("no process that serves the workers is found: its memory cannot be told");
  return own;
}

/** Bytes. */
function residentOf(pids: readonly number[]): number {
  return pids.reduce(
    (sum, pid) => sum + 1024 * Number.parseInt(statusOf(String(pid), "VmRSS") ?? "0", 10),
    0,
  );
}

function statusOf(pid: string, field: string): string | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    return new RegExp(`^${field}:\\s*(.*)$`, "m").exec(status)?.[1];
  } catch {
    // It has ended meanwhile.
    return undefined;
  }
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(0);
}
