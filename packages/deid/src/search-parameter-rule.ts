import { type SearchParameterInfo, searchParametersOf } from "@aarohan/fhir";
import type { Plan, PlanElements, PlanNode } from "./plan.ts";
import type { DatePrecision } from "./policy.ts";

/**
 * What an anonymised caller may search by: parameters of R4 of which every element that they look at is shown, at the
 * precision at which it is shown. Compiled from the policy's plan: nobody keeps a list.
 */
export type SearchParameterRule =
  /** A code of one of the terminologies that leave. */
  | { readonly kind: "token"; readonly places: readonly Place[] }
  /** One of the values that the policy lets through. */
  | { readonly kind: "code"; readonly places: readonly Place[]; readonly values: ReadonlySet<string> }
  | { readonly kind: "boolean"; readonly places: readonly Place[] }
  /** Whether a boolean is there and true (`deceased`). */
  | { readonly kind: "presence"; readonly places: readonly Place[] }
  /** A pseudonym of one of the types; a bare one where there is one type. */
  | { readonly kind: "reference"; readonly places: readonly Place[]; readonly types: readonly string[] }
  | { readonly kind: "date"; readonly places: readonly Place[]; readonly precision: DatePrecision }
  /** By borders of cohorts of so many years. */
  | { readonly kind: "birthCohort"; readonly places: readonly Place[]; readonly years: number }
  | { readonly kind: "state"; readonly places: readonly Place[] }
  | { readonly kind: "questionnaire"; readonly places: readonly Place[] };

/** Where the value stands in what leaves: JSON names below the resource. */
export type Place = readonly string[];

/** A shown element that a parameter looks at. */
interface Leaf {
  readonly place: Place;
  readonly node: PlanNode;
  /** What the expression names inside an element that is no further walked (`address.state`). */
  readonly rest: string;
}

/** The rule of one of R4's parameters; `undefined` where it looks at something that is hidden or transformed otherwise. */
function searchParameterRule(
  plan: Plan,
  resourceType: string,
  parameter: SearchParameterInfo,
): SearchParameterRule | undefined {
  const elements = plan.resources.get(resourceType);
  if (elements === undefined || parameter.paths.length === 0) return undefined;
  const leaves = parameter.paths.map(({ path, cast }) => leavesAt(elements, path.split("."), cast));
  if (leaves.some((found) => found.length === 0)) return undefined;
  return ruleOf(plan, parameter, leaves.flat());
}

/** Rules of all parameters of a type, by name, those of the programme among them. */
export function searchParameterRules(
  plan: Plan,
  resourceType: string,
): ReadonlyMap<string, SearchParameterRule> {
  const rules = new Map<string, SearchParameterRule>();
  for (const parameter of searchParametersOf(resourceType).values()) {
    const rule = searchParameterRule(plan, resourceType, parameter);
    if (rule !== undefined) rules.set(parameter.name, rule);
  }
  const authored = rules.get("authored");
  // The export guide's spelling; R4 calls the parameter authored.
  if (resourceType === "QuestionnaireResponse" && authored !== undefined) rules.set("date", authored);
  // R4 asks `deceased.exists() and deceased != false`: what is shown tells that.
  const deceased = plan.resources.get(resourceType)?.nodes.get("deceasedBoolean");
  if (deceased?.action.method === "presence")
    rules.set("deceased", { kind: "presence", places: [[deceased.as]] });
  return rules;
}

/** All that the path reaches: every type of a choice, or the one that it is cast to. `[]` where something is hidden. */
function leavesAt(elements: PlanElements, steps: readonly string[], cast: string | undefined): Leaf[] {
  const [step = "", ...rest] = steps;
  const last = rest.length === 0;
  const nodes = nodesAt(elements, step, last ? cast : undefined);
  return nodes.flatMap((node): Leaf[] => {
    const { action } = node;
    if (last) return [{ place: [node.as], node, rest: "" }];
    if (action.method === "region") return [{ place: [node.as, ...rest], node, rest: rest.join(".") }];
    if (action.method !== "elements") return [];
    return leavesAt(action.elements, rest, cast).map((leaf) => ({
      ...leaf,
      place: [node.as, ...leaf.place],
    }));
  });
}

