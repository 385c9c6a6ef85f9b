import type { Plan, PlanAction, PlanElements } from "../src/index.ts";
import type { Canary } from "./canary-source.ts";

/** True where the plan's own table says that what stands at the canary's place leaves as it is. */
export function staysByPlan(plan: Plan, { path, value }: Canary): boolean {
  const [type = "", ...steps] = path.split(".");
  return staysWithin(plan, plan.resources.get(type), steps, value);
}

function staysWithin(
  plan: Plan,
  elements: PlanElements | undefined,
  [name = "", ...rest]: readonly string[],
  value: string | number,
): boolean {
  if (elements === undefined) return false;
  const node = elements.nodes.get(name);
  if (node === undefined) return staysBeside(elements, name);
  const { action } = node;
  if (action.method === "keepWhole") return staysInWhole(plan, rest, value);
  if (action.method === "elements") return staysWithin(plan, action.elements, rest, value);
  if (action.method !== "resource") return staysAsValue(action, value);
  const [inner = "", ...steps] = rest;
  return staysWithin(plan, plan.resources.get(inner), steps, value);
}

/** In what is kept whole, values of extensions go by the rules of their data type. */
function staysInWhole(plan: Plan, steps: readonly string[], value: string | number): boolean {
  for (const [index, step] of steps.entries()) {
    const elements = step.startsWith("value") ? plan.types.get(step.slice("value".length)) : undefined;
    if (elements !== undefined) return staysWithin(plan, elements, steps.slice(index + 1), value);
  }
  return true;
}

/** What R4 does not have, or the `_name` of a primitive that is kept. */
function staysBeside(elements: PlanElements, name: string): boolean {
  const beside = name.startsWith("_") ? elements.nodes.get(name.slice(1)) : undefined;
  return elements.keepsUnknown && (beside === undefined || beside.action.method === "keepWhole");
}

function staysAsValue(action: PlanAction, value: string | number): boolean {
  switch (action.method) {
    case "keepFreeText":
    case "publicUrl":
      return true;
    case "truncateDate":
      return action.precision === "day";
    case "keepNumber":
      return typeof value === "number" && value >= action.least && value <= action.most;
    case "keepText":
      return typeof value === "string" && (action.values.has(value) || action.pattern?.test(value) === true);
    default:
      return false;
  }
}
