import { type AnyResource, isFhirId, type Json, type JsonObject } from "@aarohan/fhir";
import { releasedAnswers } from "./answers.ts";
import { birthCohort, type CohortOptions } from "./birth-cohort.ts";
import { releasedCoding } from "./coding.ts";
import type { Plan, PlanElements, PlanNode } from "./plan.ts";
import { localDate, monthOf } from "./programme-time.ts";
import type { PseudonymCodec } from "./pseudonym.ts";
import { isReleasableDistrict, stateOf } from "./region.ts";

/** Why a resource is withheld whole. */
export type WithholdReason = "resource-type" | "id" | "modifier-extension" | "implicit-rules";

export type Anonymised =
  | { readonly kind: "released"; readonly resource: AnyResource }
  | { readonly kind: "withheld"; readonly reason: WithholdReason };

export interface AnonymiserOptions {
  readonly pseudonyms: PseudonymCodec;
  /** Calendar year of the release, in the programme's zone. */
  readonly releaseYear: number;
  /** The upstream's base URL: absolute references below it count as relative ones. */
  readonly upstreamBaseUrl?: string;
}

/** Counts of one run. */
export interface AnonymiserReport {
  readonly released: number;
  readonly withheld: number;
}

export interface Anonymiser {
  /** Synchronous; never throws for what a resource holds, and never keeps anything of it. */
  anonymise(resource: AnyResource): Anonymised;
  report(): AnonymiserReport;
}

const MASKED: JsonObject = {
  extension: [{ url: "http://hl7.org/fhir/StructureDefinition/data-absent-reason", valueCode: "masked" }],
};
const VALUE_SYSTEM = "http://terminology.hl7.org/CodeSystem/v3-ObservationValue";
const SECURITY: Json = [
  { system: VALUE_SYSTEM, code: "PSEUDED", display: "pseudonymized" },
  { system: VALUE_SYSTEM, code: "REDACTED", display: "redacted" },
];

/** Stops a resource that a modifier could change the meaning of. */
class Withheld extends Error {
  readonly reason: WithholdReason;
  constructor(reason: WithholdReason) {
    super(reason);
    this.reason = reason;
  }
}

/** Executes a plan on parsed resources. */
export function createAnonymiser(plan: Plan, options: AnonymiserOptions): Anonymiser {
  let released = 0;
  let withheld = 0;
  return {
    anonymise(resource) {
      try {
        const result = new Run(plan, options, resource).resource();
        released += 1;
        return { kind: "released", resource: result };
      } catch (error) {
        if (!(error instanceof Withheld)) throw error;
        withheld += 1;
        return { kind: "withheld", reason: error.reason };
      }
    },
    report: () => ({ released, withheld }),
  };
}

type Output = Record<string, Json>;

/** One resource on its way through the plan. */
class Run {
  readonly #plan: Plan;
  readonly #options: AnonymiserOptions;
  readonly #source: AnyResource;
  readonly #type: string;
  readonly #id: string;
  readonly #extensions: Json[] = [];

  constructor(plan: Plan, options: AnonymiserOptions, source: AnyResource) {
    this.#plan = plan;
    this.#options = options;
    this.#source = source;
    this.#type = source.resourceType;
    const { id } = source;
    if (typeof id !== "string" || !isFhirId(id)) throw new Withheld("id");
    this.#id = id;
  }

