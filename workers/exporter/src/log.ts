import { EdgeError } from "@aarohan/contract";
import { ConfigError } from "@aarohan/settings";

/** One line about a job: names, codes and counts, never a value. */
export function logJob(
  level: "info" | "warn" | "error",
  event: string,
  fields: Record<string, string | number>,
): void {
  console[level](JSON.stringify({ level, event, ...fields }));
}

/** A fault by its kind and place: what a message of somebody else's says may quote data. */
export function faultOf(error: unknown): { readonly fault: string; readonly at: string } {
  if (error instanceof EdgeError) return { fault: error.code, at: "" };
  if (error instanceof ConfigError) return { fault: error.message, at: "" };
  if (!(error instanceof Error)) return { fault: typeof error, at: "" };
  const frames = (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  return {
    fault: error.name,
    at: frames
      .slice(0, 3)
      .map((frame) => frame.trim())
      .join(" "),
  };
}
