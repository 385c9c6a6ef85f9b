import { EdgeError } from "@aarohan/contract";
import { type AnyResource, parseSort, type SearchParameter } from "@aarohan/fhir";
import type { Plan } from "./plan.ts";
import { programmeSearch, type SearchParameterRule, searchRuleOf } from "./policies/programme-search.ts";
import type { PseudonymCodec } from "./pseudonym.ts";
import { type AdmittedSearch, SearchTranslation } from "./search-translation.ts";

export interface SearchRules {
  /**
   * Checks and translates a search of an anonymised caller: whoever may not see a field may not search, sort or include
   * by it. Throws `parameter-hidden`, `precision-hidden`, `parameter-unknown` or `parameter-invalid`, naming the
   * parameter and never its value.
   */
  admit(resourceType: string, parameters: readonly SearchParameter[], codec: PseudonymCodec): AdmittedSearch;
  /** What is shown of the order that `sort` asked for: entries with equal texts cannot be told apart. */
  visibleOrder(resourceType: string, sort: string): (resource: AnyResource) => string;
  /** Names of the parameters that may be used, with their types of search parameter. */
  parametersOf(resourceType: string): readonly { readonly name: string; readonly type: string }[];
}

/** Parameters of FHIR R4 that touch what is hidden, for all types: refused as hidden, not as unknown. */
const HIDDEN_EVERYWHERE = new Set(
  (
    "_text _content _filter _query _list _has _include _revinclude _summary _elements _total _contained _containedType " +
    "_source _tag _security _profile _type identifier name given family phonetic phone email telecom address " +
    "address-city address-country address-postalcode address-use general-practitioner organization link performer author " +
    "source participant practitioner owner requester assessor asserter recorder location"
  ).split(" "),
);

export function createSearchRules(plan: Plan): SearchRules {
  const offset = plan.policy.utcOffsetMinutes;

  function translate(
    type: string,
    parameter: SearchParameter,
    codec: PseudonymCodec,
    result: SearchTranslation,
  ): void {
    assertPlain(parameter);
    const { name, value } = parameter;
    const rule = searchRuleOf(type, name);
    if (name === "_id") result.reference(name, [type], value, codec);
    else if (name === "_lastUpdated") result.day(name, value, offset);
    else if (name === "_sort") result.sortBy(type, value);
    else if (rule === undefined) throw refusal(type, name);
    else if (rule.kind === "token") result.token(name, value, plan);
    else if (rule.kind === "code") result.code(name, value, shownValues(plan, type, rule.element));
    else if (rule.kind === "boolean") result.code(name, value, ["true", "false"]);
    else if (rule.kind === "reference") result.reference(name, rule.types, value, codec);
    else if (rule.kind === "date") result.month(name, rule.upstream ?? name, value, offset);
    else if (rule.kind === "birthCohort") result.cohort(name, value);
    else if (rule.kind === "state") result.state(name, value);
    else result.questionnaire(name, value, plan);
  }

  return {
    admit(resourceType, parameters, codec) {
      const result = new SearchTranslation();
      for (const parameter of parameters) translate(resourceType, parameter, codec, result);
      return result;
    },
    visibleOrder(resourceType, sort) {
      const [key] = sort === "" ? [] : parseSort(sort);
      if (key === undefined) return () => "";
      if (key.name === "_lastUpdated") return (resource) => shownAt(resource.meta, "lastUpdated");
      const rule = searchRuleOf(resourceType, key.name);
      return rule?.kind === "date" ? (resource) => shownDate(resource, rule.element) : () => "";
    },
    parametersOf(resourceType) {
      const rules = Object.entries(programmeSearch[resourceType] ?? {});
      return [
        { name: "_id", type: "token" },
        { name: "_lastUpdated", type: "date" },
        ...rules.map(([name, rule]) => ({ name, type: FHIR_TYPES[rule.kind] })),
      ];
    },
  };
}

const FHIR_TYPES: Readonly<Record<SearchParameterRule["kind"], string>> = {
  token: "token",
  code: "token",
  boolean: "token",
  reference: "reference",
  date: "date",
  birthCohort: "date",
  state: "string",
  questionnaire: "reference",
};

/** The values that the policy keeps at an element of the type's root. */
function shownValues(plan: Plan, type: string, element: string): readonly string[] {
  const action = plan.resources.get(type)?.nodes.get(element)?.action;
  if (action?.method === "keepCode") return [...action.codes];
  return action?.method === "keepText" ? [...action.values] : [];
}

function assertPlain({ name, modifier, chain }: SearchParameter): void {
  if (modifier === undefined && chain === undefined) return;
  throw new EdgeError(
    "parameter-hidden",
    `${name}: modifiers and chains are not available on anonymised data, because they reach what is hidden.`,
    { parameter: name },
  );
}

function refusal(type: string, name: string): EdgeError {
  if (HIDDEN_EVERYWHERE.has(name)) {
    return new EdgeError(
      "parameter-hidden",
      `${name} is not available on anonymised data: it touches what is hidden.`,
      {
        parameter: name,
      },
    );
  }
  return new EdgeError(
    "parameter-unknown",
    `${name} is no parameter for ${type} on anonymised data; see /fhir/metadata.`,
    {
      parameter: name,
    },
  );
}

function shownAt(value: unknown, name: string): string {
  if (typeof value !== "object" || value === null) return "";
  const found: unknown = Object.entries(value).find(([key]) => key === name)?.[1];
  return typeof found === "string" ? found : "";
}

/** The month that is shown of an element, be it a dateTime, a choice or a period. */
function shownDate(resource: AnyResource, element: string): string {
  return (
    shownAt(resource, element) ||
    shownAt(resource, `${element}DateTime`) ||
    shownAt(resource[element], "start") ||
    shownAt(resource[`${element}Period`], "start")
  );
}
