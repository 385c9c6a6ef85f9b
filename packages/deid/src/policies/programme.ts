import type { AnswerRule, Policy } from "../policy.ts";
import { clinicalResources } from "./clinical-resources.ts";
import { HABITS, programmeTerminologies, YES_NO } from "./programme-terminologies.ts";
import { withheldResources } from "./withheld-resources.ts";

const choice: AnswerRule = { kind: "choice" };
const group: AnswerRule = { kind: "group" };
const aiResult: AnswerRule = {
  kind: "labelledScore",
  values: [
    "Suspicious",
    "Non-suspicious",
    "Non Suspicious",
    "Non-Suspicious",
    "suspicious",
    "non-suspicious",
  ],
};

/** linkIds of the 13 photographs' results; the photographs themselves are not named, so they are dropped. */
const imageResults = Object.fromEntries(
  Array.from({ length: 13 }, (_, index) => [`patient-screening-image-${index + 1}-ai-result`, aiResult]),
);

/** The follow-up outcomes, which the source writes as text. */
const outcomes = Object.fromEntries(
  [
    "NOT_CONTACTED",
    "NOT_RESPONDED",
    "AGREED_FOLLOWUP_NOT_DONE",
    "NOT_AGREED_FOR_FOLLOWUP",
    "FOLLOWUP_DONE",
    "FOLLOWUP_NOT_DONE",
  ].map((outcome) => [outcome, outcome]),
);

/** Hours, days and sites of staff are not named anywhere below: one front-line worker is about one village. */
const resources: Policy["resources"] = {
  Patient: {
    source: "export guide, Anonymization",
    elements: {
      identifier: {
        method: "pseudonym",
        system: "https://artpark.in/patient-id",
        source: "export guide: Aadhaar, ABHA and other identifiers are hashed",
      },
      active: "keep",
      name: { method: "pseudonym", source: "export guide: names are removed" },
      gender: "keep",
      birthDate: { method: "ageBand", years: 5, topAge: 90, source: "export guide: ages are generalised" },
      "deceased[x]": "presence",
      address: {
        method: "region",
        level: "district",
        source: "export guide: addresses are generalised to the region",
      },
    },
  },
  QuestionnaireResponse: {
    source: "export guide, screening responses",
    elements: {
      questionnaire: {
        method: "keep",
        values: [
          "Questionnaire/OralCancerPatientRegistration",
          "Questionnaire/OralCancerScreenPatient",
          "Questionnaire/oral-cancer-screening",
          "https://midas.iisc.ac.in/fhir/Questionnaire/OralCancerPatientRegistration",
          "https://midas.iisc.ac.in/fhir/Questionnaire/OralCancerScreenPatient",
        ],
      },
      status: "type",
      subject: "type",
      encounter: "type",
      authored: "type",
      item: "answers",
    },
  },
  Task: {
    unnamed: "type",
    elements: {
      instantiatesUri: {
        method: "keep",
        values: [
          "https://midas.iisc.ac.in/fhir/Task/oral-cancer-screening-follow-up",
          "https://midas.iisc.ac.in/fhir/Task/oral-cancer-screening-task",
        ],
      },
      input: "drop",
      "output.type": "type",
      "output.value[x]": {
        method: "recode",
        system: "https://artpark.in/CodeSystem/follow-up-outcome",
        map: outcomes,
      },
    },
  },
  ...withheldResources,
  ...clinicalResources,
};

/** The programme's default policy for analysts, as the export guide promises it. */
export const programmePolicy: Policy = {
  name: "programme",
  version: "2.0.0",
  description: "What data analysts of the programme receive, as the export guide promises it.",
  audience: "anonymised",
  utcOffsetMinutes: 330,
  securityLabels: ["PSEUDED", "REDACTED"],
  everyResource: {
    id: "pseudonym",
    "meta.lastUpdated": { method: "truncateDate", precision: "day" },
    contained: "resources",
  },
  resources,
  otherResources: { unnamed: "type", source: "by the rules of the data types alone" },
  types: {
    boolean: "keep",
    // Codes of required bindings alone: what is typed into a code has no way out.
    code: "keep",
    date: { method: "truncateDate", precision: "month", source: "export guide: dates are generalised" },
    dateTime: { method: "truncateDate", precision: "month", source: "export guide: dates are generalised" },
    Period: { elements: { start: "type", end: "type" } },
    Coding: "terminology",
    CodeableConcept: { elements: { coding: "type" } },
    Reference: "pseudonym",
    decimal: { method: "keep", least: 0, most: 1000 },
    // An age has its own rule, and no number in units of age passes beside it.
    Age: { method: "ageBand", years: 5, topAge: 90 },
    Quantity: { method: "quantity", units: ["%", "1", "mm", "cm", "{score}"], least: 0, most: 1000 },
    Range: { elements: { low: "type", high: "type" } },
    Ratio: { elements: { numerator: "type", denominator: "type" } },
  },
  extensions: {
    "https://midas.iisc.ac.in/CodeSystem/refer-case": {
      on: ["QuestionnaireResponse"],
      values: { valueBoolean: "keep" },
    },
  },
  terminologies: programmeTerminologies,
  recodings: [{ prefix: "urn:uuid:", targets: [HABITS, YES_NO] }],
  openReferences: ["Location/physical-location-field", "Location/physical-location-hospital"],
  questionnaires: [
    {
      names: [
        "Questionnaire/OralCancerPatientRegistration",
        "https://midas.iisc.ac.in/fhir/Questionnaire/OralCancerPatientRegistration",
      ],
      answers: {
        "basic-info-group": group,
        "location-physical-type": choice,
        "patient-age": choice,
        "patient-age-by-dob": { kind: "birthDate", years: 5, topAge: 90 },
        "patient-age-by-years": { kind: "ageYears", years: 5, topAge: 90 },
        "patient-gender": choice,
        "patient-address-state": { kind: "state" },
        "patient-address-district": { kind: "district" },
        "habit-history-group": group,
        "patient-habit-cigarette": choice,
        "patient-habit-tobacco": choice,
        "patient-habit-areca": choice,
        "patient-habit-alcohol": choice,
        "screening-group": group,
        "patient-screening-question-group": group,
        "patient-screening-mouth-open": choice,
        "patient-screening-lesion": choice,
        "patient-screening-self-reported": choice,
        "patient-screening-image-group": group,
        ...imageResults,
        "case-level-ai-result": { kind: "token", values: ["suspicious", "non-suspicious"] },
      },
    },
    {
      names: [
        "https://midas.iisc.ac.in/fhir/Questionnaire/OralCancerScreenPatient",
        "Questionnaire/OralCancerScreenPatient",
      ],
      answers: { "provisional-diagnosis": choice, "oral-cavity-site": choice, recommendation: choice },
    },
    {
      names: ["Questionnaire/oral-cancer-screening"],
      answers: {
        symptoms: {
          kind: "token",
          values: [
            "white_patches",
            "red_patches",
            "ulcer",
            "non_healing_ulcer",
            "burning_sensation",
            "restricted_mouth_opening",
            "lump",
            "bleeding",
            "pain",
            "difficulty_swallowing",
            "none",
          ],
        },
      },
    },
  ],
};
