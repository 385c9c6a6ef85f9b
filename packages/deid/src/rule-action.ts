import { choiceName, type ElementInfo } from "@aarohan/fhir";
import type { DateType } from "./fhir-date.ts";
import type { PlanAction } from "./plan.ts";
import type { MethodName, RuleOptions } from "./policy.ts";
import { wholePattern } from "./whole-pattern.ts";

/** What a rule becomes for one data type: the action, and the name under which the element leaves. */
export interface RuleAction {
  readonly action: PlanAction;
  readonly as: string;
}

/** Methods for which a rule of the same name does not walk into the element. */
type WholeMethod = Exclude<MethodName, "type">;

const DATES = ["date", "dateTime"];
const DATE_TYPES = [...DATES, "instant"];
const NUMBERS = ["integer", "unsignedInt", "positiveInt", "decimal"];
const TEXTS = ["string", "markdown", "code", "id", "uri", "url", "canonical", "oid", "uuid"];

/** Data types that each method can serve; `keep` is more particular, see `keepAction`. */
const FITS: Readonly<Record<WholeMethod, readonly string[] | "every">> = {
  keep: [...NUMBERS, ...TEXTS, "boolean", "time"],
  drop: "every",
  mask: "every",
  pseudonym: ["id", "Reference", "HumanName", "Identifier"],
  hash: TEXTS,
  truncateDate: DATE_TYPES,
  shiftDate: DATE_TYPES,
  ageBand: ["date", "Age"],
  presence: ["boolean", "dateTime"],
  region: ["Address"],
  quantity: ["Quantity", "Count", "Distance", "Duration"],
  terminology: ["Coding"],
  generalize: [...NUMBERS, ...TEXTS],
  fixed: [...NUMBERS, ...TEXTS, "boolean", ...DATES],
  recode: ["code", "string", "CodeableConcept"],
  publicUrl: ["uri", "url"],
  resources: ["Resource"],
  answers: ["QuestionnaireResponse.item"],
};

/**
 * The action of a rule for one data type of an element; `undefined` where the rule does not fit the type. Throws an Error
 * in words for options that cannot be.
 */
export function ruleAction(rule: RuleOptions, info: ElementInfo, type: string): RuleAction | undefined {
  if (rule.method === "type") return undefined;
  const fits = FITS[rule.method];
  if (fits !== "every" && !fits.includes(type)) return undefined;
  const name = info.name.endsWith("[x]") ? choiceName(info.name, type) : info.name;
  switch (rule.method) {
    case "mask":
      // Of a primitive its `_name` says why it is absent (FHIR R4 §2.6.2.2).
      return { action: { method: "mask" }, as: /^[a-z]/.test(type) ? `_${name}` : name };
    case "presence":
      return asChoice(info, "boolean", { method: "presence" });
    case "recode":
      return recodeAction(rule, info, type, name);
    case "ageBand":
      return ageBandAction(rule, info, type, name);
    default: {
      const action = sameNameAction(rule, info, type);
      return action && { action, as: name };
    }
  }
}

function sameNameAction(rule: RuleOptions, info: ElementInfo, type: string): PlanAction | undefined {
  switch (rule.method) {
    case "keep":
      return keepAction(rule, info, type);
    case "pseudonym":
      return pseudonymAction(rule, type);
    case "truncateDate":
      return truncateAction(rule, type);
    case "generalize":
      return generalizeAction(rule, info, type);
    case "drop":
    case "hash":
    case "terminology":
    case "publicUrl":
    case "answers":
      return { method: rule.method };
    case "resources":
      return { method: info.name === "contained" ? "contained" : "resource" };
    case "shiftDate":
      return isDateType(type) ? { method: "shiftDate", mostDays: rule.mostDays, type } : undefined;
    case "quantity":
      assertRange(rule);
      return { ...rule, units: new Set(rule.units) };
    case "region":
      return { method: "region", level: rule.level };
    case "fixed":
      return fixedAction(rule.value, info, type);
    default:
      return undefined;
  }
}

function isDateType(type: string): type is DateType {
  return DATE_TYPES.includes(type);
}

