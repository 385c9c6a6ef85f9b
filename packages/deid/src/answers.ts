import type { Json, JsonObject } from "@aarohan/fhir";
import { birthCohort, birthDateFromAge } from "./age-band.ts";
import { type CompiledTerminologies, releasedCoding } from "./coding.ts";
import { truncateDate } from "./fhir-date.ts";
import { isObject } from "./json-object.ts";
import type { AnswerRule } from "./policy.ts";
import { optionKey, type QuestionnaireForm, type QuestionnaireForms } from "./questionnaire-form.ts";
import { type CompiledQuestionnaire, type CompiledQuestionnaires, rulesFor } from "./questionnaire-rules.ts";
import { isReleasableDistrict, stateOf } from "./region.ts";
import { wholePattern } from "./whole-pattern.ts";

export interface AnswerContext {
  readonly questionnaires: CompiledQuestionnaires;
  /** Offset of the programme's time zone from UTC in minutes. */
  readonly utcOffsetMinutes: number;
  readonly terminologies: CompiledTerminologies;
  /** The QuestionnaireResponse: its `questionnaire` chooses the rules, its `authored` dates an age in years. */
  readonly response: JsonObject;
  readonly releaseYear: number;
  readonly forms: QuestionnaireForms | undefined;
  /** A date by the policy's rule for dates. */
  readonly date: (text: string) => string | undefined;
}

/** Items inside items deeper than this are dropped. */
const MAXIMUM_DEPTH = 16;
const MASKED: Json = {
  extension: [{ url: "http://hl7.org/fhir/StructureDefinition/data-absent-reason", valueCode: "masked" }],
};

/** The items of which something may leave. An item is known by (questionnaire, linkId) and nothing else. */
export function releasedAnswers(items: Json, context: AnswerContext): Json | undefined {
  const rules = rulesFor(context.questionnaires, context.response.questionnaire);
  if (rules === undefined) return undefined;
  const state = rules.hasDistrict ? stateAnswer(items, rules, 0) : undefined;
  return new Answers(rules, context, state).items(items, 0);
}

type CohortRule = Extract<AnswerRule, { kind: "ageYears" | "birthDate" }>;

class Answers {
  readonly #rules: CompiledQuestionnaire;
  readonly #context: AnswerContext;
  /** The state that was answered: a district is told only within it. */
  readonly #state: string | undefined;
  readonly #form: QuestionnaireForm | undefined;

  constructor(rules: CompiledQuestionnaire, context: AnswerContext, state: string | undefined) {
    this.#rules = rules;
    this.#context = context;
    this.#state = state;
    const { questionnaire } = context.response;
    this.#form = typeof questionnaire === "string" ? context.forms?.get(questionnaire) : undefined;
  }

