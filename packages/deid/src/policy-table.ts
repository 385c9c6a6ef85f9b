import { type Effect, effectOf } from "./effect.ts";
import type { Plan, PlanAction, PlanElements, PlanNode } from "./plan.ts";

/** What a policy does with every element of FHIR R4: the auditor's table. */
export interface PolicyTable {
  readonly policy: {
    readonly name: string;
    readonly version: string;
    readonly hash: string;
    readonly description: string;
  };
  /** Resource types of which none leaves. */
  readonly withheld: readonly { readonly type: string; readonly reason: string }[];
  /** Data types with one rule for all of the value. */
  readonly values: readonly PolicyTableRow[];
  /** By resource type, in R4's order. */
  readonly resources: readonly PolicySection[];
  /** Data types that are walked, wherever a rule says `type`. */
  readonly types: readonly PolicySection[];
}

export interface PolicySection {
  readonly name: string;
  readonly rows: readonly PolicyTableRow[];
}

export interface PolicyTableRow {
  /** `Patient.birthDate`, `Observation.valueQuantity`, `Coding.display`. */
  readonly path: string;
  /** Data type; a backbone element's type is its path. */
  readonly type: string;
  readonly effect: Effect;
  /** The policy's method; `unnamed` where no rule names the element. */
  readonly method: string;
  /** What names the element: a rule at its path, the rule of its data type, or nothing. */
  readonly by: "element" | "type" | "nothing";
  /** The method's options in words; "" where there are none. */
  readonly detail: string;
  /** The text that the rule obeys; "" where the policy gives none. */
  readonly source: string;
}

export function policyTable(plan: Plan): PolicyTable {
  const { name, version, hash, policy } = plan;
  const shared = new Set([...plan.types.values()].map(({ index }) => index));
  return {
    policy: { name, version, hash, description: policy.description },
    withheld: [...plan.withheld].map(([type, reason]) => ({ type, reason })),
    values: valueRows(plan),
    resources: [...plan.resources].map(([type, elements]) => ({
      name: type,
      rows: rowsOf(elements, shared),
    })),
    types: [...plan.types].map(([type, elements]) => ({ name: type, rows: rowsOf(elements, new Set()) })),
  };
}

/** What the rule `type` does with each data type that is not walked: as the first element of the type shows it. */
function valueRows(plan: Plan): PolicyTableRow[] {
  return Object.keys(plan.policy.types).flatMap((type) => {
    if (plan.types.has(type)) return [];
    const node = plan.nodes.find((known) => known.type === type && known.rule.by === "type");
    return node === undefined ? [] : [{ ...rowOf(node), path: type }];
  });
}

/** The group's elements and, after each, what it holds itself; data types that are shared have a section of their own. */
function rowsOf(elements: PlanElements, seen: ReadonlySet<number>): PolicyTableRow[] {
  const known = new Set([...seen, elements.index]);
  return [...elements.nodes.values()].flatMap((node) => {
    const { action } = node;
    const inner =
      action.method === "elements" && !known.has(action.elements.index) ? action.elements : undefined;
    if (inner !== undefined) known.add(inner.index);
    return [rowOf(node), ...(inner === undefined ? [] : rowsOf(inner, known))];
  });
}

function rowOf({ path, type, action, rule }: PlanNode): PolicyTableRow {
  return {
    path,
    type,
    effect: effectOf(action),
    method: rule.method,
    by: rule.by,
    detail: detailOf(action),
    source: rule.source ?? "",
  };
}

function detailOf(action: PlanAction): string {
  switch (action.method) {
    case "elements":
      return `by its elements: ${action.elements.path}`;
    case "keepCode":
      return `one of the ${action.codes.size} codes of its required binding`;
    case "keepNumber":
      return `from ${action.least} to ${action.most}`;
    case "keepText":
      return keptText(action);
    case "keepCanonical":
      return `one of ${action.values.size} canonicals, with or without a version`;
    case "keepFreeText":
      return "any text";
    case "pseudonymousId":
      return "pseudonym of the recipient";
    case "pseudonymousName":
    case "pseudonymousIdentifier":
      return "short pseudonym AA-…";
    case "reference":
      return "pseudonym, if resources of the type leave";
    case "truncateDate":
      return `to the ${action.precision}${topAge(action.topAge)}`;
    case "shiftDate":
      return `moved by up to ${action.mostDays} days, the same for all dates of a patient`;
    case "cohort":
      return `birth cohort of ${count(action.years, "year")}, from ${action.topAge} on without a year`;
    case "ageBand":
      return `band of ${count(action.years, "year")}, from ${action.topAge} on without an upper end`;
    case "quantity":
      return `from ${action.least} to ${action.most} in one of ${count(action.units.size, "unit")}`;
    case "region":
      return action.level === "district" ? "listed district, state, country" : "listed state, country";
    case "terminology":
      return "listed codes, with our own display";
    case "recodeText":
      return `one of ${action.map.size} texts, as a code of ${action.system}`;
    case "recodeCode":
    case "generalizeText":
      return `one of ${count(action.map.size, "value")}`;
    case "generalizeNumber":
      return `to the borders ${action.borders.join(", ")}`;
    case "extensions":
      return [...action.byUrl.keys()].join(", ");
    default:
      return "";
  }
}

function keptText({ values, pattern }: Extract<PlanAction, { method: "keepText" }>): string {
  const listed = values.size === 0 ? [] : [`one of ${count(values.size, "value")}`];
  return [...listed, ...(pattern === undefined ? [] : [`all of it like ${pattern.source}`])].join(", or ");
}

function topAge(age: number): string {
  return Number.isFinite(age) ? `; dropped where it is ${age} years ago or more` : "";
}

function count(number: number, noun: string): string {
  return number === 1 ? `1 ${noun}` : `${number} ${noun}s`;
}
