import { EdgeError } from "@aarohan/contract";
import {
  type AnyResource,
  type DateValue,
  isFhirId,
  parseDateValue,
  parseReference,
  parseSort,
  parseToken,
  type SearchParameter,
  splitOr,
  unescapeValue,
} from "@aarohan/fhir";
import { rulesFor } from "./answers.ts";
import { isRecodedSystem, isReleasedCode } from "./coding.ts";
import { boundDate, boundsOf, boundText } from "./date-border.ts";
import type { Plan } from "./plan.ts";
import { programmeSearch, type SearchParameterRule } from "./policies/programme-search.ts";
import type { PseudonymCodec } from "./pseudonym.ts";
import { stateOf } from "./region.ts";

type Pair = readonly [name: string, value: string];

/** A search that may be asked, in the upstream's terms. */
export interface AdmittedSearch {
  readonly upstream: readonly Pair[];
  /** The search as it was understood, for `Bundle.link` self. */
  readonly self: readonly Pair[];
  /** True where it can match nothing: a pseudonym in it does not open. */
  readonly empty: boolean;
  /** What was understood otherwise than written, in words. */
  readonly notices: readonly string[];
  /** `_sort` as asked; "" where none was. */
  readonly sort: string;
}

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
    result: Translation,
  ): void {
    assertPlain(parameter);
    const { name, value } = parameter;
    const rule = ruleOf(type, name);
    if (name === "_id") result.reference(name, [type], value, codec);
    else if (name === "_lastUpdated") result.day(name, value, offset);
    else if (name === "_sort") result.sortBy(type, value);
    else if (rule === undefined) throw refusal(type, name);
    else if (rule.kind === "token") result.token(name, value, plan);
    else if (rule.kind === "code") result.code(name, value, rule.values);
    else if (rule.kind === "reference") result.reference(name, rule.types, value, codec);
    else if (rule.kind === "date") result.month(name, rule.upstream ?? name, value, offset);
    else if (rule.kind === "birthCohort") result.cohort(name, value);
    else if (rule.kind === "state") result.state(name, value);
    else result.questionnaire(name, value, plan);
  }

  return {
    admit(resourceType, parameters, codec) {
      const result = new Translation();
      for (const parameter of parameters) translate(resourceType, parameter, codec, result);
      return result;
    },
    visibleOrder(resourceType, sort) {
      const [key] = sort === "" ? [] : parseSort(sort);
      if (key === undefined) return () => "";
      if (key.name === "_lastUpdated") return (resource) => shownAt(resource.meta, "lastUpdated");
      const rule = ruleOf(resourceType, key.name);
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
  reference: "reference",
  date: "date",
  birthCohort: "date",
  state: "string",
  questionnaire: "reference",
};

function ruleOf(type: string, name: string): SearchParameterRule | undefined {
  const rules = Object.hasOwn(programmeSearch, type) ? programmeSearch[type] : undefined;
  return rules !== undefined && Object.hasOwn(rules, name) ? rules[name] : undefined;
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

/** A search on its way into the upstream's terms. */
class Translation implements AdmittedSearch {
  readonly upstream: Pair[] = [];
  readonly self: Pair[] = [];
  readonly notices: string[] = [];
  empty = false;
  sort = "";

  token(name: string, value: string, plan: Plan): void {
    const translated = splitOr(value).map((part) => {
      const { system, code } = parseToken(part);
      if (code === undefined || !isReleasedCode(plan.policy, code, system)) {
        throw new EdgeError(
          "parameter-hidden",
          `${name} takes codes that anonymised data shows, as code or system|code.`,
          {
            parameter: name,
          },
        );
      }
      return system !== undefined && isRecodedSystem(plan.policy, system) ? code : part;
    });
    this.#add(name, value, name, translated.join(","));
  }

  code(name: string, value: string, values: readonly string[]): void {
    if (!splitOr(value).every((part) => values.includes(part))) {
      throw new EdgeError("parameter-invalid", `${name} is one of: ${values.join(", ")}.`, {
        parameter: name,
      });
    }
    this.#add(name, value, name, value);
  }

  reference(name: string, types: readonly string[], value: string, codec: PseudonymCodec): void {
    const opened = splitOr(value).flatMap((part) => {
      const { type = types[0] ?? "", id } = parseReference(part);
      if (id === undefined || !types.includes(type) || !isFhirId(id)) {
        throw new EdgeError("parameter-invalid", `${name} takes pseudonyms of ${types.join(" or ")} only.`, {
          parameter: name,
        });
      }
      const upstreamId = codec.open(type, id);
      return upstreamId === undefined ? [] : [name === "_id" ? upstreamId : `${type}/${upstreamId}`];
    });
    // Of a pseudonym that does not open there is nothing; which one, and why, is not told.
    if (opened.length === 0) this.empty = true;
    this.#add(name, value, name, opened.join(","));
  }

  month(name: string, upstreamName: string, value: string, utcOffsetMinutes: number): void {
    const bounds = boundsOf(dateOf(name, value), false);
    if (bounds === undefined || bounds.some((bound) => bound.day !== 1)) {
      throw new EdgeError(
        "precision-hidden",
        `${name} is shown by the month, so it is searched by the month: borders must fall on a month's first or last day.`,
        { parameter: name },
      );
    }
    this.self.push([name, value]);
    for (const bound of bounds) this.upstream.push([upstreamName, boundText(bound, utcOffsetMinutes)]);
  }

  /** `_lastUpdated` is shown by the day: a time is cut off, and the answer says so. */
  day(name: string, value: string, utcOffsetMinutes: number): void {
    const date = dateOf(name, value);
    const bounds = boundsOf(date, true);
    if (bounds === undefined) throw invalidDate(name);
    if (!["year", "month", "day"].includes(date.precision)) {
      this.notices.push(`${name} is shown by the day: the time of day was cut off.`);
    }
    this.self.push([name, value]);
    for (const bound of bounds) this.upstream.push([name, boundText(bound, utcOffsetMinutes)]);
  }

  cohort(name: string, value: string): void {
    const bounds = boundsOf(dateOf(name, value), false);
    if (
      bounds === undefined ||
      bounds.some(({ year, month, day }) => year % 5 !== 0 || month !== 1 || day !== 1)
    ) {
      throw new EdgeError(
        "precision-hidden",
        `${name} is shown as a cohort of five years: borders must be 1 January of a year that ends in 0 or 5, or the day before.`,
        { parameter: name },
      );
    }
    this.self.push([name, value]);
    for (const bound of bounds) this.upstream.push([name, boundDate(bound)]);
  }

  state(name: string, value: string): void {
    if (!splitOr(value).every((part) => stateOf(unescapeValue(part)) !== undefined)) {
      throw new EdgeError("parameter-hidden", `${name} takes whole names of Indian states.`, {
        parameter: name,
      });
    }
    this.#add(name, value, `${name}:exact`, value);
  }

  questionnaire(name: string, value: string, plan: Plan): void {
    const names = splitOr(value).flatMap((part) => rulesFor(plan.policy, unescapeValue(part))?.names ?? []);
    if (names.length === 0) {
      throw new EdgeError(
        "parameter-hidden",
        `${name} takes the Questionnaires whose answers anonymised data shows.`,
        {
          parameter: name,
        },
      );
    }
    this.#add(name, value, name, [...new Set(names)].join(","));
  }

  sortBy(type: string, value: string): void {
    const keys = parseSort(value);
    const [key] = keys;
    const rule = key === undefined ? undefined : ruleOf(type, key.name);
    if (
      this.sort !== "" ||
      keys.length !== 1 ||
      key === undefined ||
      !(key.name === "_lastUpdated" || rule?.kind === "date")
    ) {
      throw new EdgeError(
        "parameter-hidden",
        "_sort takes one of the dates that anonymised data shows, or _lastUpdated.",
        {
          parameter: "_sort",
        },
      );
    }
    const upstreamName = rule?.kind === "date" ? (rule.upstream ?? key.name) : key.name;
    this.sort = value;
    this.#add("_sort", value, "_sort", `${key.descending ? "-" : ""}${upstreamName}`);
  }

  #add(name: string, value: string, upstreamName: string, upstreamValue: string): void {
    this.self.push([name, value]);
    this.upstream.push([upstreamName, upstreamValue]);
  }
}

function dateOf(name: string, value: string): DateValue {
  const date = parseDateValue(value);
  if (date === undefined) throw invalidDate(name);
  return date;
}

function invalidDate(name: string): EdgeError {
  return new EdgeError(
    "parameter-invalid",
    `${name} is one FHIR date with one of the prefixes eq ge gt le lt sa eb.`,
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
