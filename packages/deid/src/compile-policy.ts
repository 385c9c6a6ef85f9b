import { choiceName, type ElementInfo, elementsOf, elementTypes, isResourceType } from "@aarohan/fhir";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { compileTerminologies } from "./coding.ts";
import { NO_RULES, type RuleTree, ruleOptions, ruleTree } from "./element-rules.ts";
import { maskedElement } from "./masked-value.ts";
import type { Plan, PlanAction, PlanElements, PlanNode, PlanRule, RequiredElement } from "./plan.ts";
import type { ElementRules, Policy, ResourceRules, Rule, TypeRule, Unnamed } from "./policy.ts";
import { PolicyError } from "./policy-error.ts";
import { compileQuestionnaires } from "./questionnaire-rules.ts";
import { type RuleAction, ruleAction } from "./rule-action.ts";
import { wholePattern } from "./whole-pattern.ts";

/**
 * Compiles a policy once, for all types of FHIR R4. Throws a PolicyError for an element that R4 does not have, a rule that
 * fits no type of its element, options that cannot be, and rules that contradict each other.
 */
export function compilePolicy(policy: Policy): Plan {
  return new Compiler(policy).plan();
}

const UNNAMED: PlanRule = { method: "unnamed", by: "nothing" };
const WITHHELD_BY_DEFAULT: ResourceRules = { withhold: "not named by the policy" };

type Elements = { -readonly [Key in keyof PlanElements]: PlanElements[Key] };

/** Where a group of elements stands: its path in words, and the groups around it, for elements that contain themselves. */
interface Place {
  readonly path: string;
  readonly unnamed: Unnamed;
  readonly around: ReadonlyMap<string, PlanElements>;
}

class Compiler {
  readonly #policy: Policy;
  readonly #nodes: PlanNode[] = [];
  readonly #groups: PlanElements[] = [];
  readonly #types = new Map<string, PlanElements>();
  /** Groups whose elements nobody named: one for each type is enough. */
  readonly #unnamed = new Map<string, PlanElements>();

  constructor(policy: Policy) {
    this.#policy = policy;
  }

  plan(): Plan {
    const policy = this.#policy;
    this.#assertNames();
    if (policy.minimumClassSize !== undefined && policy.audience !== "anonymised") {
      throw this.#problem("minimumClassSize", "is for anonymised data");
    }
    const resources = new Map<string, PlanElements>();
    const withheld = new Map<string, string>();
    for (const type of elementTypes().filter(isResourceType)) {
      const rules = rulesOf(policy, type);
      if ("withhold" in rules) withheld.set(type, rules.withhold);
      else resources.set(type, this.#resource(type, rules.elements ?? {}, rules.unnamed ?? "drop"));
    }
    for (const type of Object.keys(policy.types)) this.#type(type);
    this.#assertOneShift();
    return {
      name: policy.name,
      version: policy.version,
      hash: bytesToHex(sha256(utf8ToBytes(JSON.stringify(policy)))),
      policy,
      resources,
      withheld,
      types: this.#types,
      terminologies: compileTerminologies(policy),
      questionnaires: compileQuestionnaires(policy),
      dateAction: this.#dateAction(),
      whole: wholeGroups(this.#groups),
      nodes: this.#nodes,
      groups: this.#groups,
    };
  }

  #resource(type: string, elements: ElementRules, unnamed: Unnamed): PlanElements {
    this.#assertUnnamed(unnamed, `resources.${type}`);
    if (elements.id !== undefined) this.#assertId(elements.id, `${type}.id`);
    const every = Object.fromEntries(
      // contained and the like are missing in the few resources that are no DomainResource.
      Object.entries(this.#policy.everyResource).filter(([path]) =>
        elementsOf(type)?.has(path.split(".")[0] ?? ""),
      ),
    );
    return this.#elements(type, ruleTree(every, elements), { path: type, unnamed, around: new Map() });
  }

  /** `opened` is told of the group before its elements are compiled: a data type may contain itself. */
  #elements(
    typeName: string,
    tree: RuleTree,
    place: Place,
    opened?: (group: PlanElements) => void,
  ): PlanElements {
    const shared =
      tree.inside.size === 0 && typeName.includes(".") ? `${typeName} ${place.unnamed}` : undefined;
    const known = shared === undefined ? undefined : this.#unnamed.get(shared);
    if (known !== undefined) return known;
    const table = elementsOf(typeName);
    if (table === undefined) throw this.#problem(place.path, "is no type of FHIR R4 that has elements");
    const nodes = new Map<string, PlanNode>();
    const required: RequiredElement[] = [];
    const group: Elements = {
      index: this.#groups.length,
      path: place.path,
      nodes,
      required,
      keepsUnknown: place.unnamed === "keep",
    };
    this.#groups.push(group);
    if (shared !== undefined) this.#unnamed.set(shared, group);
    opened?.(group);
    const inner = { ...place, around: new Map([...place.around, [typeName, group]]) };
    this.#assertElements(table, tree, place.path);
    for (const info of table.values()) {
      const compiled = this.#element(typeName, info, tree, inner);
      for (const [name, node] of compiled) nodes.set(name, node);
      if (info.required) required.push(requiredElement(info, compiled));
    }
    return group;
  }

