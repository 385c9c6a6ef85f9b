import { EdgeError } from "@aarohan/contract";
import {
  type AnyResource,
  type DateValue,
  isFhirId,
  parseDateValue,
  parseReference,
  parseSort,
  parseToken,
  splitOr,
  unescapeValue,
} from "@aarohan/fhir";
import { isReleasedCode } from "./coding.ts";
import { BOUND_PREFIXES, type Bound, boundDate, boundsOf, boundText } from "./date-border.ts";
import type { Plan } from "./plan.ts";
import type { DatePrecision } from "./policy.ts";
import type { PseudonymCodec } from "./pseudonym.ts";
import { rulesFor } from "./questionnaire-rules.ts";
import { namesOf, stateOf } from "./region.ts";
import type { Inclusion } from "./search-inclusion.ts";
import { type Condition, hasCoding, hasReference, hasState, hasValue, isWithin } from "./search-match.ts";
import type { Place } from "./search-parameter-rule.ts";

type Pair = readonly [name: string, value: string];

/** What becomes of parameters that are not known (FHIR R4 §3.1.1.1, `Prefer: handling`): refused, or passed over. */
export type Handling = "strict" | "lenient";

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
  /**
   * True for an anonymised resource that the search finds in the anonymised data themselves. The upstream may find more,
   * by what is hidden: only what is true here is an answer.
   */
  matches(resource: AnyResource): boolean;
  /** True where the upstream finds exactly what matches, so that its total is the search's own. */
  readonly exact: boolean;
  /** By which references further resources come along; `undefined`: the upstream's choice stands. */
  readonly inclusions: readonly Inclusion[] | undefined;
}

/** A search on its way into the upstream's terms. */
export class SearchTranslation implements AdmittedSearch {
  readonly upstream: Pair[] = [];
  readonly self: Pair[] = [];
  readonly notices: string[] = [];
  readonly inclusions: Inclusion[] = [];
  readonly #conditions: Condition[] = [];
  empty = false;
  exact = true;
  sort = "";

  matches(resource: AnyResource): boolean {
    return this.#conditions.every((holds) => holds(resource));
  }

  token(name: string, places: readonly Place[], value: string, plan: Plan): void {
    const tokens: { system: string | undefined; code: string }[] = [];
    const translated = splitOr(value).map((part) => {
      const { system, code } = parseToken(part);
      if (code === undefined || !isReleasedCode(plan.terminologies, code, system)) {
        throw new EdgeError(
          "parameter-hidden",
          `${name} takes codes that anonymised data shows, as code or system|code.`,
          {
            parameter: name,
          },
        );
      }
      tokens.push({ system, code });
      // Without its system a code may stand in one that is hidden, too.
      const recoded = system !== undefined && plan.terminologies.recodedSystems.has(system);
      if (system === undefined || recoded) this.exact = false;
      return recoded ? code : part;
    });
    this.#conditions.push(hasCoding(places, tokens));
    this.#add(name, value, name, translated.join(","));
  }

  code(name: string, places: readonly Place[], value: string, values: ReadonlySet<string>): void {
    const parts = splitOr(value);
    if (!parts.every((part) => values.has(part))) {
      throw new EdgeError("parameter-invalid", `${name} is one of: ${[...values].join(", ")}.`, {
        parameter: name,
      });
    }
    this.#conditions.push(hasValue(places, parts));
    this.#add(name, value, name, value);
  }

  presence(name: string, places: readonly Place[], value: string): void {
    if (value !== "true" && value !== "false") {
      throw new EdgeError("parameter-invalid", `${name} is one of: true, false.`, { parameter: name });
    }
    const isTrue = hasValue(places, ["true"]);
    this.#conditions.push((resource) => isTrue(resource) === (value === "true"));
    this.#add(name, value, name, value);
  }

  /** `places` is empty for `_id`. */
  reference(
    name: string,
    places: readonly Place[],
    types: readonly string[],
    value: string,
    codec: PseudonymCodec,
  ): void {
    const shown: string[] = [];
    const opened = splitOr(value).flatMap((part) => {
      const { type = types.length === 1 ? types[0] : undefined, id } = parseReference(part);
      if (id === undefined || type === undefined || !types.includes(type) || !isFhirId(id)) {
        const named = types.length > 8 ? "types that leave, with the type" : types.join(" or ");
        throw new EdgeError("parameter-invalid", `${name} takes pseudonyms of ${named} only.`, {
          parameter: name,
        });
      }
      const upstreamId = codec.open(type, id);
      shown.push(`${type}/${id}`);
      return upstreamId === undefined ? [] : [name === "_id" ? upstreamId : `${type}/${upstreamId}`];
    });
    // Of a pseudonym that does not open there is nothing; which one, and why, is not told.
    if (opened.length === 0) this.empty = true;
    if (places.length > 0) this.#conditions.push(hasReference(places, shown));
    this.#add(name, value, name, opened.join(","));
  }

