import { readdirSync, readFileSync } from "node:fs";

/** Bytes of memory of their own (no file behind it) that the processes hold which this one has started and which serve the workers. Linux alone. */
export function residentBytes(): number {
  return workersOf(process.pid).reduce(
    (sum, pid) => sum + 1024 * Number.parseInt(statusOf(pid, "RssAnon") ?? "0", 10),
    0,
  );
}

function workersOf(parent: number): string[] {
  const own = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => statusOf(name, "PPid") === String(parent))
    .filter((pid) => statusOf(pid, "Name") === "workerd");
  if (own.length === 0)
    throw new Error("no process that serves the workers is found: its memory cannot be told");
  return own;
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