  /** The element under all its JSON names: one, or one for each type of a choice. */
  #element(owner: string, info: ElementInfo, tree: RuleTree, place: Place): Map<string, PlanNode> {
    const own = tree.inside.get(info.name);
    const choice = info.name.endsWith("[x]") ? info.name : undefined;
    const compiled = new Map<string, PlanNode>();
    let fitting = 0;
    for (const type of info.types) {
      const name = choice === undefined ? info.name : choiceName(info.name, type);
      const specific = choice === undefined ? own : (tree.inside.get(name) ?? own);
      if (choice !== undefined && own !== undefined && tree.inside.has(name)) {
        throw this.#problem(`${place.path}.${name}`, `has a rule, and so has ${info.name}`);
      }
      const node = this.#node(owner, info, type, specific ?? NO_RULES, {
        ...place,
        path: `${place.path}.${name}`,
      });
      if (specific !== undefined && node.action.method !== "drop") fitting += 1;
      if (
        specific !== undefined &&
        specific !== own &&
        node.rule.method !== "drop" &&
        node.action.method === "drop"
      ) {
        throw this.#problem(node.path, "has a rule that does not fit its type");
      }
      compiled.set(name, { ...node, choice });
    }
    if (own !== undefined && fitting === 0 && own.rule?.method !== "drop") {
      throw this.#problem(`${place.path}.${info.name}`, "has a rule that fits none of its types");
    }
    for (const node of compiled.values()) this.#nodes[node.index] = node;
    return compiled;
  }

  #node(owner: string, info: ElementInfo, type: string, tree: RuleTree, place: Place): PlanNode {
    const name = info.name.endsWith("[x]") ? choiceName(info.name, type) : info.name;
    const index = this.#nodes.length;
    const base = { index, path: place.path, type, list: info.repeats, as: name, choice: undefined };
    const reserved: PlanNode = { ...base, action: { method: "drop" }, rule: UNNAMED };
    this.#nodes.push(reserved);
    return { ...base, ...this.#action(owner, info, type, tree, place) };
  }

  #action(
    owner: string,
    info: ElementInfo,
    type: string,
    tree: RuleTree,
    place: Place,
  ): Pick<PlanNode, "action" | "rule"> & Partial<Pick<PlanNode, "as">> {
    if (tree.inside.size > 0) {
      if (tree.rule !== undefined)
        throw this.#problem(place.path, "has a rule, and so have elements inside it");
      // Of a data type only what is named leaves; a backbone element is a part of its resource.
      const unnamed = place.unnamed === "keep" || type.includes(".") ? place.unnamed : "drop";
      return {
        action: { method: "elements", elements: this.#elements(type, tree, { ...place, unnamed }) },
        rule: { method: "type", by: "element" },
      };
    }
    if (tree.rule !== undefined && tree.rule.method !== "type")
      return this.#named(tree.rule, "element", info, type, place);
    if (info.name === "extension" && type === "Extension") return this.#extensions(owner, place);
    if (tree.rule?.method === "type") {
      return this.#byType(info, type, { ...place, unnamed: "type" }, tree.rule.source);
    }
    return this.#withoutRule(info, type, place);
  }

  #named(
    rule: NonNullable<RuleTree["rule"]>,
    by: PlanRule["by"],
    info: ElementInfo,
    type: string,
    place: Place,
  ): Pick<PlanNode, "action" | "rule"> & Partial<Pick<PlanNode, "as">> {
    try {
      const compiled = identifiedContained(this.#policy, ruleAction(rule, info, type));
      return {
        ...(compiled ?? { action: { method: "drop" } as const }),
        rule: planRule(rule.method, by, rule.source),
      };
    } catch (error) {
      throw this.#problem(place.path, error instanceof Error ? error.message : "has a rule that cannot be");
    }
  }

  #withoutRule(info: ElementInfo, type: string, place: Place): Pick<PlanNode, "action" | "rule"> {
    if (place.unnamed === "keep") return this.#kept(info, type, place);
    // What changes the meaning of everything beside it cannot be dropped in silence (FHIR R4 §2.4.1, §3.1.0.1.6).
    if (info.name === "modifierExtension" || info.name === "implicitRules") {
      return { action: { method: "withhold" }, rule: UNNAMED };
    }
    if (place.unnamed === "type") return this.#byType(info, type, place, undefined);
    return { action: { method: "drop" }, rule: UNNAMED };
  }

  /** Identified data: what the policy says of the data type, and else all of it. */
  #kept(info: ElementInfo, type: string, place: Place): Pick<PlanNode, "action" | "rule"> {
    const byType = this.#byType(info, type, place, undefined);
    if (byType.action.method !== "drop" || byType.rule.method === "drop") return byType;
    return { action: { method: "keepWhole" }, rule: UNNAMED };
  }

  /** By the rule of the data type; backbone elements are walked. */
  #byType(
    info: ElementInfo,
    type: string,
    place: Place,
    source: string | undefined,
  ): Pick<PlanNode, "action" | "rule"> & Partial<Pick<PlanNode, "as">> {
    if (type.includes(".")) {
      const elements = place.around.get(type) ?? this.#elements(type, NO_RULES, { ...place, path: type });
      return { action: { method: "elements", elements }, rule: planRule("type", "type", source) };
    }
    const rule = Object.hasOwn(this.#policy.types, type) ? this.#policy.types[type] : undefined;
    if (rule === undefined) return { action: { method: "drop" }, rule: UNNAMED };
    const elements = this.#type(type);
    if (elements !== undefined) {
      return { action: { method: "elements", elements }, rule: planRule("type", "type", source) };
    }
    const options = ruleOptions(rule as ElementRules[string]);
    // A code without a binding, or a choice without a Range, has no way to leave by the general rule.
    return this.#named(source === undefined ? options : { ...options, source }, "type", info, type, place);
  }

  /** The compiled elements of a data type that the policy walks; `undefined` for one with a single rule. */
  #type(type: string): PlanElements | undefined {
    const rule: TypeRule | undefined = this.#policy.types[type];
    if (rule === undefined || typeof rule === "string" || !("elements" in rule)) return undefined;
    const known = this.#types.get(type);
    if (known !== undefined) return known;
    const unnamed = rule.unnamed ?? "drop";
    this.#assertUnnamed(unnamed, `types.${type}`);
    const place = { path: type, unnamed, around: new Map() };
    return this.#elements(type, ruleTree(rule.elements), place, (group) => this.#types.set(type, group));
  }

  #dateAction(): PlanAction | undefined {
    const info = { name: "date", repeats: false, required: false, types: ["date"] };
    return this.#byType(info, "date", { path: "types.date", unnamed: "drop", around: new Map() }, undefined)
      .action;
  }

  #extensions(owner: string, place: Place): Pick<PlanNode, "action" | "rule"> {
    if (place.unnamed === "keep") return { action: { method: "keepWhole" }, rule: UNNAMED };
    const byUrl = new Map<string, ReadonlyMap<string, PlanNode>>();
    for (const [url, rule] of Object.entries(this.#policy.extensions)) {
      if (!rule.on.includes(owner)) continue;
      const tree = ruleTree(rule.values);
      const extension = elementsOf("Extension")?.get("value[x]");
      if (extension === undefined) continue;
      const values = this.#element("Extension", extension, tree, {
        path: `${place.path}(${url})`,
        unnamed: "drop",
        around: new Map(),
      });
      byUrl.set(url, new Map([...values].filter(([, node]) => node.action.method !== "drop")));
    }
    if (byUrl.size === 0) return { action: { method: "drop" }, rule: UNNAMED };
    return { action: { method: "extensions", byUrl }, rule: planRule("keep", "element", undefined) };
  }

  #assertElements(table: ReadonlyMap<string, ElementInfo>, tree: RuleTree, path: string): void {
    const names = new Set<string>();
    for (const info of table.values()) {
      names.add(info.name);
      if (info.name.endsWith("[x]")) for (const type of info.types) names.add(choiceName(info.name, type));
    }
    for (const name of tree.inside.keys()) {
      if (!names.has(name)) throw this.#problem(`${path}.${name}`, "is no element of FHIR R4");
    }
  }

  /** Names in the policy that no element of R4 is compared with. */
  #assertNames(): void {
    const { resources, types, extensions, recodings, terminologies, everyResource } = this.#policy;
    for (const type of Object.keys(resources)) {
      if (!isResourceType(type)) throw this.#problem(type, "is no resource type of FHIR R4");
    }
    for (const path of Object.keys(everyResource)) {
      if (!elementsOf("DomainResource")?.has(path.split(".")[0] ?? "")) {
        throw this.#problem(`everyResource.${path}`, "is no element that every resource of FHIR R4 has");
      }
    }
    const known = knownTypes();
    for (const type of Object.keys(types)) {
      if (!known.has(type)) throw this.#problem(`types.${type}`, "is no data type of FHIR R4");
    }
    for (const [url, { on, values }] of Object.entries(extensions)) {
      this.#assertElements(elementsOf("Extension") ?? new Map(), ruleTree(values), `extensions.${url}`);
      const missing = on.find((type) => elementsOf(type)?.has("extension") !== true);
      if (missing !== undefined)
        throw this.#problem(`extensions.${url}`, `stands on ${missing}, which R4 lacks`);
    }
    for (const target of recodings.flatMap((recoding) => recoding.targets)) {
      if (terminologies[target]?.codes === undefined)
        throw this.#problem(`terminologies.${target}`, "is recoded to, and lists no codes");
    }
    for (const [system, { pattern }] of Object.entries(terminologies)) {
      if (pattern !== undefined) this.#assertPattern(pattern, `terminologies.${system}`);
    }
    this.#assertAnswers();
    this.#assertId(everyResource.id, "everyResource.id");
  }

  #assertId(rule: Rule | undefined, place: string): void {
    const method = rule === undefined ? undefined : ruleOptions(rule).method;
    if (method !== "pseudonym" && !(method === "keep" && this.#policy.audience === "identified")) {
      throw this.#problem(place, "is pseudonym (or keep, in an identified policy)");
    }
  }

  #assertAnswers(): void {
    const named = this.#policy.questionnaires.flatMap(({ names }) => names);
    const twice = named.find((name, index) => named.indexOf(name) !== index);
    if (twice !== undefined) throw this.#problem(`questionnaires.${twice}`, "is named twice");
    for (const { names, answers } of this.#policy.questionnaires) {
      for (const [linkId, rule] of Object.entries(answers)) {
        const place = `questionnaires.${names[0] ?? ""}.${linkId}`;
        if (rule.kind === "pattern") this.#assertPattern(rule.pattern, place);
        if (rule.kind === "number" && rule.least > rule.most)
          throw this.#problem(place, "has a least that is above its most");
      }
    }
  }

  /** A patient has one offset: with two, intervals would not be what they were. */
  #assertOneShift(): void {
    const days = new Set<number>();
    for (const { action, path } of this.#nodes) {
      if (action.method !== "shiftDate") continue;
      if (days.add(action.mostDays).size > 1)
        throw this.#problem(path, "moves by other days than another rule");
    }
  }

  #assertPattern(pattern: string, place: string): void {
    try {
      wholePattern(pattern);
    } catch {
      throw this.#problem(place, "has a pattern that is no regular expression");
    }
  }

  #assertUnnamed(unnamed: Unnamed, place: string): void {
    if (unnamed === "keep" && this.#policy.audience !== "identified") {
      throw this.#problem(place, "keeps what it does not name: only an identified policy can");
    }
  }

  #problem(place: string, what: string): PolicyError {
    return new PolicyError(this.#policy.name, place, what);
  }
}

