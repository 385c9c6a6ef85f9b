import { EdgeError } from "@aarohan/contract";
import {
  type AnyResource,
  type DescribedParameter,
  type Json,
  parseSort,
  type SearchParameter,
  searchParametersOf,
} from "@aarohan/fhir";
import { DESCRIBED_LAST_UPDATED, describedId, describedParameter } from "./described-parameter.ts";
import { isObject } from "./json-object.ts";
import type { Plan } from "./plan.ts";
import type { PseudonymCodec } from "./pseudonym.ts";
import { type Place, type SearchParameterRule, searchParameterRules } from "./search-parameter-rule.ts";
import { type AdmittedSearch, type Handling, SearchTranslation } from "./search-translation.ts";

export interface VisibleOrder {
  /** What a resource shows of what it is put in order by, "" for nothing: entries with equal keys cannot be told apart. */
  readonly keyOf: (resource: AnyResource) => string;
  readonly isDescending: boolean;
}

/** An order of which nothing is shown. */
export const NO_VISIBLE_ORDER: VisibleOrder = { keyOf: () => "", isDescending: false };

export interface SearchRules {
  /**
   * Checks and translates a search of an anonymised caller: whoever may not see a field may not search, sort or include
   * by it. Unknown parameters are refused, unless `handling` (default `strict`) passes them over with a notice. Throws `parameter-hidden`, `precision-hidden`, `parameter-unknown` or `parameter-invalid`, naming the
   * parameter and never its value.
   */
  admit(
    resourceType: string,
    parameters: readonly SearchParameter[],
    codec: PseudonymCodec,
    handling?: Handling,
  ): AdmittedSearch;
  /** Values that `_include` and `_revinclude` take, without a target type: `Observation:subject`. */
  includesOf(resourceType: string): {
    readonly include: readonly string[];
    readonly revinclude: readonly string[];
  };
  /** What is shown of the order that `sort` asked for. */
  visibleOrder(resourceType: string, sort: string): VisibleOrder;
  /** The parameters that may be used, and what each takes. */
  parametersOf(resourceType: string): readonly DescribedParameter[];
  /** Names that `_sort` takes. */
  sortsOf(resourceType: string): readonly string[];
}

/** Parameters that every type has (FHIR R4 §3.1.1.3, §3.1.1.5), and that are not available on anonymised data. */
const HIDDEN_EVERYWHERE = new Set(
  (
    "_text _content _filter _query _list _has _summary _contained _containedType " +
    "_source _tag _security _profile _type"
  ).split(" "),
);

