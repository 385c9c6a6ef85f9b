import { parseSearchParameters } from "@aarohan/fhir";
import { describe, expect, it } from "vitest";
import { compilePolicy, createSearchRules } from "../src/index.ts";
import type { ElementRules } from "../src/policy.ts";
import { codecFor } from "./codec.ts";
import { policyFor } from "./small-policy.ts";

const MONTH = { method: "truncateDate", precision: "month" } as const;
const DAY = { method: "truncateDate", precision: "day" } as const;
const CODING = { method: "terminology" } as const;

/** What may be searched by, of a type of which these elements leave. */
function searchable(resourceType: string, elements: ElementRules, types = {}): string[] {
  const policy = policyFor(resourceType, elements, {
    types,
    terminologies: { "urn:x": { codes: { a: "A" } } },
    resources: { Patient: { elements: { active: "keep" } } },
  });
  const rules = createSearchRules(compilePolicy(policy));
  return rules
    .parametersOf(resourceType)
    .map(({ name, type }) => `${name}:${type}`)
    .filter((name) => name !== "_id:token");
}

describe("a parameter is admitted where every element that it looks at is shown", () => {
  it.each<[what: string, type: string, elements: ElementRules, types: object, expected: string[]]>([
    ["a code of a required binding", "Patient", { gender: "keep" }, {}, ["gender:token"]],
    ["listed values of a text", "Task", { instantiatesUri: { method: "keep", values: ["a"] } }, {}, []],
    ["a boolean", "Patient", { active: "keep" }, {}, ["active:token"]],
    ["nothing that is dropped", "Patient", { gender: "drop" }, {}, []],
    ["nothing that is fixed", "Patient", { gender: { method: "fixed", value: "unknown" } }, {}, []],
    ["whether somebody has died", "Patient", { "deceased[x]": "presence" }, {}, ["deceased:token"]],
    ["not what is hashed", "Patient", { "address.city": { method: "hash" } }, {}, []],
    ["a coding by the terminologies", "Encounter", { class: CODING }, {}, ["class:token"]],
    [
      "a concept of which the codings alone leave",
      "Condition",
      { code: "type" },
      { Coding: CODING, CodeableConcept: { elements: { coding: "type" } } },
      ["code:token"],
    ],
    [
      "no concept whose codings are dropped",
      "Condition",
      { code: "type" },
      { Coding: CODING, CodeableConcept: { elements: { id: { method: "keep", freeText: true } } } },
      [],
    ],
    [
      "a reference to types that leave",
      "Condition",
      { subject: "type" },
      { Reference: "pseudonym" },
      ["patient:reference", "subject:reference"],
    ],
    ["a date", "Condition", { recordedDate: MONTH }, {}, ["recorded-date:date"]],
    [
      "a period both ends of which are shown alike",
      "Encounter",
      { period: "type" },
      { Period: { elements: { start: MONTH, end: MONTH } } },
      ["date:date"],
    ],
    [
      "no period of which one end is hidden",
      "Encounter",
      { period: "type" },
      { Period: { elements: { start: MONTH } } },
      [],
    ],
    [
      "no period whose ends are shown differently",
      "Encounter",
      { period: "type" },
      { Period: { elements: { start: MONTH, end: DAY } } },
      [],
    ],
    ["a choice of which one type is shown", "Observation", { effectiveDateTime: MONTH }, {}, ["date:date"]],
    [
      "no choice whose types are shown differently",
      "Observation",
      { effectiveDateTime: MONTH, effectivePeriod: "type" },
      { Period: { elements: { start: DAY, end: DAY } } },
      [],
    ],
    [
      "a date of birth by its cohort",
      "Patient",
      { birthDate: { method: "ageBand", years: 5, topAge: 90 } },
      {},
      ["birthdate:date"],
    ],
    [
      "no year that hides the old",
      "Condition",
      { recordedDate: { method: "truncateDate", precision: "year", topAge: 90 } },
      {},
      [],
    ],
    [
      "no shifted date",
      "Condition",
      { recordedDate: { method: "shiftDate", mostDays: 9 }, subject: "type" },
      { Reference: "pseudonym" },
      ["patient:reference", "subject:reference"],
    ],
    [
      "the state of an address",
      "Patient",
      { address: { method: "region", level: "district" } },
      {},
      ["address-state:string"],
    ],
    ["the day of the last change", "Patient", { "meta.lastUpdated": DAY }, {}, ["_lastUpdated:date"]],
    [
      "the Questionnaire by its names, and the guide's spelling of a date",
      "QuestionnaireResponse",
      { questionnaire: { method: "keep", values: ["Questionnaire/q"] }, authored: MONTH },
      {},
      ["questionnaire:reference", "authored:date", "date:date"],
    ],
  ])("%s", (_, type, elements, types, expected) => {
    expect(searchable(type, elements, types).toSorted()).toEqual(expected.toSorted());
  });

  it("by the values that leave, and no others", () => {
    const policy = policyFor("Patient", { gender: "keep" });
    const plan = compilePolicy(policy);
    const rules = createSearchRules(plan);
    const admit = (value: string) =>
      rules.admit("Patient", parseSearchParameters([["gender", value]]), codecFor(plan)).upstream;
    expect(admit("female")).toEqual([["gender", "female"]]);
    expect(() => admit("Lakshmi")).toThrow(expect.objectContaining({ code: "parameter-invalid" }));
  });
});
