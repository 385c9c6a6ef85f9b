import { EdgeError } from "@aarohan/contract";
import {
  type DateValue,
  isFhirId,
  parseDateValue,
  parseReference,
  parseSort,
  parseToken,
  splitOr,
  unescapeValue,
} from "@aarohan/fhir";
import { rulesFor } from "./answers.ts";
import { isReleasedCode } from "./coding.ts";
import { boundDate, boundsOf, boundText } from "./date-border.ts";
import type { Plan } from "./plan.ts";
import { searchRuleOf } from "./policies/programme-search.ts";
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

/** A search on its way into the upstream's terms. */
export class SearchTranslation implements AdmittedSearch {
  readonly upstream: Pair[] = [];
  readonly self: Pair[] = [];
  readonly notices: string[] = [];
  empty = false;
  sort = "";

  token(name: string, value: string, plan: Plan): void {
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
      return system !== undefined && plan.terminologies.recodedSystems.has(system) ? code : part;
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
    const rule = key === undefined ? undefined : searchRuleOf(type, key.name);
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