export function createSearchRules(plan: Plan): SearchRules {
  const offset = plan.policy.utcOffsetMinutes;
  const compiled = new Map<string, ReadonlyMap<string, SearchParameterRule>>();

  function rulesOf(type: string): ReadonlyMap<string, SearchParameterRule> {
    const known = compiled.get(type) ?? searchParameterRules(plan, type);
    compiled.set(type, known);
    return known;
  }

  function translate(
    type: string,
    parameter: SearchParameter,
    codec: PseudonymCodec,
    result: SearchTranslation,
  ): void {
    assertPlain(parameter);
    const { name, value } = parameter;
    const rule = rulesOf(type).get(name);
    if (name === "_id") result.reference(name, [], [type], value, codec);
    else if (name === "_lastUpdated" && showsLastUpdated(plan, type)) result.day(name, value, offset);
    else if (name === "_include" || name === "_revinclude") include(type, name, value, result);
    else if (name === "_sort") result.sortBy(value, sortableDates(plan, type, rulesOf(type)));
    else if (rule === undefined) throw refusal(type, name);
    else apply(rule, name, upstreamName(type, name), value, codec, result);
  }

  function include(
    type: string,
    name: "_include" | "_revinclude",
    value: string,
    result: SearchTranslation,
  ): void {
    const [source = "", parameter = "", target, ...more] = value.split(":");
    const rule = plan.resources.has(source) ? rulesOf(source).get(parameter) : undefined;
    const isOwn = name === "_include" ? source === type : target === undefined || target === type;
    const types = rule?.kind === "reference" ? rule.types : [];
    const other = name === "_include" ? target : type;
    if (
      !rule ||
      !isOwn ||
      more.length > 0 ||
      types.length === 0 ||
      (other !== undefined && !types.includes(other))
    ) {
      throw new EdgeError(
        "parameter-hidden",
        `${name} takes Type:parameter or Type:parameter:Target, by references that anonymised data shows.`,
        { parameter: name },
      );
    }
    const direction = name === "_include" ? "include" : "revinclude";
    const upstream = [
      source,
      upstreamName(source, parameter),
      ...(target === undefined ? [] : [target]),
    ].join(":");
    result.include({ direction, source, places: rule.places, target }, value, upstream);
  }

  function apply(
    rule: SearchParameterRule,
    name: string,
    upstream: string,
    value: string,
    codec: PseudonymCodec,
    result: SearchTranslation,
  ): void {
    const { places } = rule;
    if (rule.kind === "token") result.token(name, places, value, plan);
    else if (rule.kind === "code") result.code(name, places, value, rule.values);
    else if (rule.kind === "boolean") result.code(name, places, value, BOOLEANS);
    else if (rule.kind === "presence") result.presence(name, places, value);
    else if (rule.kind === "reference") result.reference(name, places, rule.types, value, codec);
    else if (rule.kind === "date") result.date(name, upstream, places, rule.precision, value, offset);
    else if (rule.kind === "birthCohort") result.cohort(name, places, rule.years, value);
    else if (rule.kind === "state") result.state(name, places, value);
    else result.questionnaire(name, places, value, plan);
  }

  function referencesOf(type: string): (readonly [name: string, types: readonly string[]])[] {
    return [...rulesOf(type)].flatMap(([name, rule]) =>
      rule.kind === "reference" ? [[name, rule.types] as const] : [],
    );
  }

  return {
    admit(resourceType, parameters, codec, handling = "strict") {
      const result = new SearchTranslation();
      for (const parameter of parameters) {
        try {
          translate(resourceType, parameter, codec, result);
        } catch (error) {
          const isUnknown = error instanceof EdgeError && error.code === "parameter-unknown";
          if (handling === "strict" || !isUnknown) throw error;
          result.ignore(parameter.name);
        }
      }
      return result;
    },
    visibleOrder(resourceType, sort) {
      const [key] = sort === "" ? [] : parseSort(sort);
      if (key === undefined) return NO_VISIBLE_ORDER;
      const { name, descending: isDescending } = key;
      if (name === "_lastUpdated") {
        return { keyOf: (resource) => shownAt(resource, ["meta", "lastUpdated"]), isDescending };
      }
      const rule = rulesOf(resourceType).get(name);
      if (rule?.kind !== "date") return NO_VISIBLE_ORDER;
      return { keyOf: (resource) => shownDate(resource, rule.places), isDescending };
    },
    includesOf(resourceType) {
      const include = referencesOf(resourceType).map(([name]) => `${resourceType}:${name}`);
      const revinclude = [...plan.resources.keys()].flatMap((source) =>
        referencesOf(source)
          .filter(([, types]) => types.includes(resourceType))
          .map(([name]) => `${source}:${name}`),
      );
      return { include, revinclude };
    },
    parametersOf(resourceType) {
      const lastUpdated = showsLastUpdated(plan, resourceType) ? [DESCRIBED_LAST_UPDATED] : [];
      const rules = [...rulesOf(resourceType)].map(([name, rule]) => describedParameter(name, rule));
      return [describedId(resourceType), ...lastUpdated, ...rules];
    },
    sortsOf(resourceType) {
      return [...sortableDates(plan, resourceType, rulesOf(resourceType)).keys()];
    },
  };
}

const BOOLEANS: ReadonlySet<string> = new Set(["true", "false"]);

/** The export guide's spelling of a parameter → R4's. */
function upstreamName(type: string, name: string): string {
  return type === "QuestionnaireResponse" && name === "date" ? "authored" : name;
}

/** Dates by which rows may be put in order, and what the upstream calls them. */
function sortableDates(
  plan: Plan,
  type: string,
  rules: ReadonlyMap<string, SearchParameterRule>,
): ReadonlyMap<string, string> {
  const dates = [...rules].filter(([, { kind }]) => kind === "date");
  const names = dates.map(([name]): [string, string] => [name, upstreamName(type, name)]);
  return new Map(showsLastUpdated(plan, type) ? [...names, ["_lastUpdated", "_lastUpdated"]] : names);
}

/** To the day: then it is searched by the day. */
function showsLastUpdated(plan: Plan, type: string): boolean {
  const meta = plan.resources.get(type)?.nodes.get("meta")?.action;
  return (
    meta?.method === "elements" && meta.elements.nodes.get("lastUpdated")?.action.method === "truncateDate"
  );
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
  if (HIDDEN_EVERYWHERE.has(name) || searchParametersOf(type).has(name)) {
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

/** The month that is shown of an element, be it a dateTime, a choice or a period. */
function shownDate(resource: AnyResource, places: readonly Place[]): string {
  for (const place of places) {
    const shown = shownAt(resource, place) || shownAt(resource, [...place, "start"]);
    if (shown !== "") return shown;
  }
  return "";
}

function shownAt(resource: AnyResource, place: Place): string {
  let value: Json | undefined = resource;
  for (const step of place) value = isObject(value) ? value[step] : undefined;
  return typeof value === "string" ? value : "";
}
