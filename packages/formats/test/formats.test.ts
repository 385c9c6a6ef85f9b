import type { AnyResource } from "@aarohan/fhir";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { csvField } from "../src/csv.ts";
import { encodeBundle, encodeCsv, encodeNdjson, tableOf } from "../src/index.ts";
import { parseCsv, records, text } from "./read-csv.ts";

const head = {
  self: "https://e/fhir/Patient",
  next: "https://e/fhir/Patient?_page=x",
  total: 2,
  notices: ["cut off"],
};
const item = (resource: AnyResource) => ({
  fullUrl: `https://e/fhir/Patient/${resource.id}`,
  resource,
  mode: "match" as const,
});
const patients: AnyResource[] = [
  { resourceType: "Patient", id: "a", name: [{ text: "ಲಕ್ಷ್ಮಿ" }] },
  { resourceType: "Patient", id: "b" },
];

describe("json", () => {
  it("is a searchset Bundle with own links, notices as outcome, and _pretty like JSON.stringify", () => {
    const compact = text(encodeBundle(head, patients.map(item), { pretty: false }));
    expect(JSON.parse(compact)).toEqual({
      resourceType: "Bundle",
      type: "searchset",
      total: 2,
      link: [
        { relation: "self", url: head.self },
        { relation: "next", url: head.next },
      ],
      entry: [
        { fullUrl: "https://e/fhir/Patient/a", resource: patients[0], search: { mode: "match" } },
        { fullUrl: "https://e/fhir/Patient/b", resource: patients[1], search: { mode: "match" } },
        {
          resource: {
            resourceType: "OperationOutcome",
            issue: [{ severity: "information", code: "informational", diagnostics: "cut off" }],
          },
          search: { mode: "outcome" },
        },
      ],
    });
    const pretty = text(encodeBundle(head, patients.map(item), { pretty: true }));
    expect(pretty).toBe(JSON.stringify(JSON.parse(compact), null, 2));
  });

  it("has no entry where there is none", () => {
    const empty = { self: "s", next: undefined, total: 0, notices: [] };
    for (const pretty of [false, true]) {
      expect(JSON.parse(text(encodeBundle(empty, [], { pretty })))).toEqual({
        resourceType: "Bundle",
        type: "searchset",
        total: 0,
        link: [{ relation: "self", url: "s" }],
      });
    }
  });
});

describe("ndjson", () => {
  it("is one resource a line, in chunks that join to the same", () => {
    const many = Array.from({ length: 3000 }, (_, index) => ({
      resourceType: "Patient",
      id: `p${index}`,
      text: "ಕ".repeat(50),
    }));
    const chunks = [...encodeNdjson(many)];
    expect(chunks.length).toBeGreaterThan(3);
    expect(text(chunks)).toBe(many.map((resource) => `${JSON.stringify(resource)}\n`).join(""));
  });
});

