import { parseSearchParameters } from "@aarohan/fhir";
import { describe, expect, it } from "vitest";
import { compilePolicy, createSearchRules, programmePolicy } from "../src/index.ts";
import { codecFor } from "./codec.ts";

const plan = compilePolicy(programmePolicy);
const rules = createSearchRules(plan);
const codec = codecFor(plan);
const someone = codec.seal("Patient", "1");
const LOINC = "http://loinc.org";

/** Whether the search finds the resource, as it is shown. */
function finds(query: string, resource: Record<string, unknown>): boolean {
  const [type = "", search = ""] = query.split("?");
  const admitted = rules.admit(type, parseSearchParameters(new URLSearchParams(search)), codec);
  return admitted.matches({ resourceType: type, ...JSON.parse(JSON.stringify(resource)) });
}

const coded = (...codes: string[]) => ({
  code: { coding: codes.map((code) => ({ system: LOINC, code })) },
});

describe("what is shown matches a search", () => {
  it.each<[query: string, resource: Record<string, unknown>, isFound: boolean]>([
    // Tokens: of a system, of any, of none; one of several.
    [`Observation?code=${LOINC}|62596-2`, coded("62596-2"), true],
    [`Observation?code=${LOINC}|62596-2`, coded("11", "62596-2"), true],
    [`Observation?code=${LOINC}|62596-2`, coded("11"), false],
    [
      `Observation?code=${LOINC}|62596-2`,
      { code: { coding: [{ system: "urn:x", code: "62596-2" }] } },
      false,
    ],
    [`Observation?code=${LOINC}|62596-2`, { code: { coding: [{ code: "62596-2" }] } }, false],
    ["Observation?code=62596-2", coded("62596-2"), true],
    ["Observation?code=62596-2", { code: { coding: [{ system: "urn:x", code: "62596-2" }] } }, true],
    ["Observation?code=62596-2", { code: { text: "62596-2" } }, false],
    ["Observation?code=62596-2", {}, false],
    ["Observation?code=62596-2", { code: "62596-2" }, false],
    [
      `Observation?code=${LOINC}|62596-2,62596-2`,
      { code: { coding: [{ system: "urn:x", code: "62596-2" }] } },
      true,
    ],
    // Codes and booleans.
    ["Patient?gender=female", { gender: "female" }, true],
    ["Patient?gender=female", { gender: "male" }, false],
    ["Patient?gender=female,male", { gender: "male" }, true],
    ["Patient?gender=female", {}, false],
    ["Patient?active=true", { active: true }, true],
    ["Patient?active=false", { active: true }, false],
    ["Patient?active=false", {}, false],
    ["Patient?deceased=true", { deceasedBoolean: true }, true],
    ["Patient?deceased=true", {}, false],
    ["Patient?deceased=false", {}, true],
    ["Patient?deceased=false", { deceasedBoolean: true }, false],
    // References.
    [`Observation?subject=Patient/${someone}`, { subject: { reference: `Patient/${someone}` } }, true],
    [`Observation?subject=Patient/${someone}`, { subject: { reference: "Patient/other" } }, false],
    [`Observation?subject=Patient/${someone}`, { subject: { display: `Patient/${someone}` } }, false],
    [`Observation?subject=Patient/${someone}`, { subject: `Patient/${someone}` }, false],
    [`Observation?subject=Patient/${someone}`, {}, false],
    // Cohorts of five years.
    ["Patient?birthdate=ge1980", { birthDate: "1980-01-01" }, true],
    ["Patient?birthdate=ge1980", { birthDate: "1975-01-01" }, false],
    ["Patient?birthdate=lt1980", { birthDate: "1975-01-01" }, true],
    ["Patient?birthdate=lt1980", { birthDate: "1980-01-01" }, false],
    ["Patient?birthdate=lt1980", {}, false],
    ["Patient?birthdate=ge1980", { _birthDate: { extension: [] } }, false],
    // Places.
    ["Patient?address-state=Karnataka", { address: [{ state: "Karnataka" }] }, true],
    ["Patient?address-state=Karnataka", { address: [{ state: "Kerala" }, { state: "Karnataka" }] }, true],
    ["Patient?address-state=Karnataka", { address: [{ district: "Karnataka" }] }, false],
    ["Patient?address-state=Karnataka,Kerala", { address: [{ state: "Kerala" }] }, true],
    ["Patient?address-state=karnataka", { address: [{ state: "Karnataka" }] }, true],
    ["Patient?address-state=Karnataka", { address: [{ state: "KARNATAKA" }] }, true],
    ["Patient?address-state=Odisha", { address: [{ state: "Orissa" }] }, true],
    ["Patient?address-state=Delhi", { address: [{ state: "NCT of Delhi" }] }, true],
    ["Patient?address-state=Karnataka", { address: [{ state: "Karnataka 560034" }] }, false],
    // Questionnaires, by any of their names, with or without a version.
    [
      "QuestionnaireResponse?questionnaire=Questionnaire/OralCancerScreenPatient",
      { questionnaire: "https://midas.iisc.ac.in/fhir/Questionnaire/OralCancerScreenPatient|2" },
      true,
    ],
    [
      "QuestionnaireResponse?questionnaire=Questionnaire/OralCancerScreenPatient",
      { questionnaire: "Questionnaire/OralCancerPatientRegistration" },
      false,
    ],
    ["QuestionnaireResponse?questionnaire=Questionnaire/OralCancerScreenPatient", {}, false],
    // Each of several conditions.
    ["Patient?gender=female&active=true", { gender: "female", active: true }, true],
    ["Patient?gender=female&active=true", { gender: "female" }, false],
    ["Patient", {}, true],
  ])("%s over %j: %j", (query, resource, isFound) => {
    expect(finds(query, resource)).toBe(isFound);
  });
});

