import type { PlanAction } from "./plan.ts";

/** What an action does to a value that it lets through. */
export type Effect = "kept" | "transformed" | "dropped" | "walked" | "withheld";

const KEEPS: ReadonlySet<PlanAction["method"]> = new Set([
  "keepWhole",
  "keepBoolean",
  "keepCode",
  "keepNumber",
  "keepText",
  "keepCanonical",
  "keepFreeText",
]);

export function effectOf({ method }: PlanAction): Effect {
  if (method === "drop") return "dropped";
  if (method === "withhold") return "withheld";
  if (method === "elements" || method === "contained" || method === "resource" || method === "extensions") {
    return "walked";
  }
  return KEEPS.has(method) ? "kept" : "transformed";
}