function keepAction(
  rule: Extract<RuleOptions, { method: "keep" }>,
  info: ElementInfo,
  type: string,
): PlanAction | undefined {
  const { values, pattern, freeText, least, most } = rule;
  if (type === "boolean") return { method: "keepBoolean" };
  if (NUMBERS.includes(type)) {
    if (least === undefined || most === undefined) return undefined;
    assertRange({ least, most });
    return { method: "keepNumber", least, most, whole: type !== "decimal" };
  }
  if (freeText === true) return { method: "keepFreeText" };
  if (type === "code" && values === undefined && pattern === undefined) {
    return info.codes && { method: "keepCode", codes: info.codes };
  }
  if (type === "id" && info.name === "id") return { method: "keepWhole" };
  if (values === undefined && pattern === undefined) return undefined;
  assertCodes(info, type, values ?? []);
  if (type === "canonical" && pattern === undefined)
    return { method: "keepCanonical", values: new Set(values) };
  return {
    method: "keepText",
    values: new Set(values),
    pattern: pattern === undefined ? undefined : wholePattern(pattern),
  };
}

/** What leaves in the place of a code has to be one of its required binding, where it has one. */
function assertCodes({ codes }: ElementInfo, type: string, values: readonly unknown[]): void {
  if (type !== "code" || codes === undefined) return;
  const foreign = values.some((value) => typeof value !== "string" || !codes.has(value));
  if (foreign) throw new Error("keeps a value that its required binding does not have");
}

function assertRange({ least, most }: { readonly least: number; readonly most: number }): void {
  if (least > most) throw new Error("has a least that is above its most");
}

function pseudonymAction(
  rule: Extract<RuleOptions, { method: "pseudonym" }>,
  type: string,
): PlanAction | undefined {
  if (type === "Reference") return { method: "reference" };
  if (type === "id") return { method: "pseudonymousId" };
  if (type === "HumanName") return { method: "pseudonymousName" };
  if (rule.system === undefined) throw new Error("makes an identifier, and names no system");
  return { method: "pseudonymousIdentifier", system: rule.system };
}

/** An instant has no partial form (FHIR R4 §2.24.0.1): it can be cut to the day, at midnight, and no further. */
function truncateAction(
  rule: Extract<RuleOptions, { method: "truncateDate" }>,
  type: string,
): PlanAction | undefined {
  const instant = type === "instant";
  if (instant && rule.precision !== "day") return undefined;
  const { precision, topAge = Number.POSITIVE_INFINITY } = rule;
  return { method: "truncateDate", precision, instant, topAge };
}

function generalizeAction(
  rule: Extract<RuleOptions, { method: "generalize" }>,
  info: ElementInfo,
  type: string,
): PlanAction {
  if (NUMBERS.includes(type)) {
    if (rule.borders === undefined) throw new Error("generalizes a number, and names no borders");
    return { method: "generalizeNumber", borders: rule.borders.toSorted((a, b) => a - b) };
  }
  const { map, otherwise } = rule;
  if (map === undefined) throw new Error("generalizes text, and has no map");
  assertCodes(info, type, [...Object.values(map), ...(otherwise === undefined ? [] : [otherwise])]);
  return { method: "generalizeText", map: new Map(Object.entries(map)), otherwise };
}

function recodeAction(
  rule: Extract<RuleOptions, { method: "recode" }>,
  info: ElementInfo,
  type: string,
  name: string,
): RuleAction | undefined {
  const map = new Map(Object.entries(rule.map));
  if (type === "code") {
    assertCodes(info, type, [...map.values()]);
    return { action: { method: "recodeCode", map }, as: name };
  }
  if (rule.system === undefined) throw new Error("recodes text, and names no system");
  const action: PlanAction = {
    method: "recodeText",
    system: rule.system,
    map,
    displays: rule.displays ?? {},
  };
  return type === "CodeableConcept" ? { action, as: name } : asChoice(info, "CodeableConcept", action);
}

/** A cohort of one year stays an Age; a wider band of ages is a Range. */
function ageBandAction(
  rule: Extract<RuleOptions, { method: "ageBand" }>,
  info: ElementInfo,
  type: string,
  name: string,
): RuleAction | undefined {
  const { years, topAge } = rule;
  if (type === "date") return { action: { method: "cohort", years, topAge }, as: name };
  const action: PlanAction = { method: "ageBand", years, topAge };
  return years === 1 ? { action, as: name } : asChoice(info, "Range", action);
}

function asChoice(info: ElementInfo, type: string, action: PlanAction): RuleAction | undefined {
  if (!info.name.endsWith("[x]") || !info.types.includes(type)) return undefined;
  return { action, as: choiceName(info.name, type) };
}

/** JavaScript's type of a FHIR primitive in JSON (FHIR R4 §2.6.2). */
function fixedAction(
  value: string | number | boolean,
  info: ElementInfo,
  type: string,
): PlanAction | undefined {
  const expected = type === "boolean" ? "boolean" : NUMBERS.includes(type) ? "number" : "string";
  if (typeof value !== expected) return undefined;
  assertCodes(info, type, [value]);
  return { method: "fixed", value };
}
