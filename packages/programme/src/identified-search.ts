import { type AdmittedSearch, answerColumns, type Plan, questionnaireNames } from "@aarohan/deid";
import { type DescribedType, type SearchParameter, splitOr } from "@aarohan/fhir";
import type { AnswerColumn } from "@aarohan/formats";

/** linkIds of the programme's forms that no policy for anonymised data names: their answers identify people. */
const IDENTIFYING_LINK_IDS = [
  "patient-name-given",
  "patient-name-family",
  "patient-identifier-abha",
  "patient-contact-primary",
  "patient-contact-secondary",
  "patient-address-house",
  "patient-address-village",
  "patient-address-pincode",
  "aa-reference-id",
  "note",
];

/** Columns for who sees identified data: those of the anonymised table, and the identifying answers. */
export function identifiedAnswers(plan: Plan): AnswerColumn[] {
  return [
    ...answerColumns(plan),
    ...IDENTIFYING_LINK_IDS.map((linkId) => ({ linkId, kind: "text" as const })),
  ];
}

/**
 * A search of somebody who sees everything: passed on as it is, save for the export guide's own spellings. The upstream
 * refuses what it does not know.
 */
export function identifiedSearch(
  plan: Plan,
  resourceType: string,
  parameters: readonly SearchParameter[],
): AdmittedSearch {
  const self = parameters.map((parameter): [string, string] => [written(parameter), parameter.value]);
  const upstream = self.map(([name, value]): [string, string] => {
    if (resourceType !== "QuestionnaireResponse") return [name, value];
    if (name === "date") return ["authored", value];
    if (name === "questionnaire")
      return [
        name,
        splitOr(value)
          .flatMap((part) => questionnaireNames(plan, part))
          .join(","),
      ];
    if (name === "_sort") return [name, value.replace(/(^|,)(-?)date(?=,|$)/g, "$1$2authored")];
    return [name, value];
  });
  return {
    upstream,
    self,
    empty: false,
    notices: [],
    sort: "",
    matches: () => true,
    exact: true,
    inclusions: undefined,
  };
}

/** What the server describes, with the parameter that the export guide calls otherwise. */
export function withGuidesSpelling(described: DescribedType): DescribedType {
  const { type, parameters } = described;
  const authored = parameters.find(({ name }) => name === "authored");
  if (type !== "QuestionnaireResponse" || authored === undefined) return described;
  return { ...described, parameters: [...parameters, { ...authored, name: "date" }] };
}

function written({ name, modifier, chain }: SearchParameter): string {
  return name + (modifier === undefined ? "" : `:${modifier}`) + (chain === undefined ? "" : `.${chain}`);
}
