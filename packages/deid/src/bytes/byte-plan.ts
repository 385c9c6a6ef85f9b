import { patientPath } from "@aarohan/fhir";
import type { Plan, PlanAction, PlanElements, PlanNode, RequiredElement } from "../plan.ts";
import { NameTable } from "./name-table.ts";

/** What is done at an element, in the order in which a switch asks. */
export const STEP = {
  drop: 0,
  rule: 1,
  elements: 2,
  extensions: 3,
  resource: 4,
  whole: 5,
  instead: 6,
  answers: 7,
  withhold: 8,
} as const;
type Step = (typeof STEP)[keyof typeof STEP];

/** A node of the plan, with what is needed of it to read and write bytes. */
export interface ByteNode {
  readonly plan: PlanNode;
  readonly index: number;
  readonly step: Step;
  readonly list: boolean;
  /** `"as":` */
  readonly key: Uint8Array;
  /** Marks within the group: of the name under which it leaves, and of its choice, or -1. */
  readonly left: number;
  readonly choice: number;
  /** Number under which spans and what the rule makes of them are remembered; 0 where they are not. */
  readonly memo: number;
  /** Place of its values in the memo; the whole element has its index. */
  readonly memoPlace: number;
  /** The same of the whole element, a list of values or a walked one; 0 where it is not remembered. */
  readonly wholeMemo: number;
  /** Place among the members at which rules look beside the value that they release, or -1. */
  readonly beside: number;
}

export interface ByteRequired {
  /** Ordinals under which it stands in the source. */
  readonly from: readonly number[];
  /** Marks of the names under which it may leave. */
  readonly left: readonly number[];
  /** `"_status":{…}` */
  readonly mask: Uint8Array;
}

/** A group of elements, with its names as bytes. */
export interface ByteElements {
  readonly plan: PlanElements;
  readonly names: NameTable;
  readonly ordinals: ReadonlyMap<string, number>;
  /** By ordinal; of a resource `resourceType` is one more. */
  readonly nodes: readonly ByteNode[];
  /** By ordinal: `"name":`. */
  readonly quoted: readonly Uint8Array[];
  /** By the ordinal of a name, or behind the last for none: the ordinal of the name that came after it last. */
  readonly following: Int16Array;
  readonly required: readonly ByteRequired[];
  /** Words of 32 marks: which names were there, which left, which choices are made. */
  readonly words: number;
  /** `{"resourceType":"Patient",` */
  readonly head: Uint8Array;
  /** Names of the members at which rules look. */
  readonly beside: readonly string[];
  readonly meta: number;
  readonly extension: number;
  /** True where the object executor is to do it. */
  readonly isForObjects: boolean;
}

const encoder = new TextEncoder();
const TERMINOLOGY = 1;
const REFERENCE = 2;
/** What is dropped is remembered to be passed over. */
export const DROPPED = 3;
const FIRST_NODE = 1 << 4;
const FIRST_WHOLE = 1 << 24;

/** Rules of which the result depends on nothing but the value, and of which the values come again and again. */
const REMEMBERED: ReadonlySet<PlanAction["method"]> = new Set([
  "keepCode",
  "keepText",
  "keepCanonical",
  "recodeCode",
  "recodeText",
  "generalizeText",
]);
const STEPS: Partial<Record<PlanAction["method"], Step>> = {
  drop: STEP.drop,
  contained: STEP.drop,
  elements: STEP.elements,
  extensions: STEP.extensions,
  resource: STEP.resource,
  keepWhole: STEP.whole,
  mask: STEP.instead,
  pseudonymousName: STEP.instead,
  pseudonymousIdentifier: STEP.instead,
  answers: STEP.answers,
  withhold: STEP.withhold,
};

const known = new WeakMap<Plan, BytePlan>();

/** The plan as bytes: made once, group by group as they are needed. */
export function bytePlanOf(plan: Plan): BytePlan {
  const made = known.get(plan) ?? new BytePlan(plan);
  known.set(plan, made);
  return made;
}

export class BytePlan {
  readonly #plan: Plan;
  readonly #types: NameTable;
  readonly #resources: readonly PlanElements[];
  readonly #groups = new Map<PlanElements, ByteElements>();
  readonly #single = new Map<PlanNode, ByteNode>();

  constructor(plan: Plan) {
    this.#plan = plan;
    this.#types = new NameTable([...plan.resources.keys()]);
    this.#resources = [...plan.resources.values()];
  }

  /** Elements of the resource type that stands there; `undefined` for one that does not leave. */
  resource(bytes: Uint8Array, start: number, end: number): ByteElements | undefined {
    const elements = this.#resources[this.#types.find(bytes, start, end)];
    return elements && this.elements(elements);
  }

  resourceNamed(type: string): ByteElements | undefined {
    const elements = this.#plan.resources.get(type);
    return elements && this.elements(elements);
  }

  elements(plan: PlanElements): ByteElements {
    const made = this.#groups.get(plan) ?? compile(plan, this.#plan);
    this.#groups.set(plan, made);
    return made;
  }