  date(
    name: string,
    upstreamName: string,
    places: readonly Place[],
    precision: DatePrecision,
    value: string,
    utcOffsetMinutes: number,
  ): void {
    const bounds = boundsOf(dateOf(name, value), false);
    if (bounds === undefined || bounds.some((bound) => !isBorder(bound, precision))) {
      throw new EdgeError(
        "precision-hidden",
        `${name} is shown by the ${precision}, so it is searched by the ${precision}: borders must fall on a ${precision}'s first or last day.`,
        { parameter: name },
      );
    }
    this.exact = false;
    this.self.push([name, value]);
    for (const bound of bounds) {
      this.#conditions.push(isWithin(places, bound));
      this.upstream.push([upstreamName, boundText(bound, utcOffsetMinutes)]);
    }
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

  cohort(name: string, places: readonly Place[], years: number, value: string): void {
    const bounds = boundsOf(dateOf(name, value), false);
    if (
      bounds === undefined ||
      bounds.some(({ year, month, day }) => year % years !== 0 || month !== 1 || day !== 1)
    ) {
      throw new EdgeError(
        "precision-hidden",
        `${name} is shown as a cohort of ${years} years: borders must be 1 January of a year that ${years} divides, or the day before.`,
        { parameter: name },
      );
    }
    this.exact = false;
    this.self.push([name, value]);
    for (const bound of bounds) {
      this.#conditions.push(isWithin(places, bound));
      this.upstream.push([name, boundDate(bound)]);
    }
  }

  /** By any listed name of the state, in any case (FHIR R4 §3.1.1.4.8): the upstream is asked for what begins with one. */
  state(name: string, places: readonly Place[], value: string): void {
    const states = splitOr(value).map((part) => {
      const state = stateOf(unescapeValue(part));
      if (state !== undefined) return state;
      throw new EdgeError("parameter-hidden", `${name} takes whole names of Indian states.`, {
        parameter: name,
      });
    });
    this.#conditions.push(hasState(places, states));
    this.exact = false;
    this.#add(name, value, name, [...new Set(states.flatMap(namesOf))].join(","));
  }

  questionnaire(name: string, places: readonly Place[], value: string, plan: Plan): void {
    const names = splitOr(value).flatMap(
      (part) => rulesFor(plan.questionnaires, unescapeValue(part))?.names ?? [],
    );
    if (names.length === 0) {
      throw new EdgeError(
        "parameter-hidden",
        `${name} takes the Questionnaires whose answers anonymised data shows.`,
        {
          parameter: name,
        },
      );
    }
    this.#conditions.push((resource) =>
      places.some(([place = ""]) => names.includes(String(resource[place]).split("|")[0] ?? "")),
    );
    this.#add(name, value, name, [...new Set(names)].join(","));
  }

  /** `dates`: parameters by which rows may be put in order, and what the upstream calls them. */
  sortBy(value: string, dates: ReadonlyMap<string, string>): void {
    const [key, ...more] = parseSort(value);
    const upstreamName = key === undefined ? undefined : dates.get(key.name);
    if (this.sort !== "" || more.length > 0 || key === undefined || upstreamName === undefined) {
      throw new EdgeError(
        "parameter-hidden",
        "_sort takes one of the dates that anonymised data shows, or _lastUpdated.",
        {
          parameter: "_sort",
        },
      );
    }
    this.sort = value;
    this.#add("_sort", value, "_sort", `${key.descending ? "-" : ""}${upstreamName}`);
  }

  /** `_include` or `_revinclude`, whose value names a parameter that may be asked. */
  include(inclusion: Inclusion, value: string, upstreamValue: string): void {
    this.inclusions.push(inclusion);
    this.#add(`_${inclusion.direction}`, value, `_${inclusion.direction}`, upstreamValue);
  }

  /** A parameter that is not known, and that the caller wants passed over (`Prefer: handling=lenient`). */
  ignore(name: string): void {
    this.notices.push(`${name} is no parameter here, and was passed over.`);
  }

  #add(name: string, value: string, upstreamName: string, upstreamValue: string): void {
    this.self.push([name, value]);
    this.upstream.push([upstreamName, upstreamValue]);
  }
}

function isBorder({ month, day }: Bound, precision: DatePrecision): boolean {
  if (precision === "day") return true;
  return day === 1 && (precision === "month" || month === 1);
}

function dateOf(name: string, value: string): DateValue {
  const date = parseDateValue(value);
  if (date === undefined) throw invalidDate(name);
  return date;
}

function invalidDate(name: string): EdgeError {
  return new EdgeError(
    "parameter-invalid",
    `${name} is one FHIR date with one of the prefixes ${BOUND_PREFIXES.join(" ")}.`,
    {
      parameter: name,
    },
  );
}
