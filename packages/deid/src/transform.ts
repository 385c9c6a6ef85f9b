import type { AnyResource, Json, JsonObject } from "@aarohan/fhir";
import { ContainedResources } from "./contained-resources.ts";
import { isObject, own } from "./json-object.ts";
import { keptValue, type ReleaseByType } from "./kept-values.ts";
import type { ActionOf, Plan, PlanAction, PlanElements, PlanNode } from "./plan.ts";
import type { RunCounts } from "./run-report.ts";
import type { Subject } from "./subject.ts";
import type { ValueRules } from "./value-rules.ts";
import { MAXIMUM_DEPTH, MAXIMUM_NESTING } from "./walk-limits.ts";
import { Withheld, withheldFor } from "./withheld.ts";

type Output = Record<string, Json>;

/** A parsed resource on its way. */
interface ParsedSubject extends Subject {
  contained: ContainedResources | undefined;
}

/** Walks parsed resources by a plan. One at a time, synchronous. */
export class Transform {
  readonly #plan: Plan;
  readonly #rules: ValueRules;
  readonly #counts: RunCounts;
  #subject: ParsedSubject;
  /** Resources around the one that is walked. */
  #nesting = 0;

  constructor(plan: Plan, rules: ValueRules, counts: RunCounts) {
    this.#plan = plan;
    this.#rules = rules;
    this.#counts = counts;
    this.#subject = this.#subjectOf({ resourceType: "" });
  }

  /** Throws Withheld. */
  resource(source: AnyResource): AnyResource {
    const elements = this.#plan.resources.get(source.resourceType);
    if (elements === undefined) throw withheldFor("resource-type");
    if (this.#plan.whole.has(elements.index)) return source;
    const refusal = this.#rules.refusal(elements, source);
    if (refusal !== undefined) throw withheldFor(refusal);
    const subject = this.#subjectOf(source);
    this.#subject = subject;
    const output: Output = { resourceType: source.resourceType };
    this.#fill(output, elements, source, 0, true);
    const { labels } = this.#rules;
    if (labels !== undefined) output.meta = labelled(output.meta, labels);
    this.#addExtensions(output);
    const contained = this.#contained(subject);
    if (contained.length > 0) output.contained = contained;
    return complete(output, source.resourceType);
  }

  #subjectOf(source: AnyResource): ParsedSubject {
    const { resourceType: type, id } = source;
    const isReleased = (other: string) => this.#plan.resources.has(other);
    return {
      type,
      id: typeof id === "string" ? id : "",
      source,
      extensions: undefined,
      contained: undefined,
      short: undefined,
      shift: undefined,
      renamed(reference) {
        this.contained ??= new ContainedResources(source, isReleased);
        return this.contained.rename(reference);
      },
    };
  }