  /** A node that stands in no group: the value of an extension. */
  node(plan: PlanNode): ByteNode {
    const made = this.#single.get(plan) ?? byteNode(plan, this.#plan, -1, -1, -1);
    this.#single.set(plan, made);
    return made;
  }
}

function compile(elements: PlanElements, plan: Plan): ByteElements {
  const names = [...elements.nodes.keys()];
  const isResource = plan.resources.get(elements.path) === elements;
  if (isResource) names.push("resourceType");
  const ordinals = new Map(names.map((name, ordinal) => [name, ordinal]));
  const planNodes = [...elements.nodes.values()];
  const marks = marksOf(names.length, planNodes);
  const beside = isResource ? membersBeside(elements) : [];
  const nodes = [...elements.nodes].map(([name, node]) =>
    byteNode(node, plan, marks.left(node.as), marks.choice(node.choice), beside.indexOf(name)),
  );
  return {
    plan: elements,
    names: new NameTable(names),
    ordinals,
    nodes,
    quoted: names.map((name) => encoder.encode(`${JSON.stringify(name)}:`)),
    following: new Int16Array(names.length + 1),
    required: elements.required.map((required) => byteRequired(required, ordinals, marks.left)),
    words: Math.ceil(marks.count / 32),
    head: encoder.encode(`{"resourceType":${JSON.stringify(elements.path)},`),
    beside,
    meta: ordinals.get("meta") ?? -1,
    extension: ordinals.get("extension") ?? -1,
    isForObjects: isResource && !canLabel(elements, plan),
  };
}

/** Numbers of marks behind those of the names. */
function marksOf(names: number, nodes: readonly PlanNode[]) {
  const leaving = [...new Set(nodes.map((node) => node.as))];
  const choices = [...new Set(nodes.flatMap(({ choice }) => choice ?? []))];
  return {
    count: names + leaving.length + choices.length,
    left: (name: string) => names + leaving.indexOf(name),
    choice: (name: string | undefined) =>
      name === undefined ? -1 : names + leaving.length + choices.indexOf(name),
  };
}

function byteNode(plan: PlanNode, { nodes }: Plan, left: number, choice: number, beside: number): ByteNode {
  const { index, list, action } = plan;
  return {
    plan,
    index,
    step: STEPS[action.method] ?? STEP.rule,
    list,
    key: encoder.encode(`${JSON.stringify(plan.as)}:`),
    left,
    choice,
    memo: memoOf(plan),
    memoPlace: nodes.length + index,
    wholeMemo: wholeMemoOf(plan),
    beside,
  };
}

function memoOf({ action, index }: PlanNode): number {
  if (action.method === "terminology") return TERMINOLOGY;
  if (action.method === "reference") return REFERENCE;
  return REMEMBERED.has(action.method) ? FIRST_NODE + index : 0;
}

/** Elements of which nothing leaves but what is remembered anyway: a CodeableConcept, a list of Codings. */
function wholeMemoOf(node: PlanNode): number {
  const isLeaf = !node.list && node.action.method !== "elements";
  return !isLeaf && isRepeating(node, new Set()) ? FIRST_WHOLE + node.index : 0;
}

function isRepeating({ action }: PlanNode, around: ReadonlySet<PlanElements>): boolean {
  if (action.method !== "elements") return memoised(action.method);
  const { elements } = action;
  // A group that contains itself may be too deep at one place, and not at another.
  if (around.has(elements) || elements.keepsUnknown) return false;
  const inside = new Set([...around, elements]);
  return [...elements.nodes.values()].every(
    (node) => node.action.method === "drop" || isRepeating(node, inside),
  );
}

function memoised(method: PlanAction["method"]): boolean {
  return method === "terminology" || method === "reference" || REMEMBERED.has(method);
}

function byteRequired(
  { from, names, mask: [name, value] }: RequiredElement,
  ordinals: ReadonlyMap<string, number>,
  left: (name: string) => number,
): ByteRequired {
  return {
    from: from.map((one) => ordinals.get(one) ?? -1),
    left: names.map(left),
    mask: encoder.encode(`${JSON.stringify(name)}:${JSON.stringify(value)}`),
  };
}

/** The id, what chooses and dates answers, and where the patient is named. */
function membersBeside({ nodes, path }: PlanElements): string[] {
  const patient = (patientPath(path) ?? "").split("|").map((one) => one.split(".")[0] ?? "");
  return ["id", "questionnaire", "authored", ...new Set(patient)].filter((name) => nodes.has(name));
}

/** Labels are written behind what is left of `meta`: that has to be an object in which none stands. */
function canLabel({ nodes }: PlanElements, { policy }: Plan): boolean {
  const action = nodes.get("meta")?.action;
  if (policy.securityLabels === undefined || action === undefined || action.method === "drop") return true;
  return action.method === "elements" && action.elements.nodes.get("security")?.action.method === "drop";
}
