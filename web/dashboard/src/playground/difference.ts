import type { Plan, PlanElements, PlanNode } from "@aarohan/deid";
import type { AnyResource, Json, JsonObject } from "@aarohan/fhir";
import { isEqual, isObject } from "./json-value.ts";
import { narrowed, type Place, placeText, valueAt } from "./place.ts";

/** What decided about a field. */
export interface NamedRule {
  /** The policy's method, or what stands for it: `securityLabels`, `required`, or an answer's `kind`. */
  readonly method: string;
  /** What names the field in the policy: a rule for the element, for its data type, for an answer, or nothing. */
  readonly by: "element" | "type" | "answer" | "nothing";
  /** The element's path, the data type, the linkId; "" where nothing names it. */
  readonly at: string;
  /** The text that the rule obeys; "" where the policy gives none. */
  readonly source: string;
}

export interface Difference {
  /** `address[0].district`. */
  readonly path: string;
  readonly effect: "kept" | "changed" | "removed" | "added";
  readonly before: Json | undefined;
  readonly after: Json | undefined;
  readonly rule: NamedRule;
}

/** Anonymises a source; `undefined` where it is withheld. */
export type Anonymise = (source: AnyResource) => AnyResource | undefined;

/** Field by field, in the order of the source, then what was added. */
export function differencesOf(plan: Plan, source: AnyResource, anonymise: Anonymise): Difference[] {
  const output = anonymise(source);
  const elements = plan.resources.get(source.resourceType);
  if (output === undefined || elements === undefined) return [];
  return new Comparison(plan, source, anonymise).group(elements, source, output, []);
}

/** One resource beside what became of it. */
class Comparison {
  readonly #plan: Plan;
  readonly #source: AnyResource;
  readonly #anonymise: Anonymise;

  constructor(plan: Plan, source: AnyResource, anonymise: Anonymise) {
    this.#plan = plan;
    this.#source = source;
    this.#anonymise = anonymise;
  }

  group(elements: PlanElements, before: JsonObject, after: JsonObject, place: Place): Difference[] {
    const found: Difference[] = [];
    const known = new Set(["resourceType"]);
    for (const [name, value] of Object.entries(before)) {
      if (name === "resourceType" && place.length === 0) continue;
      const node = elements.nodes.get(name);
      const as = node?.as ?? name;
      known.add(as);
      const here = [...place, { name, as }];
      if (name === "extension" && place.length === 0) {
        found.push(...this.#extensions(node, value, after.extension, here));
        continue;
      }
      found.push(
        ...(node === undefined
          ? [row(here, value, after[name], unnamedRule(elements))]
          : this.#element(node, value, after[as], here)),
      );
    }
    for (const [name, value] of Object.entries(after)) {
      if (!known.has(name)) found.push(...this.#added(name, value, place));
    }
    return found;
  }

  /** Rules add extensions to the root: their URLs are none of the source's. */
  #extensions(node: PlanNode | undefined, before: Json, after: Json | undefined, place: Place): Difference[] {
    if (node === undefined || !Array.isArray(before) || !Array.isArray(after)) {
      return node === undefined ? [] : this.#element(node, before, after, place);
    }
    const urls = new Set(before.map(urlOf));
    const own = after.filter((extension) => urls.has(urlOf(extension)));
    const added = after.filter((extension) => !urls.has(urlOf(extension)));
    return [
      ...this.#element(node, before, own.length === 0 ? undefined : own, place),
      ...(added.length === 0 ? [] : this.#added("extension", added, [])),
    ];
  }

  #element(node: PlanNode, before: Json, after: Json | undefined, place: Place): Difference[] {
    const { method } = node.action;
    if (method === "answers") return this.#items(before, after, place);
    if (method === "pseudonymousName" || method === "pseudonymousIdentifier" || method === "contained") {
      return [row(place, before, after, ruleOf(node))];
    }
    if (!Array.isArray(before) || method === "drop") return this.#value(node, before, after, place);
    return this.#list(before, after, place).flatMap(([item, left, at]) => this.#value(node, item, left, at));
  }

  #value(node: PlanNode, before: Json, after: Json | undefined, place: Place): Difference[] {
    const { action } = node;
    if (action.method === "elements" && isObject(before)) {
      return this.group(action.elements, before, isObject(after) ? after : {}, place);
    }
    if (node.path === "Resource.meta" || !isObject(before) || !isObject(after)) {
      return [row(place, before, after, ruleOf(node))];
    }
    return members(before, after, place, ruleOf(node));
  }

  /** Items of a list beside what became of each: where fewer have left, each is asked about by itself. */
  #list(
    before: readonly Json[],
    after: Json | undefined,
    place: Place,
  ): [item: Json, left: Json | undefined, place: Place][] {
    const left = Array.isArray(after) ? after : [];
    const places = before.map((_, index) => itemPlace(place, index));
    if (left.length === before.length) {
      return before.map((item, index) => [item, left[index], places[index] ?? place]);
    }
    let next = 0;
    return before.map((item, index) => {
      const at = places[index] ?? place;
      return [item, left.length > 0 && this.#leaves(at) ? left[next++] : undefined, at];
    });
  }

  #leaves(place: Place): boolean {
    const { resourceType } = this.#source;
    const output = this.#anonymise({ ...narrowed(this.#source, place), resourceType });
    return valueAt(output, place) !== undefined;
  }

