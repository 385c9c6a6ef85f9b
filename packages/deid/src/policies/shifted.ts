import type { Policy } from "../policy.ts";
import { clinicalResources } from "./clinical-resources.ts";
import { clinicalTerminologies, clinicalTypes } from "./clinical-types.ts";
import { programmePolicy } from "./programme.ts";
import { withheldResources } from "./withheld-resources.ts";

/**
 * For research that needs intervals: all dates of a patient move by the same number of days. An expert has to determine
 * that the risk is very small, 45 CFR 164.514(b)(1).
 */
export const shiftedPolicy: Policy = {
  name: "shifted",
  version: "1.0.0",
  description:
    "Dates moved by the patient's own number of days; for expert determination, 45 CFR 164.514(b)(1).",
  audience: "anonymised",
  use: "export",
  utcOffsetMinutes: 330,
  securityLabels: ["PSEUDED", "REDACTED"],
  // meta.lastUpdated would tell when it truly was.
  everyResource: { id: "pseudonym", contained: "resources" },
  resources: {
    ...withheldResources,
    ...clinicalResources,
    Patient: {
      elements: {
        active: "keep",
        gender: "keep",
        birthDate: { method: "ageBand", years: 5, topAge: 90, source: "by cohort, never moved" },
        "deceased[x]": "presence",
        address: { method: "region", level: "state" },
      },
    },
    QuestionnaireResponse: {
      elements: {
        questionnaire: {
          method: "keep",
          values: programmePolicy.questionnaires.flatMap(({ names }) => names),
        },
        status: "type",
        subject: "type",
        encounter: "type",
        authored: "type",
        item: "answers",
      },
    },
  },
  otherResources: { unnamed: "type" },
  types: {
    ...clinicalTypes,
    date: { method: "shiftDate", mostDays: 182 },
    dateTime: { method: "shiftDate", mostDays: 182 },
    instant: { method: "shiftDate", mostDays: 182 },
    Age: { method: "ageBand", years: 5, topAge: 90 },
  },
  extensions: programmePolicy.extensions,
  terminologies: clinicalTerminologies,
  recodings: programmePolicy.recodings,
  openReferences: programmePolicy.openReferences,
  questionnaires: programmePolicy.questionnaires.map(({ names, answers }) => ({
    names,
    answers: Object.fromEntries(Object.entries(answers).filter(([, rule]) => rule.kind !== "district")),
  })),
};
