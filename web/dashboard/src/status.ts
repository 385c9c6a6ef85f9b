import { signal } from "@preact/signals";

/** State of a part, as `GET /status` reports it; `waiting` until the first answer. */
export type PartState = "waiting" | "ok" | "down";

/** What `/status` answers. */
interface StatusReport {
  readonly version: string;
  readonly upstream: "reachable" | "unreachable";
}

export const gateway = signal<PartState>("waiting");
export const upstream = signal<PartState>("waiting");
export const version = signal("");

/** How often the status is asked for again, in milliseconds. */
const REFRESH_MILLISECONDS = 15_000;

async function refreshStatus(): Promise<void> {
  try {
    const response = await fetch("/status");
    if (!response.ok) throw new Error("status");
    const report: StatusReport = await response.json();
    gateway.value = "ok";
    upstream.value = report.upstream === "reachable" ? "ok" : "down";
    version.value = report.version;
  } catch {
    gateway.value = "down";
    upstream.value = "waiting";
  }
}

export function watchStatus(): void {
  void refreshStatus();
  setInterval(() => {
    if (document.visibilityState === "visible") void refreshStatus();
  }, REFRESH_MILLISECONDS);
}