/** Identified data keep what a resource contains, whatever refers to it and under its own names. */
function identifiedContained({ audience }: Policy, compiled: RuleAction | undefined): RuleAction | undefined {
  if (audience === "anonymised" || compiled?.action.method !== "contained") return compiled;
  return { ...compiled, action: { method: "resource" } };
}

function rulesOf(policy: Policy, type: string): ResourceRules {
  const own = Object.hasOwn(policy.resources, type) ? policy.resources[type] : undefined;
  return own ?? policy.otherResources ?? WITHHELD_BY_DEFAULT;
}

function planRule(method: PlanRule["method"], by: PlanRule["by"], source: string | undefined): PlanRule {
  return source === undefined ? { method, by } : { method, by, source };
}

function requiredElement(info: ElementInfo, compiled: ReadonlyMap<string, PlanNode>): RequiredElement {
  const leaving = [...compiled.values()].filter(({ action }) => action.method !== "drop");
  const names = [...new Set(leaving.map(({ as }) => as))];
  return { from: [...compiled.keys()], names, mask: maskedElement(info) };
}

/** Groups that hold nothing but what is kept whole, and groups of the same kind. */
function wholeGroups(groups: readonly PlanElements[]): ReadonlySet<number> {
  const whole = new Set(groups.filter(({ keepsUnknown }) => keepsUnknown).map(({ index }) => index));
  const isWhole = ({ action }: PlanNode) =>
    action.method === "keepWhole" || (action.method === "elements" && whole.has(action.elements.index));
  for (let before = -1; before !== whole.size; ) {
    before = whole.size;
    for (const group of groups) {
      if (whole.has(group.index) && ![...group.nodes.values()].every(isWhole)) whole.delete(group.index);
    }
  }
  return whole;
}

/** All data types that an element of R4 has, primitives included; backbone elements have rules by their paths. */
function knownTypes(): ReadonlySet<string> {
  const types = elementTypes().flatMap((type) => [...(elementsOf(type)?.values() ?? [])]);
  return new Set(types.flatMap((info) => info.types).filter((type) => !type.includes(".")));
}