  items(items: Json | undefined, depth: number): Json | undefined {
    if (!Array.isArray(items) || depth > MAXIMUM_DEPTH) return undefined;
    return notEmpty(items.map((item) => this.#item(item, depth)));
  }

  #item(item: Json, depth: number): Json | undefined {
    if (!isObject(item) || typeof item.linkId !== "string" || item.modifierExtension !== undefined)
      return undefined;
    const rule = this.#rules.answers.get(item.linkId);
    if (rule === undefined) return undefined;
    const answers = Array.isArray(item.answer)
      ? notEmpty(item.answer.map((answer) => this.#answer(item.linkId, rule, answer, depth)))
      : undefined;
    const nested = this.items(item.item, depth + 1);
    if (answers === undefined && nested === undefined) return undefined;
    // The words of the question are the Questionnaire's own; what the response wrote there is dropped.
    const text = this.#form?.items.get(item.linkId)?.text;
    return {
      linkId: item.linkId,
      ...(text === undefined ? {} : { text }),
      ...(answers === undefined ? {} : { answer: answers }),
      ...(nested === undefined ? {} : { item: nested }),
    };
  }

  #answer(linkId: Json | undefined, rule: AnswerRule, answer: Json, depth: number): Json | undefined {
    if (!isObject(answer) || answer.modifierExtension !== undefined) return undefined;
    const value = rule.kind === "choice" ? this.#choice(linkId, answer) : this.#value(rule, answer);
    const nested = this.items(answer.item, depth + 1);
    if (value === undefined && nested === undefined) return undefined;
    return { ...value, ...(nested === undefined ? {} : { item: nested }) };
  }

  /** An answer of the terminologies, or one that the Questionnaire itself offers, as the form writes it. */
  #choice(linkId: Json | undefined, answer: JsonObject): JsonObject | undefined {
    const coded = this.#coded(answer.valueCoding);
    if (coded !== undefined || this.#form === undefined || typeof linkId !== "string") return coded;
    const key = optionKey(answer);
    return key === undefined ? undefined : this.#form.items.get(linkId)?.options.get(key);
  }

  #value(rule: AnswerRule, answer: JsonObject): JsonObject | undefined {
    switch (rule.kind) {
      case "coded":
        return this.#coded(answer.valueCoding);
      case "token":
        return text(answer, (value) => rule.values.includes(value));
      case "pattern":
        return text(answer, (value) => wholePattern(rule.pattern).test(value));
      case "number":
        return number(answer, rule);
      case "labelledScore":
        return text(answer, (value) => isLabelledScore(value, rule.values));
      case "state":
        return text(answer, (value) => stateOf(value) !== undefined);
      case "district":
        return text(answer, (value) => isReleasableDistrict(value, this.#state));
      case "boolean":
        return typeof answer.valueBoolean === "boolean" ? { valueBoolean: answer.valueBoolean } : undefined;
      case "date":
        return this.#date(answer.valueDate);
      case "birthDate":
        return typeof answer.valueDate === "string" ? this.#cohort(rule, answer.valueDate, true) : undefined;
      case "ageYears":
        return this.#age(rule, answer.valueInteger);
      case "group":
      case "choice":
        return undefined;
    }
  }

  #date(value: Json | undefined): JsonObject | undefined {
    const date = typeof value === "string" ? this.#context.date(value) : undefined;
    return date === undefined ? undefined : { valueDate: date };
  }

  #coded(coding: Json | undefined): JsonObject | undefined {
    const released = isObject(coding) ? releasedCoding(this.#context.terminologies, coding) : undefined;
    return released === undefined ? undefined : { valueCoding: released };
  }

  #age(rule: CohortRule, years: Json | undefined): JsonObject | undefined {
    const { authored } = this.#context.response;
    if (typeof years !== "number" || !Number.isInteger(years) || years < 0 || years > 130) return undefined;
    if (typeof authored !== "string") return undefined;
    const day = truncateDate(authored, "day", this.#context.utcOffsetMinutes);
    const birthDate = day?.length === 10 ? birthDateFromAge(years, day) : undefined;
    return birthDate === undefined ? undefined : this.#cohort(rule, birthDate, false);
  }

  /** The cohort's range as an extension; the answer itself is the cohort's first day, or masked. */
  #cohort({ years, topAge }: CohortRule, birthDate: string, asDate: boolean): JsonObject | undefined {
    const cohort = birthCohort(birthDate, { years, topAge, releaseYear: this.#context.releaseYear });
    if (cohort === undefined) return undefined;
    const extension = [cohort.ageRange];
    if (!asDate) return { extension, _valueInteger: MASKED };
    return cohort.birthDate === undefined
      ? { extension, _valueDate: MASKED }
      : { extension, valueDate: cohort.birthDate };
  }
}

function stateAnswer(
  items: Json | undefined,
  rules: CompiledQuestionnaire,
  depth: number,
): string | undefined {
  if (!Array.isArray(items) || depth > MAXIMUM_DEPTH) return undefined;
  for (const item of items) {
    if (!isObject(item) || typeof item.linkId !== "string") continue;
    const first = Array.isArray(item.answer) ? item.answer[0] : undefined;
    const isState = rules.answers.get(item.linkId)?.kind === "state";
    if (isState && isObject(first) && typeof first.valueString === "string") return first.valueString;
    const nested = stateAnswer(item.item, rules, depth + 1);
    if (nested !== undefined) return nested;
  }
  return undefined;
}

function text(answer: JsonObject, isReleased: (value: string) => boolean): JsonObject | undefined {
  const value = answer.valueString;
  return typeof value === "string" && isReleased(value) ? { valueString: value } : undefined;
}

function number(
  answer: JsonObject,
  { least, most }: { least: number; most: number },
): JsonObject | undefined {
  const { valueInteger, valueDecimal } = answer;
  const value = valueInteger ?? valueDecimal;
  if (typeof value !== "number" || !(value >= least && value <= most)) return undefined;
  return valueInteger === undefined ? { valueDecimal: value } : { valueInteger: value };
}

function isLabelledScore(value: string, labels: readonly string[]): boolean {
  const [, label = "", score = ""] = /^([^|]+)\|(\d{1,3}(?:\.\d{1,2})?)$/.exec(value) ?? [];
  return labels.includes(label) && Number(score) <= 100;
}

function notEmpty(values: readonly (Json | undefined)[]): Json[] | undefined {
  const present = values.filter((value) => value !== undefined);
  return present.length === 0 ? undefined : present;
}