describe("csv", () => {
  it("can be read back, whatever the text", () => {
    const table = {
      name: "T",
      columns: [
        { name: "v", datatype: "string", description: "", path: "", read: (r: AnyResource) => String(r.v) },
      ],
    } as const;
    fc.assert(
      fc.property(
        fc.array(
          fc.string({ unit: "grapheme" }).filter((v) => !/^[=+\-@\t\r\n＝＋－＠]/.test(v)),
          { minLength: 1 },
        ),
        (values) => {
          const csv = text(
            encodeCsv(
              table,
              values.map((v) => ({ resourceType: "T", v })),
            ),
          );
          expect(
            parseCsv(csv)
              .slice(1)
              .map(([value]) => value),
          ).toEqual(values);
        },
      ),
    );
  });

  it.each([
    ["=1+1", "'=1+1"],
    ["+91 98765", "'+91 98765"],
    ["-5", "'-5"],
    ["@x", "'@x"],
    ["\tx", "'\tx"],
    ["\rx", '"\'\rx"'],
    ["\n=x", '"\'\n=x"'],
    ["＝1", "'＝1"],
    ["＋1", "'＋1"],
    ["－1", "'－1"],
    ["＠x", "'＠x"],
    ["a=b", "a=b"],
    ["ಲಕ್ಷ್ಮಿ, लक्ष्मी", '"ಲಕ್ಷ್ಮಿ, लक्ष्मी"'],
    ['=HYPERLINK("x")', '"\'=HYPERLINK(""x"")"'],
    [-5, "-5"],
    [true, "true"],
    [undefined, ""],
  ])("writes %j as %j", (cell, field) => {
    expect(csvField(cell)).toBe(field);
  });

  it("has a header where there is no row", () => {
    expect(text(encodeCsv(tableOf("Patient", { audience: "anonymised", answers: [] }), []))).toMatch(
      /^id,last_updated,.*\r\n$/,
    );
  });

  it("has a patient's columns, and a name only for who sees identified data", () => {
    const patient = {
      resourceType: "Patient",
      id: "x",
      meta: { lastUpdated: "2025-03-01T00:00:00Z" },
      identifier: [{ value: "AA-1" }],
      name: [{ given: ["Lakshmi"], family: "R" }],
      gender: "female",
      birthDate: "1980-01-01",
      extension: [
        {
          url: "https://artpark.in/fhir/StructureDefinition/age-range",
          valueRange: { low: { value: 42 }, high: { value: 46 } },
        },
      ],
      address: [{ district: "Raichur", state: "Karnataka", country: "IN" }],
    };
    const anonymised = tableOf("Patient", { audience: "anonymised", answers: [] });
    expect(records(text(encodeCsv(anonymised, [patient])))).toEqual([
      {
        id: "x",
        last_updated: "2025-03-01T00:00:00Z",
        identifier: "AA-1",
        gender: "female",
        birth_date: "1980-01-01",
        age_low: "42",
        age_high: "46",
        district: "Raichur",
        state: "Karnataka",
        country: "IN",
        deceased: "",
      },
    ]);
    const identified = tableOf("Patient", { audience: "identified", answers: [] });
    expect(records(text(encodeCsv(identified, [patient])))[0]).toMatchObject({
      given_name: "Lakshmi",
      family_name: "R",
    });
  });

  it("has an observation's codes", () => {
    const observation = {
      resourceType: "Observation",
      id: "o",
      status: "final",
      category: [{ coding: [{ code: "oral-cancer-screening" }] }],
      code: { coding: [{ system: "http://loinc.org", code: "62596-2", display: "Oral lesion" }] },
      subject: { reference: "Patient/p" },
      effectivePeriod: { start: "2025-03" },
      valueCodeableConcept: { coding: [{ system: "s", code: "yes" }] },
    };
    const csv = text(
      encodeCsv(tableOf("Observation", { audience: "anonymised", answers: [] }), [observation]),
    );
    expect(records(csv)[0]).toMatchObject({
      category_code: "oral-cancer-screening",
      code_code: "62596-2",
      code_display: "Oral lesion",
      patient_id: "p",
      effective: "2025-03",
      value_code: "yes",
    });
  });

  it("has a response by linkId, at any depth, AI results apart, repeats as a JSON array", () => {
    const table = tableOf("QuestionnaireResponse", {
      audience: "anonymised",
      answers: [
        { linkId: "patient-habit-tobacco", kind: "coded" },
        { linkId: "image-1-ai-result", kind: "labelledScore" },
        { linkId: "symptoms", kind: "token" },
        { linkId: "not-answered", kind: "token" },
        { linkId: "patient-age-by-years", kind: "ageYears" },
      ],
    });
    const response = {
      resourceType: "QuestionnaireResponse",
      id: "q",
      item: [
        {
          linkId: "g",
          item: [{ linkId: "patient-habit-tobacco", answer: [{ valueCoding: { code: "current" } }] }],
        },
        {
          linkId: "symptoms",
          answer: [
            {
              valueString: "white_patches",
              item: [{ linkId: "image-1-ai-result", answer: [{ valueString: "Suspicious|70" }] }],
            },
            { valueString: "ulcer" },
          ],
        },
        { linkId: "patient-name-given", answer: [{ valueString: "Lakshmi" }] },
      ],
    };
    const [row = {}] = records(text(encodeCsv(table, [response])));
    expect(row).toMatchObject({
      patient_habit_tobacco: "current",
      image_1_ai_result_label: "Suspicious",
      image_1_ai_result_score: "70",
      symptoms: '["white_patches","ulcer"]',
      not_answered: "",
      patient_age_by_years_age_low: "",
    });
    expect(JSON.stringify(row)).not.toContain("Lakshmi");
  });
});
