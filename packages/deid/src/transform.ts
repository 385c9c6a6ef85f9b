import { type AnyResource, isFhirId, type Json, type JsonObject, patientPath } from "@aarohan/fhir";
import { ageBand, type BirthCohort, birthCohort } from "./age-band.ts";
import type { AnonymiserOptions } from "./anonymiser-options.ts";
import { releasedAnswers } from "./answers.ts";
import { releasedCoding } from "./coding.ts";
import { ContainedResources } from "./contained-resources.ts";
import { shiftDate, truncateDate } from "./fhir-date.ts";
import { isObject, own } from "./json-object.ts";
import { keptValue, type ReleaseByType } from "./kept-values.ts";
import { isListedCanonical, publicUrl } from "./listed-url.ts";
import { maskedValue } from "./masked-value.ts";
import { patientIdOf, patientIdsOf } from "./patient-of.ts";
import type { Plan, PlanAction, PlanElements, PlanNode } from "./plan.ts";
import { releasedQuantity } from "./quantity.ts";
import { References } from "./references.ts";
import { releasedRegion } from "./region.ts";
import type { RunCounts } from "./run-report.ts";
import { Withheld, withheldFor } from "./withheld.ts";

type Output = Record<string, Json>;
type Action<Method extends PlanAction["method"]> = Extract<PlanAction, { method: Method }>;

const SECURITY_SYSTEM = "http://terminology.hl7.org/CodeSystem/v3-ObservationValue";
/** Elements inside elements deeper than this are dropped: no resource of R4 needs as many. */
const MAXIMUM_DEPTH = 64;
/** Resources inside resources (a Bundle in a Bundle) deeper than this are dropped. */
const MAXIMUM_NESTING = 8;

/** One resource on its way through the plan: what belongs to it, and to nothing that it contains. */
interface Subject {
  readonly type: string;
  readonly id: string;
  readonly source: AnyResource;
  /** Extensions that rules add to the root. */
  extensions: Json[] | undefined;
  contained: ContainedResources | undefined;
  short: string | undefined;
  /** Days by which this patient's dates move; computed when first needed. */
  shift: number | undefined;
}

/** Walks parsed resources by a plan. One at a time, synchronous. */
export class Transform {
  readonly #plan: Plan;
  readonly #options: AnonymiserOptions;
  readonly #counts: RunCounts;
  readonly #references: References;
  readonly #labels: Json | undefined;
  readonly #cohorts = new Map<string, BirthCohort | undefined>();
  #subject: Subject;
  /** Resources around the one that is walked. */
  #nesting = 0;

