import type { AnyResource, Json } from "@aarohan/fhir";
import { ageRangeOf, codeColumn, column, idColumns, referenceColumn } from "./columns.ts";
import { cellAt, joined, listAt, textAt } from "./read-element.ts";
import type { Cell, Column } from "./table.ts";

/** A linkId that has a column, and the kind of its answers. */
export interface AnswerColumn {
  readonly linkId: string;
  readonly kind:
    | "choice"
    | "coded"
    | "token"
    | "pattern"
    | "number"
    | "labelledScore"
    | "state"
    | "district"
    | "ageYears"
    | "birthDate"
    | "boolean"
    | "date"
    | "text";
}

/** Columns by linkId: item texts vary by language and version, linkIds do not. */
export function questionnaireResponseColumns(answers: readonly AnswerColumn[]): Column[] {
  const type = "QuestionnaireResponse";
  return [
    ...idColumns(type),
    column("questionnaire", "string", `${type}.questionnaire`, "Questionnaire that was answered."),
    codeColumn(
      "status",
      "http://hl7.org/fhir/questionnaire-answers-status",
      `${type}.status`,
      "Status of the response.",
    ),
    referenceColumn("patient_id", `${type}.subject`, "Patient that it is about."),
    referenceColumn("encounter_id", `${type}.encounter`, "Encounter that it belongs to."),
    column(
      "authored",
      "string",
      `${type}.authored`,
      "When it was filled in; to the month in anonymised data.",
    ),
    ...answers.flatMap(answerColumns),
  ];
}

function answerColumns({ linkId, kind }: AnswerColumn): Column[] {
  const path = `QuestionnaireResponse.item.where(linkId='${linkId}').answer`;
  const name = linkId.replaceAll("-", "_");
  const read = (part: (answer: Json) => string | undefined) => (resource: AnyResource) =>
    joined(answersTo(resource, linkId).map(part));
  const first = (part: (answer: Json) => Cell) => (resource: AnyResource) => {
    const [answer] = answersTo(resource, linkId);
    return answer === undefined ? undefined : part(answer);
  };
  switch (kind) {
    case "labelledScore":
      return [
        column(
          `${name}_label`,
          "string",
          path,
          `Label of ${linkId}.`,
          read((a) => textAt(a, "valueString")?.split("|")[0]),
        ),
        column(`${name}_score`, "decimal", path, `Score of ${linkId}, 0 to 100.`, first(scoreOf)),
      ];
    case "ageYears":
    case "birthDate":
      return [
        column(
          name,
          kind === "birthDate" ? "date" : "integer",
          path,
          `Answer to ${linkId}; in anonymised data the cohort's first day, or empty.`,
          first(plainValue),
        ),
        column(
          `${name}_age_low`,
          "integer",
          path,
          "Lowest age of the birth cohort in the release year.",
          first((a) => ageRangeOf(a)?.low),
        ),
        column(
          `${name}_age_high`,
          "integer",
          path,
          "Highest age of the birth cohort.",
          first((a) => ageRangeOf(a)?.high),
        ),
      ];
    case "boolean":
      return [
        column(
          name,
          "boolean",
          path,
          `Answer to ${linkId}.`,
          first((a) => cellAt(a, "valueBoolean")),
        ),
      ];
    case "number":
      return [
        column(
          name,
          "decimal",
          path,
          `Answer to ${linkId}: its first number.`,
          first((a) => cellAt(a, "valueInteger") ?? cellAt(a, "valueDecimal")),
        ),
      ];
    default:
      return [column(name, "string", path, `Answer to ${linkId}: code, or text.`, read(answerText))];
  }
}

function scoreOf(answer: Json): Cell {
  const score = textAt(answer, "valueString")?.split("|")[1];
  // Number("") is 0, and a score that was not given is not a score of 0.
  return score !== undefined && /^\d{1,3}(\.\d+)?$/.test(score) ? Number(score) : undefined;
}

function plainValue(answer: Json): Cell {
  return cellAt(answer, "valueDate") ?? cellAt(answer, "valueInteger");
}

function answerText(answer: Json): string | undefined {
  return textAt(answer, "valueCoding", "code") ?? textAt(answer, "valueString") ?? scalarText(answer);
}

function scalarText(answer: Json): string | undefined {
  const value = plainValue(answer) ?? cellAt(answer, "valueBoolean") ?? cellAt(answer, "valueDecimal");
  return value === undefined ? undefined : String(value);
}

/** Items inside items deeper than this are not looked for. */
const MAXIMUM_DEPTH = 32;

type AnswersByLinkId = Map<string, Json[]>;

/** Every column asks the same response: it is walked once, and forgotten with the response. */
const walked = new WeakMap<AnyResource, AnswersByLinkId>();

/** All answers to a linkId, at any depth, below answers too. */
function answersTo(response: AnyResource, linkId: string): readonly Json[] {
  let answers = walked.get(response);
  if (answers === undefined) {
    answers = new Map();
    collectAnswers(response, answers, 0);
    walked.set(response, answers);
  }
  return answers.get(linkId) ?? [];
}

function collectAnswers(owner: Json, into: AnswersByLinkId, depth: number): void {
  if (depth > MAXIMUM_DEPTH) return;
  for (const item of listAt(owner, "item")) {
    const answers = listAt(item, "answer");
    const linkId = textAt(item, "linkId");
    if (linkId !== undefined) addAnswers(into, linkId, answers);
    for (const nested of [item, ...answers]) collectAnswers(nested, into, depth + 1);
  }
}

function addAnswers(into: AnswersByLinkId, linkId: string, answers: readonly Json[]): void {
  const known = into.get(linkId);
  if (known === undefined) into.set(linkId, [...answers]);
  else for (const answer of answers) known.push(answer);
}
