import type { AnyResource, Json, JsonObject } from "@aarohan/fhir";
import { AGE_RANGE_URL } from "../age-band.ts";
import { isObject } from "../json-object.ts";
import type { Plan } from "../plan.ts";
import type { AnswerRule } from "../policy.ts";
import { type GeneralisationLevel, generalisedDate, WIDE_COHORT_YEARS } from "./generalisation.ts";

/** An anonymised resource → what of it leaves at a level: the same for all resources of one patient. */
export type Generaliser = (resource: AnyResource, level: GeneralisationLevel) => AnyResource;

/** Dates of these forms stand anywhere; codes and addresses never look like one of them with a month. */
const DATE = /^\d{4}-\d\d(?:-\d\d(?:T[\d:.]+(?:Z|[+-]\d\d:\d\d)?)?)?$/;
/** Members whose texts are no dates, whatever they look like. */
const NO_DATES = new Set([
  "id",
  "linkId",
  "system",
  "code",
  "url",
  "reference",
  "display",
  "version",
  "text",
]);

/** Removes what is finer than the level wherever it stands; what it does not know to be coarse enough, it leaves out. */
export function createGeneraliser(plan: Plan): Generaliser {
  const answers = answersByKind(plan);
  return (resource, level) => {
    if (level === 0) return resource;
    const walked = new Walk(level, answers).object(resource, "");
    return { ...walked, resourceType: resource.resourceType };
  };
}

interface AnswersByKind {
  readonly places: ReadonlySet<string>;
  readonly ages: ReadonlySet<string>;
}

/** linkIds whose answers tell a place below the state, or an age. */
function answersByKind({ policy }: Plan): AnswersByKind {
  const linkIds = (kinds: readonly AnswerRule["kind"][]) =>
    new Set(
      policy.questionnaires.flatMap(({ answers }) =>
        Object.entries(answers).flatMap(([linkId, { kind }]) => (kinds.includes(kind) ? [linkId] : [])),
      ),
    );
  return { places: linkIds(["district"]), ages: linkIds(["ageYears", "birthDate"]) };
}

class Walk {
  readonly #level: GeneralisationLevel;
  readonly #answers: AnswersByKind;

  constructor(level: GeneralisationLevel, answers: AnswersByKind) {
    this.#level = level;
    this.#answers = answers;
  }

  object(value: JsonObject, name: string): JsonObject {
    const kept: Record<string, Json> = {};
    for (const [key, member] of Object.entries(value)) {
      const generalised = this.#member(key, member, value);
      if (generalised !== undefined) kept[key] = generalised;
    }
    return name === "" && value.resourceType === "Patient" ? this.#withWideBirth(kept, value) : kept;
  }

  #member(key: string, value: Json, parent: JsonObject): Json | undefined {
    if (key === "district") return undefined;
    if (key === "answer" && this.#isHidden(parent.linkId)) return undefined;
    if (key === "birthDate" || key === "_birthDate") return undefined;
    return this.#value(key, value);
  }

  #value(key: string, value: Json): Json | undefined {
    if (typeof value === "string") return this.#text(key, value);
    if (Array.isArray(value)) {
      const kept = value.map((item) => this.#value(key, item)).filter((item) => item !== undefined);
      return kept.length === 0 ? undefined : kept;
    }
    if (!isObject(value)) return value;
    if (this.#level >= 2 && (isAge(value) || value.url === AGE_RANGE_URL)) return undefined;
    const kept = this.object(value, key);
    // What had something and has nothing left is gone; a question without its answer is, too.
    const isEmpty =
      Object.keys(kept).length === 0 ||
      (key === "item" && isBareItem(kept)) ||
      (key === "extension" && Object.keys(kept).every((member) => member === "url"));
    return isEmpty ? undefined : kept;
  }

  #text(key: string, text: string): string {
    return NO_DATES.has(key) || !DATE.test(text) ? text : generalisedDate(text, this.#level);
  }

  #isHidden(linkId: Json | undefined): boolean {
    if (typeof linkId !== "string") return false;
    return this.#answers.places.has(linkId) || (this.#level >= 2 && this.#answers.ages.has(linkId));
  }

  /** The cohort of a Patient, wider: date and range agree. */
  #withWideBirth(kept: Record<string, Json>, patient: JsonObject): JsonObject {
    const { birthDate, _birthDate, extension } = patient;
    const range = Array.isArray(extension)
      ? extension.find((item) => isObject(item) && item.url === AGE_RANGE_URL)
      : undefined;
    if (this.#level === 1) return withBirth(kept, birthDate, _birthDate, undefined);
    if (this.#level === 3) return kept;
    // Ninety and over has no cohort, and is as wide as it can be.
    if (typeof birthDate !== "string") return withBirth(kept, undefined, _birthDate, range);
    const first = Number(birthDate.slice(0, 4));
    const high = Number(
      isObject(range) && isObject(range.valueRange) && isObject(range.valueRange.high)
        ? range.valueRange.high.value
        : Number.NaN,
    );
    const wide = Math.floor(first / WIDE_COHORT_YEARS) * WIDE_COHORT_YEARS;
    return withBirth(kept, `${wide}-01-01`, undefined, wideRange(range, high + first - wide));
  }
}

function withBirth(
  kept: Record<string, Json>,
  birthDate: Json | undefined,
  sibling: Json | undefined,
  range: Json | undefined,
): JsonObject {
  const others = Array.isArray(kept.extension) ? kept.extension : [];
  return {
    ...kept,
    ...(birthDate === undefined ? {} : { birthDate }),
    ...(sibling === undefined ? {} : { _birthDate: sibling }),
    ...(range === undefined ? {} : { extension: [...others, range] }),
  };
}

function wideRange(range: Json | undefined, high: number): Json | undefined {
  if (!isObject(range) || !isObject(range.valueRange) || Number.isNaN(high)) return undefined;
  const { low } = range.valueRange;
  const years = (value: number) => ({ ...(isObject(low) ? low : {}), value });
  const lowest = Math.max(0, high - WIDE_COHORT_YEARS + 1);
  return { ...range, valueRange: { low: years(lowest), high: years(high) } };
}

/** An Age, or a Range of ages, in years. */
function isAge(value: JsonObject): boolean {
  const isYears = (quantity: Json | undefined) => isObject(quantity) && quantity.code === "a";
  return isYears(value) || isYears(value.low) || isYears(value.high);
}

function isBareItem(item: JsonObject): boolean {
  return item.answer === undefined && item.item === undefined;
}
