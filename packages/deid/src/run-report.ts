import { type Effect, effectOf } from "./effect.ts";
import type { Plan } from "./plan.ts";
import type { WithholdReason } from "./withheld.ts";

/** Counts while a run goes on: by the index of a node or of a group of elements. */
export interface RunCounts {
  released: number;
  readonly withheld: Map<WithholdReason, number>;
  /** `seen`, `left` and `unknown`, one after the other. */
  readonly all: Float64Array;
  /** How often each element was there. */
  readonly seen: Float64Array;
  /** How often something of it left. */
  readonly left: Float64Array;
  /** Members that R4 does not have, by group. */
  readonly unknown: Float64Array;
}

export function createRunCounts(plan: Plan): RunCounts {
  const nodes = plan.nodes.length;
  const all = new Float64Array(2 * nodes + plan.groups.length);
  return {
    released: 0,
    withheld: new Map(),
    all,
    seen: all.subarray(0, nodes),
    left: all.subarray(nodes, 2 * nodes),
    unknown: all.subarray(2 * nodes),
  };
}

export interface RunReport {
  readonly policy: { readonly name: string; readonly version: string; readonly hash: string };
  readonly released: number;
  readonly withheld: Readonly<Partial<Record<WithholdReason, number>>>;
  /** Elements that were there, in R4's order within each type. */
  readonly elements: readonly ElementReport[];
}

export interface ElementReport {
  /** `Patient.name`; elements of a data type stand under its name (`Coding.display`); unknown ones as `Patient.?`. */
  readonly path: string;
  readonly rule: string;
  readonly kept: number;
  readonly transformed: number;
  readonly dropped: number;
  /** Members that R4 does not have: dropped in an anonymised policy. */
  readonly unknown: number;
}

/** Names no value and no name that is not R4's own. */
export function runReport(plan: Plan, counts: RunCounts): RunReport {
  const elements: ElementReport[] = [];
  for (const node of plan.nodes) {
    const seen = counts.seen[node.index] ?? 0;
    if (seen === 0) continue;
    const left = counts.left[node.index] ?? 0;
    const count = byEffect(effectOf(node.action), left);
    elements.push({ path: node.path, rule: node.rule.method, ...count, dropped: seen - left, unknown: 0 });
  }
  for (const group of plan.groups) {
    const unknown = counts.unknown[group.index] ?? 0;
    if (unknown === 0) continue;
    const none = { kept: 0, transformed: 0, dropped: 0 };
    elements.push({ path: `${group.path}.?`, rule: "unnamed", ...none, unknown });
  }
  const { name, version, hash } = plan;
  return {
    policy: { name, version, hash },
    released: counts.released,
    withheld: Object.fromEntries(counts.withheld),
    elements: merged(elements),
  };
}

function byEffect(effect: Effect, left: number): { kept: number; transformed: number } {
  return effect === "transformed" ? { kept: 0, transformed: left } : { kept: left, transformed: 0 };
}

/** One row a path: a data type that is walked at several places by several rules has several nodes. */
function merged(elements: readonly ElementReport[]): ElementReport[] {
  const rows = new Map<string, ElementReport>();
  for (const row of elements) {
    const key = `${row.path} ${row.rule}`;
    const known = rows.get(key);
    rows.set(key, known === undefined ? row : sum(known, row));
  }
  return [...rows.values()];
}

function sum(a: ElementReport, b: ElementReport): ElementReport {
  return {
    ...a,
    kept: a.kept + b.kept,
    transformed: a.transformed + b.transformed,
    dropped: a.dropped + b.dropped,
    unknown: a.unknown + b.unknown,
  };
}