function nodesAt(elements: PlanElements, step: string, cast: string | undefined): PlanNode[] {
  const node = elements.nodes.get(step);
  if (node !== undefined) return [node];
  return [...elements.nodes.values()].filter(
    ({ choice, type }) => choice === `${step}[x]` && (cast === undefined || cast === type),
  );
}

function ruleOf(
  plan: Plan,
  parameter: SearchParameterInfo,
  leaves: readonly Leaf[],
): SearchParameterRule | undefined {
  switch (parameter.type) {
    case "token":
      return tokenRule(leaves);
    case "reference":
      return referenceRule(plan, parameter, leaves);
    case "date":
      return dateRule(leaves);
    case "string":
      return all(leaves, ({ node, rest }) => node.action.method === "region" && rest === "state")
        ? { kind: "state", places: placesOf(leaves) }
        : undefined;
    default:
      return undefined;
  }
}

function tokenRule(leaves: readonly Leaf[]): SearchParameterRule | undefined {
  const places = placesOf(leaves);
  if (all(leaves, ({ node }) => isCoding(node))) return { kind: "token", places };
  if (all(leaves, ({ node }) => node.action.method === "keepBoolean")) return { kind: "boolean", places };
  const values = leaves.map(({ node }) => keptValues(node));
  if (values.includes(undefined)) return undefined;
  return { kind: "code", places, values: new Set(values.flatMap((kept) => [...(kept ?? [])])) };
}

/** A Coding by the terminologies, or a concept of which nothing but such codings leaves. */
function isCoding({ action, type }: PlanNode): boolean {
  if (action.method === "terminology") return true;
  const coding =
    action.method === "elements" && type === "CodeableConcept" && action.elements.nodes.get("coding");
  return coding ? coding.action.method === "terminology" : false;
}

function keptValues({ action }: PlanNode): ReadonlySet<string> | undefined {
  if (action.method === "keepCode") return action.codes;
  return action.method === "keepText" && action.pattern === undefined ? action.values : undefined;
}

function referenceRule(
  plan: Plan,
  { name, targets }: SearchParameterInfo,
  leaves: readonly Leaf[],
): SearchParameterRule | undefined {
  const places = placesOf(leaves);
  if (name === "questionnaire" && all(leaves, ({ node }) => node.action.method === "keepCanonical")) {
    return { kind: "questionnaire", places };
  }
  const types =
    targets[0] === "*" ? [...plan.resources.keys()] : targets.filter((type) => plan.resources.has(type));
  if (types.length === 0 || !all(leaves, ({ node }) => node.action.method === "reference")) return undefined;
  return { kind: "reference", places, types };
}

/** Of a choice the dates and periods count: what else it can be is hidden, and does not match. */
function dateRule(leaves: readonly Leaf[]): SearchParameterRule | undefined {
  const [only] = leaves;
  if (leaves.length === 1 && only?.node.action.method === "cohort") {
    return { kind: "birthCohort", places: placesOf(leaves), years: only.node.action.years };
  }
  const shown = leaves.filter(({ node }) => precisionOf(node) !== undefined);
  const precisions = new Set(shown.map(({ node }) => precisionOf(node)));
  const [precision] = precisions;
  const isChoice = leaves.every(({ node }) => node.choice !== undefined);
  if (precision === undefined || precisions.size !== 1 || (shown.length < leaves.length && !isChoice))
    return undefined;
  return { kind: "date", places: placesOf(shown), precision };
}

/** To which both ends of a period, or the date, are cut. */
function precisionOf({ action, type }: PlanNode): DatePrecision | undefined {
  if (action.method === "truncateDate")
    return action.topAge === Number.POSITIVE_INFINITY ? action.precision : undefined;
  if (action.method !== "elements" || type !== "Period") return undefined;
  const [start, end] = ["start", "end"].map((name) => action.elements.nodes.get(name)?.action);
  if (start?.method !== "truncateDate" || end?.method !== "truncateDate") return undefined;
  return start.precision === end.precision ? start.precision : undefined;
}

function placesOf(leaves: readonly Leaf[]): Place[] {
  return leaves.map(({ place }) => place);
}

function all(leaves: readonly Leaf[], holds: (leaf: Leaf) => boolean): boolean {
  return leaves.length > 0 && leaves.every(holds);
}