  /** Items of a QuestionnaireResponse: each has its linkId, and its answers their rule by it. */
  #items(before: Json, after: Json | undefined, place: Place): Difference[] {
    if (!Array.isArray(before)) return [];
    const left = Array.isArray(after) ? [...after] : [];
    return before.flatMap((item, index) => {
      if (!isObject(item)) return [];
      const linkId = typeof item.linkId === "string" ? item.linkId : "";
      const match = left.findIndex((each) => isObject(each) && each.linkId === linkId);
      const [output] = match < 0 ? [undefined] : left.splice(match, 1);
      return this.#item(item, isObject(output) ? output : undefined, itemPlace(place, index, linkId));
    });
  }

  #item(before: JsonObject, after: JsonObject | undefined, place: Place): Difference[] {
    const rule = this.#answerRule(before.linkId);
    const found: Difference[] = [];
    for (const [name, value] of Object.entries(before)) {
      const here = [...place, { name, as: name }];
      if (name === "item") found.push(...this.#items(value, after?.item, here));
      else if (name === "answer") found.push(...this.#answers(value, after?.answer, here, rule));
      else found.push(row(here, value, after?.[name], rule));
    }
    return found;
  }

  #answers(before: Json, after: Json | undefined, place: Place, rule: NamedRule): Difference[] {
    if (!Array.isArray(before)) return [row(place, before, after, rule)];
    return this.#list(before, after, place).flatMap(([answer, left, at]) => {
      if (!isObject(answer)) return [];
      const { item, ...value } = answer;
      const output = isObject(left) ? left : {};
      const nested =
        item === undefined ? [] : this.#items(item, output.item, [...at, { name: "item", as: "item" }]);
      const { item: _, ...leftValue } = output;
      return [...members(value, leftValue, at, rule), ...nested];
    });
  }

  #answerRule(linkId: Json | undefined): NamedRule {
    const { questionnaire } = this.#source;
    const name = typeof questionnaire === "string" ? questionnaire : "";
    const rules =
      this.#plan.questionnaires.get(name) ?? this.#plan.questionnaires.get(name.split("|", 1)[0] ?? "");
    const rule = typeof linkId === "string" ? rules?.answers.get(linkId) : undefined;
    if (rule === undefined) return { method: "unnamed", by: "nothing", at: "", source: "" };
    return { method: rule.kind, by: "answer", at: String(linkId), source: "" };
  }

  #added(name: string, value: Json, place: Place): Difference[] {
    const here = [...place, { name, as: name }];
    return [row(here, undefined, value, addedRule(name, place))];
  }
}

function urlOf(extension: Json): Json | undefined {
  return isObject(extension) ? extension.url : undefined;
}

function itemPlace(place: Place, index: number, linkId?: string): Place {
  const last = place.at(-1);
  if (last === undefined) return place;
  return [...place.slice(0, -1), { ...last, index, ...(linkId === undefined ? {} : { linkId }) }];
}

/** Members of a value that one rule made, one by one. */
function members(before: JsonObject, after: JsonObject, place: Place, rule: NamedRule): Difference[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].map((name) => row([...place, { name, as: name }], before[name], after[name], rule));
}

function row(place: Place, before: Json | undefined, after: Json | undefined, rule: NamedRule): Difference {
  return { path: placeText(place), effect: effectOn(before, after), before, after, rule };
}

function effectOn(before: Json | undefined, after: Json | undefined): Difference["effect"] {
  if (after === undefined) return "removed";
  if (before === undefined) return "added";
  return isEqual(before, after) ? "kept" : "changed";
}

function ruleOf({ path, type, rule }: PlanNode): NamedRule {
  const { method, by, source = "" } = rule;
  return { method, by, at: by === "nothing" ? "" : by === "type" ? type : path, source };
}

/** R4 has no such element here. */
function unnamedRule({ path }: PlanElements): NamedRule {
  return { method: "unnamed", by: "nothing", at: `${path}.?`, source: "" };
}

/** What no field of the source stands for: labels of the resource, what rules say at the root, and masks of what R4 requires. */
function addedRule(name: string, place: Place): NamedRule {
  const holder = place.at(-1)?.name;
  if (name === "meta" || (name === "security" && holder === "meta")) {
    return { method: "securityLabels", by: "nothing", at: "", source: "" };
  }
  const method = name === "extension" && place.length === 0 ? "ageBand" : "required";
  return { method, by: "nothing", at: "", source: "" };
}
