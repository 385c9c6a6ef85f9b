import { signal } from "@preact/signals";
import { isVisible } from "../pieces/visibility.ts";

/** State of a part, as `GET /status` reports it; `waiting` until the first answer. */
export type PartState = "waiting" | "ok" | "down";

export const gatewayState = signal<PartState>("waiting");
export const upstreamState = signal<PartState>("waiting");
export const version = signal("");

/** How often the status is asked for again, in milliseconds. */
const REFRESH_MILLISECONDS = 15_000;

async function refreshStatus(): Promise<void> {
  try {
    const response = await fetch("/status");
    if (!response.ok) throw new Error("status");
    const report = Object(await response.json());
    gatewayState.value = "ok";
    upstreamState.value = report.upstream === "reachable" ? "ok" : "down";
    version.value = String(report.version);
  } catch {
    gatewayState.value = "down";
    upstreamState.value = "waiting";
  }
}

/** Asks while somebody looks, until the returned function is called. */
export function watchStatus(): () => void {
  void refreshStatus();
  const timer = setInterval(() => {
    if (isVisible.peek()) void refreshStatus();
  }, REFRESH_MILLISECONDS);
  return () => clearInterval(timer);
}