  constructor(plan: Plan, options: AnonymiserOptions, counts: RunCounts) {
    this.#plan = plan;
    this.#options = options;
    this.#counts = counts;
    this.#references = new References({
      pseudonyms: options.pseudonyms,
      isReleased: (type) => plan.resources.has(type),
      openReferences: new Set(plan.policy.openReferences),
      withheldPatients: options.withheldPatients,
      upstreamBaseUrl: options.upstreamBaseUrl,
    });
    const labels = plan.policy.securityLabels?.map(securityLabel);
    this.#labels = labels === undefined || labels.length === 0 ? undefined : labels;
    this.#subject = subjectOf({ resourceType: "" });
  }

  /** Throws Withheld. */
  resource(source: AnyResource): AnyResource {
    const elements = this.#plan.resources.get(source.resourceType);
    if (elements === undefined) throw withheldFor("resource-type");
    if (this.#plan.whole.has(elements.index)) return source;
    assertId(elements, source);
    this.#assertConsent(source);
    const subject = subjectOf(source);
    this.#subject = subject;
    const output: Output = { resourceType: source.resourceType };
    this.#fill(output, elements, source, 0, true);
    if (this.#labels !== undefined) output.meta = labelled(output.meta, this.#labels);
    this.#addExtensions(output);
    const contained = this.#contained(subject);
    if (contained.length > 0) output.contained = contained;
    return complete(output, source.resourceType);
  }

  /** Every patient that the resource is about has to agree; whom it is about has to be known. */
  #assertConsent(source: AnyResource): void {
    const { withheldPatients, requirePatient } = this.#options;
    if (withheldPatients === undefined) return;
    const path = patientPath(source.resourceType);
    if (path === undefined && source.resourceType !== "Patient") return;
    const ids = patientIdsOf(source, path, this.#references);
    if (ids.size === 0 ? requirePatient === true : [...ids].some((id) => withheldPatients.has(id))) {
      throw withheldFor("consent");
    }
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
      case "mask":
        return oneOrList(node, maskedValue(node.type));
      case "withhold":
        throw withheldFor(node.path.endsWith(".implicitRules") ? "implicit-rules" : "modifier-extension");
      case "pseudonymousName":
        return named(this.#short(), (text) => [{ use: "anonymous", text }]);
      case "pseudonymousIdentifier":
        return named(this.#short(), (value) => oneOrList(node, { system: action.system, value }));
      case "answers":
        return this.#answers(value);
      case "contained":
        // Contained resources leave when something that leaves refers to them (dom-3).
        return undefined;
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
    if (typeof value === "string") return this.#text(action, value);
    if (typeof value === "object") {
      return isObject(value) && depth < MAXIMUM_DEPTH ? this.#object(action, value, depth) : undefined;
    }
    return plain(action, value);
  }

  #text(action: PlanAction, text: string): Json | undefined {
    switch (action.method) {
      case "keepCode":
        return action.codes.has(text) ? text : undefined;
      case "truncateDate":
        return this.#truncated(action, text);
      case "keepText":
        return action.values.has(text) || action.pattern?.test(text) === true ? text : undefined;
      case "pseudonymousId":
        return this.#options.pseudonyms.seal(this.#subject.type, text);
      case "keepCanonical":
        return isListedCanonical(action.values, text) ? text : undefined;
      case "cohort":
        return this.#cohort(action, text);
      case "shiftDate":
        return this.#shifted(action, text);
      case "presence":
        return truncateDate(text, "year", 0) === undefined ? undefined : true;
      case "keepFreeText":
        return text === "" ? undefined : text;
      case "hash":
        return text === "" ? undefined : this.#options.pseudonyms.digest(text);
      case "recodeText":
        return recoded(action, text);
      case "recodeCode":
        return action.map.get(text);
      case "generalizeText":
        return action.map.get(text) ?? action.otherwise;
      case "publicUrl":
        return publicUrl(text);
      case "fixed":
        return action.value;
      default:
        return undefined;
    }
  }

  #object(action: PlanAction, value: JsonObject, depth: number): Json | undefined {
    switch (action.method) {
      case "elements":
        return this.#elements(action.elements, value, depth + 1);
      case "terminology":
        return releasedCoding(this.#plan.terminologies, value);
      case "reference":
        return this.#reference(value);
      case "region":
        return releasedRegion(value, action.level);
      case "quantity":
        return releasedQuantity(value, action);
      case "extensions":
        return this.#extension(action, value, depth);
      case "ageBand":
        return ageBand(value, action);
      case "recodeText":
        return typeof value.text === "string" ? recoded(action, value.text) : undefined;
      case "resource":
        return this.#nested(value);
      default:
        return undefined;
    }
  }

  #truncated({ precision, instant, topAge }: Action<"truncateDate">, text: string): string | undefined {
    const date = truncateDate(text, precision, this.#plan.policy.utcOffsetMinutes);
    if (date === undefined) return undefined;
    if (instant) return date.length === 10 ? `${date}T00:00:00Z` : undefined;
    // A year so long ago tells an age at the top (45 CFR 164.514(b)(2)(i)(C)).
    return this.#options.releaseYear - Number(date.slice(0, 4)) >= topAge ? undefined : date;
  }

  #cohort({ years, topAge }: Action<"cohort">, text: string): string | undefined {
    const key = `${years} ${text.slice(0, 4)} ${text.length}`;
    const known = this.#cohorts.get(key);
    const cohort = known ?? birthCohort(text, { years, topAge, releaseYear: this.#options.releaseYear });
    if (cohort === undefined) return undefined;
    if (known === undefined && this.#cohorts.size < 1000 && text.length === 4) this.#cohorts.set(key, cohort);
    this.#subject.extensions ??= [];
    this.#subject.extensions.push(cohort.ageRange);
    return cohort.birthDate;
  }

  #shifted({ mostDays, type }: Action<"shiftDate">, text: string): string | undefined {
    const subject = this.#subject;
    if (subject.shift === undefined) {
      const patient = patientIdOf(subject.source, patientPath(subject.source.resourceType), this.#references);
      subject.shift = patient === undefined ? 0 : this.#options.pseudonyms.shiftDays(patient, mostDays);
    }
    // Without a patient there is no offset: 0 would be the truth itself.
    return subject.shift === 0 ? undefined : shiftDate(text, subject.shift, type);
  }

  /** `undefined` for a contained resource, which has no id beyond its container. */
  #short(): string | undefined {
    const subject = this.#subject;
    if (subject.id === "") return undefined;
    subject.short ??= this.#options.pseudonyms.short(subject.type, subject.id);
    return subject.short;
  }

  #answers(value: Json): Json | undefined {
    const { policy, terminologies, questionnaires } = this.#plan;
    return releasedAnswers(value, {
      questionnaires,
      utcOffsetMinutes: policy.utcOffsetMinutes,
      terminologies,
      response: this.#subject.source,
      releaseYear: this.#options.releaseYear,
      forms: this.#options.forms,
      date: (text) => this.#dateByType(text),
    });
  }

  /** A date of an answer, by the policy's rule for the data type. */
  #dateByType(text: string): string | undefined {
    const action = this.#plan.dateAction;
    const result = action === undefined ? undefined : this.#text(action, text);
    return typeof result === "string" ? result : undefined;
  }

  #reference(value: JsonObject): Json | undefined {
    const { reference } = value;
    if (typeof reference !== "string") return undefined;
    if (reference.startsWith("#")) return this.#containedReference(reference);
    return this.#references.released(reference);
  }

  #containedReference(reference: string): Json | undefined {
    const subject = this.#subject;
    subject.contained ??= new ContainedResources(subject.source, (type) => this.#plan.resources.has(type));
    const renamed = subject.contained.rename(reference);
    return renamed === undefined ? undefined : { reference: renamed };
  }

  /** What the resource that has been walked refers to, one after the other: a chain of them is no deeper than one. */
  #contained(subject: Subject): Json[] {
    const { contained } = subject;
    if (contained === undefined) return [];
    for (const { source, output } of contained.leaving) {
      const elements = this.#plan.resources.get(source.resourceType);
      if (elements === undefined) continue;
      this.#subject = { ...subjectOf(source), source: subject.source, contained };
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

  #extension({ byUrl }: Action<"extensions">, value: JsonObject, depth: number): Json | undefined {
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

/** HL7 v3 ObservationValue: what was done to the data. */
function securityLabel(code: string): Json {
  const display = { PSEUDED: "pseudonymized", REDACTED: "redacted", MASKED: "masked" }[code];
  return { system: SECURITY_SYSTEM, code, ...(display === undefined ? {} : { display }) };
}

/** An id that is to become a pseudonym has to be one: without it the resource could not be told from another. */
function assertId(elements: PlanElements, { id }: AnyResource): void {
  if (isPseudonymous(elements) && !(typeof id === "string" && isFhirId(id))) throw withheldFor("id");
}

function isPseudonymous(elements: PlanElements): boolean {
  return elements.nodes.get("id")?.action.method === "pseudonymousId";
}

function subjectOf(source: AnyResource): Subject {
  const { resourceType: type, id } = source;
  return {
    type,
    id: typeof id === "string" ? id : "",
    source,
    extensions: undefined,
    contained: undefined,
    short: undefined,
    shift: undefined,
  };
}

function named(short: string | undefined, write: (short: string) => Json): Json | undefined {
  return short === undefined ? undefined : write(short);
}

function labelled(meta: Json | undefined, security: Json): Json {
  return isObject(meta) ? { ...meta, security } : { security };
}

/** What has been built up as a resource is one. */
function complete(output: Output, resourceType: string): AnyResource {
  return Object.assign(output, { resourceType });
}

function oneOrList(node: PlanNode, value: Json): Json {
  return node.list ? [value] : value;
}

/** Booleans and numbers. */
function plain(action: PlanAction, value: Json): Json | undefined {
  if (action.method === "fixed") return action.value;
  if (typeof value === "boolean") {
    return action.method === "keepBoolean" || action.method === "presence" ? value : undefined;
  }
  if (typeof value !== "number" || !Number.isFinite(value)) return undefined;
  if (action.method === "keepNumber") {
    const isFit = value >= action.least && value <= action.most;
    return isFit && (!action.whole || Number.isInteger(value)) ? value : undefined;
  }
  return action.method === "generalizeNumber"
    ? action.borders.findLast((border) => border <= value)
    : undefined;
}

function recoded({ map, system, displays }: Action<"recodeText">, text: string): Json | undefined {
  const code = map.get(text);
  if (code === undefined) return undefined;
  const display = Object.hasOwn(displays, code) ? displays[code] : undefined;
  return { coding: [{ system, code, ...(display === undefined ? {} : { display }) }] };
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
