import type { Json, JsonObject } from "@aarohan/fhir";
import { isObject, listOf } from "./json-object.ts";

/** What a Questionnaire itself says of its items: the closed choices, and the words of the questions. */
export interface QuestionnaireForm {
  /** `url|version`, `url`, or `Questionnaire/id`. */
  readonly name: string;
  readonly items: ReadonlyMap<string, FormItem>;
}

export interface FormItem {
  readonly text: string | undefined;
  /** Key of an option (`optionKey`) → the answer as the Questionnaire writes it. */
  readonly options: ReadonlyMap<string, JsonObject>;
}

/** The forms that are known, by the text of `QuestionnaireResponse.questionnaire`, its version included. */
export type QuestionnaireForms = ReadonlyMap<string, QuestionnaireForm>;

/** Items inside items deeper than this are not read. */
const MAXIMUM_DEPTH = 16;

/** Reads a Questionnaire: `answerOption`, and an `answerValueSet` that it contains (FHIR R4 §Questionnaire). */
export function questionnaireForm(questionnaire: JsonObject): QuestionnaireForm {
  const items = new Map<string, FormItem>();
  collect(questionnaire.item, containedValueSets(questionnaire), items, 0);
  const { url, version, id } = questionnaire;
  const name = typeof url === "string" ? url : `Questionnaire/${String(id)}`;
  return { name: typeof version === "string" ? `${name}|${version}` : name, items };
}

/** Key of an answer's value among a form's options; `undefined` for values that no option can have. */
export function optionKey(answer: JsonObject): string | undefined {
  const { valueCoding, valueString, valueInteger, valueDate, valueTime } = answer;
  if (isObject(valueCoding))
    return JSON.stringify(["coding", valueCoding.system ?? "", valueCoding.code ?? ""]);
  if (typeof valueString === "string") return JSON.stringify(["string", valueString]);
  if (typeof valueInteger === "number") return JSON.stringify(["integer", valueInteger]);
  if (typeof valueDate === "string") return JSON.stringify(["date", valueDate]);
  return typeof valueTime === "string" ? JSON.stringify(["time", valueTime]) : undefined;
}

function collect(
  items: Json | undefined,
  valueSets: ReadonlyMap<string, readonly JsonObject[]>,
  into: Map<string, FormItem>,
  depth: number,
): void {
  if (depth > MAXIMUM_DEPTH) return;
  for (const item of listOf(items)) {
    if (!isObject(item) || typeof item.linkId !== "string") continue;
    const { linkId, text, answerValueSet } = item;
    const listed = typeof answerValueSet === "string" ? (valueSets.get(answerValueSet) ?? []) : [];
    const options = new Map<string, JsonObject>();
    for (const option of [...listOf(item.answerOption).filter(isObject).map(optionValue), ...listed]) {
      const key = optionKey(option);
      if (key !== undefined) options.set(key, option);
    }
    into.set(linkId, { text: typeof text === "string" ? text : undefined, options });
    collect(item.item, valueSets, into, depth + 1);
  }
}

/** Of an option nothing but its value: system, code and display of a coding. */
function optionValue({
  valueCoding,
  valueString,
  valueInteger,
  valueDate,
  valueTime,
}: JsonObject): JsonObject {
  if (isObject(valueCoding)) return { valueCoding: plainCoding(valueCoding) };
  if (valueString !== undefined) return { valueString };
  if (valueInteger !== undefined) return { valueInteger };
  if (valueDate !== undefined) return { valueDate };
  return valueTime === undefined ? {} : { valueTime };
}

function plainCoding({ system, code, display }: JsonObject): JsonObject {
  return {
    ...(typeof system === "string" ? { system } : {}),
    ...(typeof code === "string" ? { code } : {}),
    ...(typeof display === "string" ? { display } : {}),
  };
}

/** `#id` → options, of the ValueSets that the Questionnaire contains. */
function containedValueSets(questionnaire: JsonObject): ReadonlyMap<string, readonly JsonObject[]> {
  const sets = new Map<string, readonly JsonObject[]>();
  for (const resource of listOf(questionnaire.contained)) {
    if (!isObject(resource) || resource.resourceType !== "ValueSet" || typeof resource.id !== "string")
      continue;
    sets.set(`#${resource.id}`, valueSetOptions(resource));
  }
  return sets;
}

function valueSetOptions(valueSet: JsonObject): JsonObject[] {
  const expansion = isObject(valueSet.expansion) ? listOf(valueSet.expansion.contains).filter(isObject) : [];
  if (expansion.length > 0) return expansion.map((coding) => ({ valueCoding: plainCoding(coding) }));
  const includes = isObject(valueSet.compose) ? listOf(valueSet.compose.include).filter(isObject) : [];
  return includes.flatMap(({ system, concept }) =>
    listOf(concept)
      .filter(isObject)
      .map(({ code, display }) => ({
        valueCoding: plainCoding({
          ...(system === undefined ? {} : { system }),
          ...(code === undefined ? {} : { code }),
          ...(display === undefined ? {} : { display }),
        }),
      })),
  );
}
