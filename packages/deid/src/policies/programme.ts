import type { AnswerRule, ElementRules, Policy, Rule } from "../policy.ts";
import { HABITS, programmeTerminologies, YES_NO } from "./programme-terminologies.ts";

const keep = (...values: string[]): Rule => ({ method: "keep", values });
const elements = (rules: ElementRules): Rule => ({ method: "elements", elements: rules });

const coded: AnswerRule = { kind: "coded" };
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

/** http://hl7.org/fhir/observation-status, which RiskAssessment uses too. */
const resultStatus = keep(
  "registered",
  "preliminary",
  "final",
  "amended",
  "corrected",
  "cancelled",
  "entered-in-error",
  "unknown",
);

/** linkIds of the 13 photographs' results; the photographs themselves are not named, so they are dropped. */
const imageResults = Object.fromEntries(
  Array.from({ length: 13 }, (_, index) => [`patient-screening-image-${index + 1}-ai-result`, aiResult]),
);

/** Hours, days and sites of staff are not named anywhere below: one front-line worker is about one village. */
const resources: Policy["resources"] = {
  Patient: {
    identifier: { method: "anonymousIdentifier", system: "https://artpark.in/patient-id" },
    active: { method: "keep" },
    name: { method: "anonymousName" },
    gender: keep("male", "female", "other", "unknown"),
    birthDate: { method: "birthCohort", years: 5, topAge: 90 },
    "deceased[x]": { method: "presence" },
    address: { method: "region" },
  },
  Observation: {
    status: resultStatus,
    category: "type",
    code: "type",
    subject: "type",
    encounter: "type",
    "effective[x]": "type",
    "value[x]": "type",
    dataAbsentReason: "type",
    interpretation: "type",
    bodySite: "type",
    method: "type",
    derivedFrom: "type",
  },
  QuestionnaireResponse: {
    questionnaire: {
      method: "canonical",
      values: [
        "Questionnaire/OralCancerPatientRegistration",
        "Questionnaire/OralCancerScreenPatient",
        "Questionnaire/oral-cancer-screening",
        "https://midas.iisc.ac.in/fhir/Questionnaire/OralCancerPatientRegistration",
        "https://midas.iisc.ac.in/fhir/Questionnaire/OralCancerScreenPatient",
      ],
    },
    status: keep("in-progress", "completed", "amended", "entered-in-error", "stopped"),
    subject: "type",
    encounter: "type",
    authored: "type",
    item: { method: "answers" },
  },
  Encounter: {
    status: keep(
      "planned",
      "arrived",
      "triaged",
      "in-progress",
      "onleave",
      "finished",
      "cancelled",
      "entered-in-error",
      "unknown",
    ),
    class: "type",
    type: "type",
    serviceType: "type",
    priority: "type",
    subject: "type",
    period: "type",
    reasonCode: "type",
    location: elements({ location: "type", status: keep("planned", "active", "reserved", "completed") }),
  },
  Condition: {
    clinicalStatus: "type",
    verificationStatus: "type",
    category: "type",
    severity: "type",
    code: "type",
    bodySite: "type",
    subject: "type",
    encounter: "type",
    "onset[x]": "type",
    "abatement[x]": "type",
    recordedDate: "type",
  },
  ClinicalImpression: {
    status: keep("in-progress", "completed", "entered-in-error"),
    code: "type",
    subject: "type",
    encounter: "type",
    "effective[x]": "type",
    date: "type",
    problem: "type",
    finding: elements({ itemCodeableConcept: "type", itemReference: "type" }),
    prognosisCodeableConcept: "type",
  },
  RiskAssessment: {
    status: resultStatus,
    method: "type",
    code: "type",
    subject: "type",
    encounter: "type",
    "occurrence[x]": "type",
    condition: "type",
    prediction: elements({ outcome: "type", qualitativeRisk: "type", "probability[x]": "type" }),
  },
  Task: {
    instantiatesUri: {
      method: "canonical",
      values: [
        "https://midas.iisc.ac.in/fhir/Task/oral-cancer-screening-follow-up",
        "https://midas.iisc.ac.in/fhir/Task/oral-cancer-screening-task",
      ],
    },
    status: keep(
      "draft",
      "requested",
      "received",
      "accepted",
      "rejected",
      "ready",
      "cancelled",
      "in-progress",
      "on-hold",
      "failed",
      "completed",
      "entered-in-error",
    ),
    businessStatus: "type",
    intent: keep(
      "unknown",
      "proposal",
      "plan",
      "order",
      "original-order",
      "reflex-order",
      "filler-order",
      "instance-order",
      "option",
    ),
    priority: keep("routine", "urgent", "asap", "stat"),
    code: "type",
    focus: "type",
    for: "type",
    encounter: "type",
    executionPeriod: "type",
    authoredOn: "type",
    lastModified: "type",
    output: elements({
      type: "type",
      "value[x]": {
        method: "codedText",
        values: [
          "NOT_CONTACTED",
          "NOT_RESPONDED",
          "AGREED_FOLLOWUP_NOT_DONE",
          "NOT_AGREED_FOR_FOLLOWUP",
          "FOLLOWUP_DONE",
          "FOLLOWUP_NOT_DONE",
        ],
      },
    }),
  },
};

/** The programme's default policy for analysts, as the export guide promises it. */
export const programmePolicy: Policy = {
  name: "programme",
  version: "1.0.0",
  utcOffsetMinutes: 330,
  resources,
  types: {
    boolean: { method: "keep" },
    date: { method: "truncateDate" },
    dateTime: { method: "truncateDate" },
    Period: elements({ start: "type", end: "type" }),
    Coding: { method: "coding" },
    CodeableConcept: elements({ coding: "type" }),
    Reference: { method: "reference" },
    decimal: { method: "keep", least: 0, most: 1000 },
    Quantity: elements({
      value: "type",
      comparator: keep("<", "<=", ">=", ">"),
      system: keep("http://unitsofmeasure.org"),
      code: keep("%", "1", "mm", "cm", "d", "wk", "mo", "a", "{score}"),
    }),
  },
  extensions: {
    "https://midas.iisc.ac.in/CodeSystem/refer-case": {
      resourceType: "QuestionnaireResponse",
      value: "valueBoolean",
      rule: { method: "keep" },
    },
  },
  terminologies: programmeTerminologies,
  recodings: [{ prefix: "urn:uuid:", targets: [HABITS, YES_NO] }],
  pseudonymisedTypes: Object.keys(resources),
  openReferences: ["Location/physical-location-field", "Location/physical-location-hospital"],
  profiles: [],
  questionnaires: [
    {
      names: [
        "Questionnaire/OralCancerPatientRegistration",
        "https://midas.iisc.ac.in/fhir/Questionnaire/OralCancerPatientRegistration",
      ],
      answers: {
        "basic-info-group": group,
        "location-physical-type": coded,
        "patient-age": coded,
        "patient-age-by-dob": { kind: "birthDate" },
        "patient-age-by-years": { kind: "ageYears" },
        "patient-gender": coded,
        "patient-address-state": { kind: "state" },
        "patient-address-district": { kind: "district" },
        "habit-history-group": group,
        "patient-habit-cigarette": coded,
        "patient-habit-tobacco": coded,
        "patient-habit-areca": coded,
        "patient-habit-alcohol": coded,
        "screening-group": group,
        "patient-screening-question-group": group,
        "patient-screening-mouth-open": coded,
        "patient-screening-lesion": coded,
        "patient-screening-self-reported": coded,
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
      answers: { "provisional-diagnosis": coded, "oral-cavity-site": coded, recommendation: coded },
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