  resource(): AnyResource {
    const elements = this.#plan.resources.get(this.#type);
    if (elements === undefined) throw new Withheld("resource-type");
    if (this.#source.implicitRules !== undefined) throw new Withheld("implicit-rules");
    const body = this.#elements(elements, this.#source, true);
    this.#ownExtensions();
    return {
      resourceType: this.#type,
      id: this.#options.pseudonyms.seal(this.#type, this.#id),
      meta: this.#meta(),
      ...(this.#extensions.length === 0 ? {} : { extension: this.#extensions }),
      ...body,
    };
  }

  get #policy() {
    return this.#plan.policy;
  }

  /** Walks the plan, not the input: what the plan does not name is never looked at. */
  #elements(elements: PlanElements, source: JsonObject, root: boolean): Output {
    if (own(source, "modifierExtension") !== undefined) throw new Withheld("modifier-extension");
    const output: Output = {};
    for (const [name, node] of elements) {
      const value = own(source, name);
      const result = value === undefined ? undefined : this.#element(node, value);
      if (result !== undefined) output[node.as ?? name] = result;
    }
    // An element of which nothing is left needs no mask for what R4 demands inside it; a resource always does.
    if (root || Object.keys(output).length > 0) maskRequired(elements, output);
    return output;
  }

  #element(node: PlanNode, value: Json): Json | undefined {
    if (node.action.method === "anonymousName") return [this.#anonymousName()];
    if (node.action.method === "anonymousIdentifier") return [this.#anonymousIdentifier(node.action.system)];
    if (node.action.method === "answers") return this.#answers(value);
    if (!node.list) return Array.isArray(value) ? undefined : this.#single(node, value);
    if (!Array.isArray(value)) return undefined;
    const items = value.map((item) => this.#single(node, item)).filter((item) => item !== undefined);
    return items.length === 0 ? undefined : items;
  }

  #single(node: PlanNode, value: Json): Json | undefined {
    const { action } = node;
    switch (action.method) {
      case "elements":
        return isObject(value) ? notEmpty(this.#elements(action.elements, value, false)) : undefined;
      case "keep":
        return kept(action, value);
      case "truncateDate":
        return typeof value === "string" ? monthOf(value, this.#policy.utcOffsetMinutes) : undefined;
      case "birthCohort":
        return this.#birthCohort({ ...action, releaseYear: this.#options.releaseYear }, value);
      case "presence":
        return value === true || (typeof value === "string" && monthOf(value, 0) !== undefined);
      case "region":
        return isObject(value) ? region(value) : undefined;
      case "coding":
        return isObject(value) ? releasedCoding(this.#policy, value) : undefined;
      case "reference":
        return isObject(value) ? this.#reference(value) : undefined;
      case "canonical":
        return typeof value === "string" && isListedCanonical(action.values, value) ? value : undefined;
      case "codedText":
        return codedText(action.values, value);
      default:
        return undefined;
    }
  }

  #birthCohort(options: CohortOptions, value: Json): Json | undefined {
    const cohort = typeof value === "string" ? birthCohort(value, options) : undefined;
    if (cohort === undefined) return undefined;
    this.#extensions.push(cohort.ageRange);
    return cohort.birthDate;
  }

  #anonymousName(): Json {
    return { use: "anonymous", text: this.#options.pseudonyms.short(this.#type, this.#id) };
  }

  #anonymousIdentifier(system: string): Json {
    return { system, value: this.#options.pseudonyms.short(this.#type, this.#id) };
  }

  #answers(value: Json): Json | undefined {
    return releasedAnswers(value, {
      policy: this.#policy,
      response: this.#source,
      releaseYear: this.#options.releaseYear,
    });
  }

  #reference(value: JsonObject): Json | undefined {
    const { reference } = value;
    if (typeof reference !== "string") return undefined;
    const relative = this.#relative(reference);
    if (this.#policy.openReferences.includes(relative)) return { reference: relative };
    const [, type = "", id = ""] =
      /^([A-Z][A-Za-z]+)\/([A-Za-z0-9.-]{1,64})(?:\/_history\/[A-Za-z0-9.-]{1,64})?$/.exec(relative) ?? [];
    if (!this.#policy.pseudonymisedTypes.includes(type)) return undefined;
    return { reference: `${type}/${this.#options.pseudonyms.seal(type, id)}` };
  }

  #relative(reference: string): string {
    const base = this.#options.upstreamBaseUrl;
    return base !== undefined && reference.startsWith(`${base}/`)
      ? reference.slice(base.length + 1)
      : reference;
  }

  #meta(): Json {
    const meta = own(this.#source, "meta");
    const lastUpdated = isObject(meta) && typeof meta.lastUpdated === "string" ? meta.lastUpdated : "";
    const day = localDate(lastUpdated, this.#policy.utcOffsetMinutes);
    const profile = isObject(meta) && Array.isArray(meta.profile) ? meta.profile : [];
    const profiles = profile.filter((url) => typeof url === "string" && this.#policy.profiles.includes(url));
    return {
      ...(day === undefined ? {} : { lastUpdated: `${day}T00:00:00Z` }),
      ...(profiles.length === 0 ? {} : { profile: profiles }),
      security: SECURITY,
    };
  }

  #ownExtensions(): void {
    const extensions = own(this.#source, "extension");
    if (!Array.isArray(extensions)) return;
    for (const extension of extensions) {
      if (!isObject(extension) || typeof extension.url !== "string") continue;
      const allowed = Object.hasOwn(this.#policy.extensions, extension.url)
        ? this.#policy.extensions[extension.url]
        : undefined;
      if (allowed?.resourceType !== this.#type || allowed.rule === "type" || allowed.rule.method !== "keep")
        continue;
      const value = kept(allowed.rule, own(extension, allowed.value) ?? null);
      if (value !== undefined) this.#extensions.push({ url: extension.url, [allowed.value]: value });
    }
  }
}

function own(source: JsonObject, name: string): Json | undefined {
  return Object.hasOwn(source, name) ? source[name] : undefined;
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function notEmpty(output: Output): Output | undefined {
  return Object.keys(output).length === 0 ? undefined : output;
}

function kept(
  rule: { values?: readonly string[]; least?: number; most?: number },
  value: Json,
): Json | undefined {
  if (typeof value === "string") return rule.values?.includes(value) ? value : undefined;
  if (typeof value === "boolean")
    return rule.values === undefined && rule.least === undefined ? value : undefined;
  if (typeof value !== "number" || rule.least === undefined || rule.most === undefined) return undefined;
  return value >= rule.least && value <= rule.most ? value : undefined;
}

/** District, state and country, and only from the list; the country is India's code whatever spelling it had. */
function region(address: JsonObject): Json | undefined {
  const { state, district, country } = address;
  const listedState = typeof state === "string" && stateOf(state) !== undefined ? state : undefined;
  const output: Output = {};
  if (
    typeof district === "string" &&
    isReleasableDistrict(district, typeof state === "string" ? state : undefined)
  ) {
    output.district = district;
  }
  if (listedState !== undefined) output.state = listedState;
  if (typeof country === "string" && /^(?:IN|IND|India|Bharat|भारत)$/i.test(country)) output.country = "IN";
  return notEmpty(output);
}

function isListedCanonical(values: readonly string[], text: string): boolean {
  const [url = "", version, ...more] = text.split("|");
  return (
    values.includes(url) &&
    more.length === 0 &&
    (version === undefined || /^\d{1,4}(?:\.\d{1,4}){0,3}$/.test(version))
  );
}

/** System of the follow-up outcomes, which the source writes as text. */
const OUTCOME_SYSTEM = "https://artpark.in/CodeSystem/follow-up-outcome";

function codedText(values: readonly string[], value: Json): Json | undefined {
  const text = isObject(value) ? value.text : value;
  if (typeof text !== "string" || !values.includes(text)) return undefined;
  return { coding: [{ system: OUTCOME_SYSTEM, code: text }] };
}

function maskRequired(elements: PlanElements, output: Output): void {
  for (const [name, node] of elements) {
    if (!node.required || output[name] !== undefined) continue;
    if (node.primitive) output[`_${name}`] = node.list ? [MASKED] : MASKED;
    else output[name] = node.list ? [MASKED] : MASKED;
  }
}
