import type { AnyResource, Json } from "@aarohan/fhir";
import type { Bound } from "./date-border.ts";
import { isObject } from "./json-object.ts";
import { stateOf } from "./region.ts";
import type { Place } from "./search-parameter-rule.ts";

/** True for what a search finds in the anonymised data themselves. */
export type Condition = (resource: AnyResource) => boolean;

/** A coding of one of these, `system` undefined for any. */
export function hasCoding(
  places: readonly Place[],
  tokens: readonly { readonly system: string | undefined; readonly code: string }[],
): Condition {
  return some(places, (value) =>
    codingsOf(value).some((coding) =>
      tokens.some(
        ({ system, code }) =>
          coding.code === code && (system === undefined || (coding.system ?? "") === system),
      ),
    ),
  );
}

/** One of these values; a boolean by its name. */
export function hasValue(places: readonly Place[], values: readonly string[]): Condition {
  return some(places, (value) => values.includes(String(value)));
}

/** Any listed name of one of these states, which are in the forms' spelling. */
export function hasState(places: readonly Place[], states: readonly string[]): Condition {
  return some(places, (value) => {
    const state = stateOf(String(value));
    return state !== undefined && states.includes(state);
  });
}

/** A reference to one of these (`Patient/<pseudonym>`). */
export function hasReference(places: readonly Place[], references: readonly string[]): Condition {
  return some(places, (value) => isObject(value) && references.includes(String(value.reference)));
}

/** References as they are written (`Patient/<pseudonym>`). */
export function referencesAt(resource: AnyResource, places: readonly Place[]): string[] {
  const values = places.flatMap((place) => valuesAt(resource, place));
  return values.flatMap((value) =>
    isObject(value) && typeof value.reference === "string" ? [value.reference] : [],
  );
}

/** A date or period within the bound. An open end of a period is far away. */
export function isWithin(places: readonly Place[], { bounded, prefix, ...day }: Bound): Condition {
  const border = dayText(day);
  return some(places, (value) => {
    const [first, last] = spanOf(value);
    const date = bounded === "first" ? first : last;
    return date !== undefined && (prefix === "ge" ? date >= border : date < border);
  });
}

function some(places: readonly Place[], holds: (value: Json) => boolean): Condition {
  return (resource) => places.some((place) => valuesAt(resource, place).some(holds));
}

function valuesAt(value: Json, place: Place): readonly Json[] {
  if (Array.isArray(value)) return value.flatMap((item) => valuesAt(item, place));
  const [step, ...rest] = place;
  if (step === undefined) return [value];
  if (!isObject(value) || !Object.hasOwn(value, step)) return [];
  return valuesAt(value[step] ?? null, rest);
}

function codingsOf(value: Json): readonly { readonly [key: string]: Json }[] {
  if (!isObject(value)) return [];
  return Array.isArray(value.coding) ? value.coding.filter(isObject) : [value];
}

/** First and last day that a shown date or period can mean; an open end is far away. */
function spanOf(value: Json): readonly [first: string | undefined, last: string | undefined] {
  if (typeof value === "string") return [firstDay(value), lastDay(value)];
  if (!isObject(value)) return [undefined, undefined];
  const { start, end } = value;
  if (typeof start !== "string" && typeof end !== "string") return [undefined, undefined];
  return [
    typeof start === "string" ? firstDay(start) : "0000-01-01",
    typeof end === "string" ? lastDay(end) : "9999-12-31",
  ];
}

function firstDay(date: string): string {
  return date.length === 4 ? `${date}-01-01` : date.length === 7 ? `${date}-01` : date.slice(0, 10);
}

/** No month has a day after its 31st: for a comparison that is enough. */
function lastDay(date: string): string {
  return date.length === 4 ? `${date}-12-31` : date.length === 7 ? `${date}-31` : date.slice(0, 10);
}

function dayText({ year, month, day }: Pick<Bound, "year" | "month" | "day">): string {
  return [String(year).padStart(4, "0"), String(month).padStart(2, "0"), String(day).padStart(2, "0")].join(
    "-",
  );
}
