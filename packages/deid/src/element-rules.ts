import type { ElementRules, Rule, RuleOptions } from "./policy.ts";

/** The rules of one type as a tree of their paths. */
export interface RuleTree {
  readonly rule?: RuleOptions & { readonly source?: string };
  readonly inside: ReadonlyMap<string, RuleTree>;
}

export const NO_RULES: RuleTree = { inside: new Map() };

interface MutableTree {
  rule?: RuleOptions & { readonly source?: string };
  readonly inside: Map<string, MutableTree>;
}

/** Paths (`finding.itemReference`) → tree; a path in a later set stands before the same path in an earlier one. */
export function ruleTree(...sets: readonly (ElementRules | undefined)[]): RuleTree {
  const root: MutableTree = { inside: new Map() };
  for (const [path, rule] of new Map(sets.flatMap((set) => Object.entries(set ?? {})))) {
    let node = root;
    for (const step of path.split(".")) {
      const inner = node.inside.get(step) ?? { inside: new Map() };
      node.inside.set(step, inner);
      node = inner;
    }
    node.rule = ruleOptions(rule);
  }
  return root;
}

/** `"keep"` is short for `{ "method": "keep" }`. */
export function ruleOptions(rule: Rule): RuleOptions & { readonly source?: string } {
  if (typeof rule !== "string") return rule;
  // A method that needs options and has none is refused when the policy is read; here it fits no element.
  return { method: rule } as RuleOptions;
}
