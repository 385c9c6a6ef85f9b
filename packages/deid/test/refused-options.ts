import type { Refusal } from "./refused-policies.ts";
import { policyFor, smallPolicy } from "./small-policy.ts";

export const REFUSED_OPTIONS: readonly Refusal[] = [
  [
    "a value outside the required binding",
    policyFor("Patient", { gender: { method: "keep", values: ["male", "Lakshmi"] } }),
    "Patient.gender",
    "keeps a value that its required binding does not have",
  ],
  [
    "a recoding outside the required binding",
    policyFor("Patient", { gender: { method: "recode", map: { m: "man" } } }),
    "Patient.gender",
    "keeps a value that its required binding does not have",
  ],
  [
    "a fixed code outside the required binding",
    policyFor("Patient", { gender: { method: "fixed", value: "man" } }),
    "Patient.gender",
    "keeps a value that its required binding does not have",
  ],
  [
    "a generalized code outside the required binding",
    policyFor("Patient", { gender: { method: "generalize", map: { male: "male" }, otherwise: "rest" } }),
    "Patient.gender",
    "keeps a value that its required binding does not have",
  ],
  [
    "a pattern that is no regular expression",
    policyFor("Patient", { language: { method: "keep", pattern: "[a-z" } }),
    "Patient.language",
    "has a pattern that is no regular expression",
  ],
  [
    "a terminology's pattern",
    smallPolicy({ terminologies: { "http://loinc.org": { pattern: "(" } } }),
    "terminologies.http://loinc.org",
    "has a pattern that is no regular expression",
  ],
  [
    "a least above the most",
    policyFor("Patient", { "telecom.rank": { method: "keep", least: 2, most: 1 } }),
    "Patient.telecom.rank",
    "has a least that is above its most",
  ],
  [
    "a quantity's least above its most",
    policyFor("Observation", { valueQuantity: { method: "quantity", units: ["%"], least: 2, most: 1 } }),
    "Observation.valueQuantity",
    "has a least that is above its most",
  ],
  [
    "a text recoded to no system",
    policyFor("Task", { description: "drop", "output.value[x]": { method: "recode", map: { a: "b" } } }),
    "Task.output.valueString",
    "recodes text, and names no system",
  ],
  [
    "an Identifier of no system",
    policyFor("Patient", { identifier: "pseudonym" }),
    "Patient.identifier",
    "makes an identifier, and names no system",
  ],
  [
    "a number generalized without borders",
    policyFor("Patient", { "telecom.rank": { method: "generalize", map: { a: "b" } } }),
    "Patient.telecom.rank",
    "generalizes a number, and names no borders",
  ],
  [
    "a text generalized without a map",
    policyFor("Patient", { language: { method: "generalize", borders: [1] } }),
    "Patient.language",
    "generalizes text, and has no map",
  ],
  [
    "a recoding of codes to a terminology without codes",
    smallPolicy({ recodings: [{ prefix: "urn:", targets: ["http://none"] }] }),
    "terminologies.http://none",
    "is recoded to, and lists no codes",
  ],
  [
    "an answer's pattern",
    smallPolicy({
      questionnaires: [{ names: ["Questionnaire/q"], answers: { a: { kind: "pattern", pattern: "(" } } }],
    }),
    "questionnaires.Questionnaire/q.a",
    "has a pattern that is no regular expression",
  ],
  [
    "an answer's least above its most",
    smallPolicy({
      questionnaires: [{ names: ["Questionnaire/q"], answers: { a: { kind: "number", least: 2, most: 1 } } }],
    }),
    "questionnaires.Questionnaire/q.a",
    "has a least that is above its most",
  ],
];