describe("a date that is shown by the month matches", () => {
  const month = (effectiveDateTime: string) => ({ effectiveDateTime });
  const period = (start?: string, end?: string) => ({ effectivePeriod: { start, end } });

  it.each<[date: string, resource: Record<string, unknown>, isFound: boolean]>([
    ["2025-03", month("2025-03"), true],
    ["2025-03", month("2025-02"), false],
    ["2025-03", month("2025-04"), false],
    ["2025", month("2025-12"), true],
    ["2025", month("2024-12"), false],
    ["ge2025-03", month("2025-03"), true],
    ["ge2025-03", month("2025-02"), false],
    ["gt2025-03", month("2025-03"), false],
    ["gt2025-03", month("2025-04"), true],
    ["le2025-03", month("2025-03"), true],
    ["le2025-03", month("2025-04"), false],
    ["lt2025-03", month("2025-03"), false],
    ["lt2025-03", month("2025-02"), true],
    ["sa2025-03", month("2025-03"), false],
    ["eb2025-03", month("2025-02"), true],
    ["ge2025-03-01", month("2025-03"), true],
    ["le2025-02-28", month("2025-02"), true],
    // A period lies within, reaches over, or lies beyond as a whole.
    ["2025-03", period("2025-03", "2025-03"), true],
    ["2025-03", period("2025-02", "2025-03"), false],
    ["2025-03", period("2025-03", "2025-04"), false],
    ["ge2025-03", period("2025-01", "2025-03"), true],
    ["ge2025-03", period("2025-01", "2025-02"), false],
    ["gt2025-03", period("2025-01", "2025-04"), true],
    ["sa2025-03", period("2025-03", "2025-05"), false],
    ["sa2025-03", period("2025-04", "2025-05"), true],
    ["le2025-03", period("2025-03", "2025-05"), true],
    ["lt2025-03", period("2025-02", "2025-05"), true],
    ["lt2025-03", period("2025-03", "2025-05"), false],
    ["eb2025-03", period("2025-01", "2025-03"), false],
    ["eb2025-03", period("2025-01", "2025-02"), true],
    // An open end is far away; a period of nothing is no date.
    ["ge2030", period("2025-03", undefined), true],
    ["2025", period("2025-03", undefined), false],
    ["lt2020", period(undefined, "2025-03"), true],
    ["eb2025-03", period(undefined, "2025-02"), true],
    ["ge2020", period(undefined, undefined), false],
    ["ge2020", {}, false],
    ["ge2020", { effectiveDateTime: 2025 }, false],
    ["ge2020", { effectiveInstant: "2025-03-17T00:00:00Z" }, false],
  ])("date=%s over %j: %j", (date, resource, isFound) => {
    expect(finds(`Observation?date=${date}`, resource)).toBe(isFound);
  });
});

describe("what an analyst may search by", () => {
  const parametersOf = (type: string) =>
    rules
      .parametersOf(type)
      .map(({ name, type: kind }) => `${name}:${kind}`)
      .toSorted()
      .join(" ");

  it("of each type is what it was", async () => {
    const all = [...plan.resources.keys()].toSorted().map((type) => `${type}: ${parametersOf(type)}`);
    await expect(`${all.join("\n")}\n`).toMatchFileSnapshot("search-parameters.txt");
  });

  it("of each type touches nothing that is hidden", () => {
    for (const type of plan.resources.keys()) {
      expect(parametersOf(type)).not.toMatch(
        /(?:^| )(?:identifier|name|family|given|phone|email|telecom|_text|_content):/,
      );
    }
  });

  it("is nothing of a type that is withheld", () => {
    expect(rules.includesOf("Media")).toEqual({ include: [], revinclude: [] });
    expect(() => rules.admit("Media", parseSearchParameters([["status", "completed"]]), codec)).toThrow();
  });
});
