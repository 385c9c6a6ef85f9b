import { choiceName, type ElementInfo, elementsOf } from "@aarohan/fhir";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import type { ElementRules, Policy, Rule } from "./policy.ts";

/** What happens to one element. Plain data: it does not assume how the resource is held. */
export interface PlanNode {
  /** True where R4 has an array. */
  readonly list: boolean;
  /** True where R4 demands the element: if nothing of it may leave, data-absent-reason stands in its place. */
  readonly required: boolean;
  readonly primitive: boolean;
  /** Name under which it leaves, where that differs. */
  readonly as?: string;
  readonly action: PlanAction;
}

export type PlanAction =
  | { readonly method: "elements"; readonly elements: PlanElements }
  | Exclude<Rule, "type" | { readonly method: "elements" }>;

/** By JSON name, in R4's order. */
export type PlanElements = ReadonlyMap<string, PlanNode>;

export interface Plan {
  readonly name: string;
  readonly version: string;
  /** SHA-256 of the policy, 64 hexadecimal digits. */
  readonly hash: string;
  readonly policy: Policy;
  readonly resources: ReadonlyMap<string, PlanElements>;
}

/** A policy that cannot be compiled: names the policy, the path and the problem. */
export class PolicyError extends Error {
  override readonly name = "PolicyError";
}

/** Compiles a policy once. Throws a PolicyError for an element that R4 does not have, or a rule that cannot apply. */
export function compilePolicy(policy: Policy): Plan {
  const resources = new Map<string, PlanElements>();
  for (const [type, rules] of Object.entries(policy.resources)) {
    resources.set(type, compileElements(policy, type, type, rules));
  }
  for (const target of policy.recodings.flatMap((recoding) => recoding.targets)) {
    if (policy.terminologies[target]?.codes === undefined)
      throw problem(policy, target, "is recoded to, and lists no codes");
  }
  return {
    name: policy.name,
    version: policy.version,
    hash: bytesToHex(sha256(utf8ToBytes(JSON.stringify(policy)))),
    policy,
    resources,
  };
}

/** `name@version#hash`, the hash to 12 digits: how manifests and audit events name a policy. */
export function policyLabel(plan: Plan): string {
  return `${plan.name}@${plan.version}#${plan.hash.slice(0, 12)}`;
}

function compileElements(policy: Policy, typeName: string, path: string, rules: ElementRules): PlanElements {
  const table = elementsOf(typeName);
  if (table === undefined) throw problem(policy, path, "is no type of FHIR R4 that has elements");
  for (const name of Object.keys(rules)) {
    if (!table.has(name)) throw problem(policy, `${path}.${name}`, "is no element of FHIR R4");
  }
  const nodes = new Map<string, PlanNode>();
  for (const [name, info] of table) {
    const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
    if (rule !== undefined) compileElement(policy, info, `${path}.${name}`, rule, nodes);
    else if (info.required && !name.endsWith("[x]")) nodes.set(name, absent(info));
  }
  return nodes;
}

/** A required element that the policy does not name: always masked. */
function absent(info: ElementInfo): PlanNode {
  return {
    list: info.repeats,
    required: true,
    primitive: isPrimitive(info.types[0]),
    action: { method: "keep", values: [] },
  };
}

function compileElement(
  policy: Policy,
  info: ElementInfo,
  path: string,
  rule: Rule,
  nodes: Map<string, PlanNode>,
): void {
  const choice = info.name.endsWith("[x]");
  let compiled = 0;
  for (const type of info.types) {
    const action = compileRule(policy, type, path, rule);
    if (action === undefined) continue;
    compiled += 1;
    const as = choice ? leavesAs(info.name, action) : undefined;
    nodes.set(choice ? choiceName(info.name, type) : info.name, {
      list: info.repeats,
      required: info.required && !choice,
      primitive: isPrimitive(type),
      ...(as === undefined ? {} : { as }),
      action,
    });
  }
  if (compiled === 0) throw problem(policy, path, "has a rule that fits none of its types");
}

/** `presence` and `codedText` turn several choices into one. */
function leavesAs(name: string, action: PlanAction): string | undefined {
  if (action.method === "presence") return choiceName(name, "boolean");
  if (action.method === "codedText") return choiceName(name, "CodeableConcept");
  return undefined;
}

const FITS: Readonly<Partial<Record<PlanAction["method"], readonly string[]>>> = {
  truncateDate: ["date", "dateTime"],
  birthCohort: ["date"],
  presence: ["boolean", "dateTime"],
  region: ["Address"],
  coding: ["Coding"],
  reference: ["Reference"],
  canonical: ["canonical", "uri", "url"],
  anonymousName: ["HumanName"],
  anonymousIdentifier: ["Identifier"],
  codedText: ["CodeableConcept", "string"],
  answers: ["QuestionnaireResponse.item"],
};

function compileRule(policy: Policy, type: string, path: string, rule: Rule): PlanAction | undefined {
  const resolved = rule === "type" ? policy.types[type] : rule;
  if (resolved === undefined || resolved === "type") return undefined;
  if (resolved.method === "elements") {
    return { method: "elements", elements: compileElements(policy, type, path, resolved.elements) };
  }
  const fits = FITS[resolved.method];
  return fits === undefined || fits.includes(type) ? resolved : undefined;
}

function isPrimitive(type: string | undefined): boolean {
  return type !== undefined && /^[a-z]/.test(type);
}

function problem(policy: Policy, path: string, what: string): PolicyError {
  return new PolicyError(`policy ${policy.name}: ${path} ${what}`);
}
