import { type AnyResource, isFhirId, type Json, type JsonObject, patientPath } from "@aarohan/fhir";
import { ageBand, type BirthCohort, birthCohort } from "./age-band.ts";
import type { AnonymiserOptions } from "./anonymiser-options.ts";
import { releasedAnswers } from "./answers.ts";
import { releasedCoding } from "./coding.ts";
import { shiftDate, truncateDate } from "./fhir-date.ts";
import { isListedCanonical, publicUrl } from "./listed-url.ts";
import { maskedValue } from "./masked-value.ts";
import { patientIdOf, patientIdsOf } from "./patient-of.ts";
import type { ActionOf, Plan, PlanAction, PlanElements, PlanNode } from "./plan.ts";
import { releasedQuantity } from "./quantity.ts";
import { References } from "./references.ts";
import { releasedRegion } from "./region.ts";
import type { Subject } from "./subject.ts";
import type { WithholdReason } from "./withheld.ts";

const SECURITY_SYSTEM = "http://terminology.hl7.org/CodeSystem/v3-ObservationValue";

/**
 * What each rule makes of a value, and whether a resource may leave at all: the one meaning of the rules for every way in
 * which a resource is held. Holds at most about 2 MB of pseudonyms.
 */
export class ValueRules {
  /** What `meta.security` says of everything that leaves. */
  readonly labels: Json | undefined;
  readonly #plan: Plan;
  readonly #options: AnonymiserOptions;
  readonly #references: References;
  readonly #cohorts = new Map<string, BirthCohort | undefined>();