  /** The extensions that rules add to the root stand before those that were there. */
  #addExtensions(output: Output): void {
    const { extensions } = this.#subject;
    if (extensions === undefined) return;
    output.extension = Array.isArray(output.extension) ? [...extensions, ...output.extension] : extensions;
  }

  #elements(elements: PlanElements, source: JsonObject, depth: number): Output | undefined {
    const output: Output = {};
    return this.#fill(output, elements, source, depth, false) ? output : undefined;
  }

  /** Walks the input's members; false where nothing is left. A root always gets what R4 requires of it. */
  #fill(output: Output, elements: PlanElements, source: JsonObject, depth: number, root: boolean): boolean {
    let empty = true;
    let chosen: string[] | undefined;
    for (const name in source) {
      const node = elements.nodes.get(name);
      if (node === undefined) {
        if (root && name === "resourceType") continue;
        if (this.#unknown(elements, name, source, output, depth)) empty = false;
        continue;
      }
      this.#counts.seen[node.index] = (this.#counts.seen[node.index] ?? 0) + 1;
      if (node.action.method === "drop") continue;
      // Two values of one choice are not R4: the first stands.
      if (node.choice !== undefined && chosen?.includes(node.choice) === true) continue;
      const value = source[name];
      const result = value === undefined ? undefined : this.#element(node, value, depth);
      if (result === undefined) continue;
      this.#counts.left[node.index] = (this.#counts.left[node.index] ?? 0) + 1;
      output[node.as] = result;
      empty = false;
      if (node.choice !== undefined) {
        chosen ??= [];
        chosen.push(node.choice);
      }
    }
    // An element of which nothing is left needs no mask for what R4 demands inside it; a resource always does.
    if (empty && !root) return false;
    if (elements.required.length > 0) maskRequired(elements, source, output);
    return true;
  }

  /** A member that R4 does not have, or the `_name` of a primitive: stays in identified data alone. */
  #unknown(elements: PlanElements, name: string, source: JsonObject, output: Output, depth: number): boolean {
    const sibling = name.startsWith("_") && elements.nodes.has(name.slice(1));
    if (!sibling) this.#counts.unknown[elements.index] = (this.#counts.unknown[elements.index] ?? 0) + 1;
    const value = own(source, name);
    if (!elements.keepsUnknown || value === undefined || name === "__proto__") return false;
    if (sibling && elements.nodes.get(name.slice(1))?.action.method !== "keepWhole") return false;
    const kept = this.#kept(value, depth);
    if (kept === undefined) return false;
    output[name] = kept;
    return true;
  }

  /** Identified data: a data type of which the policy says something is nowhere kept whole, in an extension neither. */
  #kept(value: Json, depth: number): Json | undefined {
    const { types } = this.#plan;
    if (types.size === 0) return value;
    const release: ReleaseByType = (type, inner, innerDepth) => {
      const elements = types.get(type);
      if (elements === undefined) return inner;
      return isObject(inner) ? this.#elements(elements, inner, innerDepth) : undefined;
    };
    return keptValue(value, release, depth);
  }

  #element(node: PlanNode, value: Json, depth: number): Json | undefined {
    const { action } = node;
    switch (action.method) {
      case "keepWhole":
        return this.#kept(value, depth);
      case "answers":
        return this.#rules.answers(value, this.#subject);
      case "withhold":
        throw withheldFor(this.#rules.withholding(node));
      case "mask":
      case "pseudonymousName":
      case "pseudonymousIdentifier":
      case "contained":
        return this.#rules.instead(node, this.#subject);
      default:
        return node.list ? this.#list(action, value, depth) : this.#single(action, value, depth);
    }
  }

  #list(action: PlanAction, value: Json, depth: number): Json | undefined {
    if (!Array.isArray(value)) return undefined;
    const items: Json[] = [];
    for (const item of value) {
      const result = this.#single(action, item, depth);
      if (result !== undefined) items.push(result);
    }
    return items.length === 0 ? undefined : items;
  }

  #single(action: PlanAction, value: Json, depth: number): Json | undefined {
    if (typeof value === "string") return this.#rules.text(action, value, this.#subject);
    if (typeof value !== "object") return this.#rules.plain(action, value);
    return isObject(value) && depth < MAXIMUM_DEPTH ? this.#object(action, value, depth) : undefined;
  }

  #object(action: PlanAction, value: JsonObject, depth: number): Json | undefined {
    switch (action.method) {
      case "elements":
        return this.#elements(action.elements, value, depth + 1);
      case "extensions":
        return this.#extension(action, value, depth);
      case "resource":
        return this.#nested(value);
      default:
        return this.#rules.object(action, value, this.#subject);
    }
  }

  /** What the resource that has been walked refers to, one after the other: a chain of them is no deeper than one. */
  #contained({ source: container, contained }: ParsedSubject): Json[] {
    if (contained === undefined) return [];
    for (const { source, output } of contained.leaving) {
      const elements = this.#plan.resources.get(source.resourceType);
      if (elements === undefined) continue;
      this.#subject = { ...this.#subjectOf(source), source: container, contained };
      this.#fill(output, elements, source, 0, true);
      this.#addExtensions(output);
    }
    return contained.leaving.map(({ output }) => output);
  }

  /** A resource inside another that is no contained one (Bundle.entry.resource): as if it stood alone. */
  #nested(value: JsonObject): Json | undefined {
    if (typeof value.resourceType !== "string" || this.#nesting >= MAXIMUM_NESTING) return undefined;
    const outer = this.#subject;
    this.#nesting += 1;
    try {
      return this.resource({ ...value, resourceType: value.resourceType });
    } catch (error) {
      if (error instanceof Withheld) return undefined;
      throw error;
    } finally {
      this.#nesting -= 1;
      this.#subject = outer;
    }
  }

  #extension({ byUrl }: ActionOf<"extensions">, value: JsonObject, depth: number): Json | undefined {
    const { url } = value;
    const values = typeof url === "string" ? byUrl.get(url) : undefined;
    if (typeof url !== "string" || values === undefined) return undefined;
    for (const [name, node] of values) {
      const found = own(value, name);
      const result = found === undefined ? undefined : this.#single(node.action, found, depth + 1);
      if (result !== undefined) return { url, [node.as]: result };
    }
    return undefined;
  }
}

function labelled(meta: Json | undefined, security: Json): Json {
  return isObject(meta) ? { ...meta, security } : { security };
}

/** What has been built up as a resource is one. */
function complete(output: Output, resourceType: string): AnyResource {
  return Object.assign(output, { resourceType });
}

function hasOne(output: Output, names: readonly string[]): boolean {
  for (const name of names) if (output[name] !== undefined) return true;
  return false;
}

/** In identified data only what was there and could not stay: what the source lacks, it lacks. */
function maskRequired({ required, keepsUnknown }: PlanElements, source: JsonObject, output: Output): void {
  for (const { from, names, mask } of required) {
    if (hasOne(output, names)) continue;
    if (keepsUnknown && !from.some((name) => Object.hasOwn(source, name))) continue;
    output[mask[0]] = mask[1];
  }
}