  constructor(plan: Plan, options: AnonymiserOptions) {
    this.#plan = plan;
    this.#options = options;
    this.#references = new References({
      pseudonyms: options.pseudonyms,
      isReleased: (type) => plan.resources.has(type),
      openReferences: new Set(plan.policy.openReferences),
      withheldPatients: options.withheldPatients,
      upstreamBaseUrl: options.upstreamBaseUrl,
    });
    const labels = plan.policy.securityLabels?.map(securityLabel);
    this.labels = labels === undefined || labels.length === 0 ? undefined : labels;
  }

  /** Whether consent has to be looked at before a resource of the type leaves. */
  asksConsent(type: string): boolean {
    const hasPatient = type === "Patient" || patientPath(type) !== undefined;
    return hasPatient && this.#options.withheldPatients !== undefined;
  }

  /** Why nothing of the resource leaves, whatever the plan says of its elements; `undefined` where it may. */
  refusal(elements: PlanElements, source: AnyResource): WithholdReason | undefined {
    // An id that is to become a pseudonym has to be one: without it the resource could not be told from another.
    const { id, resourceType } = source;
    if (isPseudonymous(elements) && !(typeof id === "string" && isFhirId(id))) return "id";
    return this.asksConsent(resourceType) && !this.#isConsented(source) ? "consent" : undefined;
  }

  /** Every patient that the resource is about has to agree; whom it is about has to be known. */
  #isConsented(source: AnyResource): boolean {
    const { withheldPatients, requirePatient } = this.#options;
    const ids = patientIdsOf(source, patientPath(source.resourceType), this.#references);
    return ids.size === 0 ? requirePatient !== true : ![...ids].some((id) => withheldPatients?.has(id));
  }

  /** What stands in the place of an element whatever was there. */
  instead(node: PlanNode, subject: Subject): Json | undefined {
    const { action } = node;
    switch (action.method) {
      case "mask":
        return oneOrList(node, maskedValue(node.type));
      case "pseudonymousName":
        return named(this.#short(subject), (text) => [{ use: "anonymous", text }]);
      case "pseudonymousIdentifier":
        return named(this.#short(subject), (value) => oneOrList(node, { system: action.system, value }));
      default:
        // Contained resources leave when something that leaves refers to them (dom-3).
        return undefined;
    }
  }

  /** Why a resource with this element is withheld. */
  withholding({ path }: PlanNode): WithholdReason {
    return path.endsWith(".implicitRules") ? "implicit-rules" : "modifier-extension";
  }

  text(action: PlanAction, text: string, subject: Subject): Json | undefined {
    switch (action.method) {
      case "keepCode":
        return action.codes.has(text) ? text : undefined;
      case "truncateDate":
        return this.#truncated(action, text);
      case "keepText":
        return action.values.has(text) || action.pattern?.test(text) === true ? text : undefined;
      case "pseudonymousId":
        return this.#options.pseudonyms.seal(subject.type, text);
      case "keepCanonical":
        return isListedCanonical(action.values, text) ? text : undefined;
      case "cohort":
        return this.#cohort(action, text, subject);
      case "shiftDate":
        return this.#shifted(action, text, subject);
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

  /** Objects that a rule takes as a whole. */
  object(action: PlanAction, value: JsonObject, subject: Subject): Json | undefined {
    switch (action.method) {
      case "terminology":
        return releasedCoding(this.#plan.terminologies, value);
      case "reference":
        return this.#reference(value, subject);
      case "region":
        return releasedRegion(value, action.level);
      case "quantity":
        return releasedQuantity(value, action);
      case "ageBand":
        return ageBand(value, action);
      case "recodeText":
        return typeof value.text === "string" ? recoded(action, value.text) : undefined;
      default:
        return undefined;
    }
  }

  /** Booleans and numbers. */
  plain(action: PlanAction, value: boolean | number): Json | undefined {
    if (action.method === "fixed") return action.value;
    if (typeof value === "boolean") {
      return action.method === "keepBoolean" || action.method === "presence" ? value : undefined;
    }
    if (!Number.isFinite(value)) return undefined;
    if (action.method === "keepNumber") {
      const isFit = value >= action.least && value <= action.most;
      return isFit && (!action.whole || Number.isInteger(value)) ? value : undefined;
    }
    return action.method === "generalizeNumber"
      ? action.borders.findLast((border) => border <= value)
      : undefined;
  }

  answers(value: Json, subject: Subject): Json | undefined {
    const { policy, terminologies, questionnaires } = this.#plan;
    return releasedAnswers(value, {
      questionnaires,
      utcOffsetMinutes: policy.utcOffsetMinutes,
      terminologies,
      response: subject.source,
      releaseYear: this.#options.releaseYear,
      forms: this.#options.forms,
      date: (text) => this.#dateByType(text, subject),
    });
  }

  #truncated({ precision, instant, topAge }: ActionOf<"truncateDate">, text: string): string | undefined {
    const date = truncateDate(text, precision, this.#plan.policy.utcOffsetMinutes);
    if (date === undefined) return undefined;
    if (instant) return date.length === 10 ? `${date}T00:00:00Z` : undefined;
    // A year so long ago tells an age at the top (45 CFR 164.514(b)(2)(i)(C)).
    return this.#options.releaseYear - Number(date.slice(0, 4)) >= topAge ? undefined : date;
  }

  #cohort({ years, topAge }: ActionOf<"cohort">, text: string, subject: Subject): string | undefined {
    const key = `${years} ${text.slice(0, 4)} ${text.length}`;
    const known = this.#cohorts.get(key);
    const cohort = known ?? birthCohort(text, { years, topAge, releaseYear: this.#options.releaseYear });
    if (cohort === undefined) return undefined;
    if (known === undefined && this.#cohorts.size < 1000 && text.length === 4) this.#cohorts.set(key, cohort);
    subject.extensions ??= [];
    subject.extensions.push(cohort.ageRange);
    return cohort.birthDate;
  }

  #shifted({ mostDays, type }: ActionOf<"shiftDate">, text: string, subject: Subject): string | undefined {
    if (subject.shift === undefined) {
      const { source } = subject;
      const patient = patientIdOf(source, patientPath(source.resourceType), this.#references);
      subject.shift = patient === undefined ? 0 : this.#options.pseudonyms.shiftDays(patient, mostDays);
    }
    // Without a patient there is no offset: 0 would be the truth itself.
    return subject.shift === 0 ? undefined : shiftDate(text, subject.shift, type);
  }

  /** `undefined` for a contained resource, which has no id beyond its container. */
  #short(subject: Subject): string | undefined {
    if (subject.id === "") return undefined;
    subject.short ??= this.#options.pseudonyms.short(subject.type, subject.id);
    return subject.short;
  }

  /** A date of an answer, by the policy's rule for the data type. */
  #dateByType(text: string, subject: Subject): string | undefined {
    const action = this.#plan.dateAction;
    const result = action === undefined ? undefined : this.text(action, text, subject);
    return typeof result === "string" ? result : undefined;
  }

  #reference({ reference }: JsonObject, subject: Subject): Json | undefined {
    if (typeof reference !== "string") return undefined;
    if (!reference.startsWith("#")) return this.#references.released(reference);
    const renamed = subject.renamed(reference);
    return renamed === undefined ? undefined : { reference: renamed };
  }
}

/** HL7 v3 ObservationValue: what was done to the data. */
function securityLabel(code: string): Json {
  const display = { PSEUDED: "pseudonymized", REDACTED: "redacted", MASKED: "masked" }[code];
  return { system: SECURITY_SYSTEM, code, ...(display === undefined ? {} : { display }) };
}

function isPseudonymous(elements: PlanElements): boolean {
  return elements.nodes.get("id")?.action.method === "pseudonymousId";
}

function named(short: string | undefined, write: (short: string) => Json): Json | undefined {
  return short === undefined ? undefined : write(short);
}

function oneOrList(node: PlanNode, value: Json): Json {
  return node.list ? [value] : value;
}

function recoded({ map, system, displays }: ActionOf<"recodeText">, text: string): Json | undefined {
  const code = map.get(text);
  if (code === undefined) return undefined;
  const display = Object.hasOwn(displays, code) ? displays[code] : undefined;
  return { coding: [{ system, code, ...(display === undefined ? {} : { display }) }] };
}
