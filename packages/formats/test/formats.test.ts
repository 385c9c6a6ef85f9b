import { type AnyResource, choiceName, elementsOf } from "@aarohan/fhir";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { csvField } from "../src/csv.ts";
import { csvTable, dataDictionary, encodeBundle, encodeCsv, encodeNdjson } from "../src/index.ts";

function text(chunks: Iterable<Uint8Array>): string {
  const decoder = new TextDecoder();
  return [...chunks].map((chunk) => decoder.decode(chunk, { stream: true })).join("");
}

/** A reader of RFC 4180 that shares nothing with the writer. */
function parseCsv(csv: string): string[][] {
  const rows: string[][] = [[]];
  const pattern = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/gy;
  for (const [, quoted, plain = "", end] of csv.matchAll(pattern)) {
    rows.at(-1)?.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === "\r\n") rows.push([]);
    if (end === "") break;
  }
  return rows.slice(0, -1);
}

/** Names of a type's elements, a choice as itself and by each of its types. */
function knownElements(type: string): string[] {
  return [...(elementsOf(type)?.values() ?? [])].flatMap(({ name, types }) => [
    name,
    ...types.map((choice) => choiceName(name, choice)),
  ]);
}

function records(csv: string): Record<string, string>[] {
  const [header = [], ...rows] = parseCsv(csv);
  return rows.map((row) => Object.fromEntries(header.map((name, index) => [name, row[index] ?? ""])));
}

const SHARED = [
  "Patient",
  "Observation",
  "QuestionnaireResponse",
  "Encounter",
  "Condition",
  "ClinicalImpression",
  "RiskAssessment",
  "Task",
];
const ADMINISTRATIVE = ["Practitioner", "Organization", "Location", "Media", "DocumentReference", "Consent"];

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
    expect(text(encodeCsv(csvTable("Patient", { audience: "anonymised", answers: [] }), []))).toMatch(
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
    const anonymised = csvTable("Patient", { audience: "anonymised", answers: [] });
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
    const identified = csvTable("Patient", { audience: "identified", answers: [] });
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
      encodeCsv(csvTable("Observation", { audience: "anonymised", answers: [] }), [observation]),
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
    const table = csvTable("QuestionnaireResponse", {
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

  it("is refused for a type without a table", () => {
    for (const type of ["Binary", "constructor", "__proto__"]) {
      expect(() => csvTable(type, { audience: "identified", answers: [] })).toThrow(/json or ndjson/);
    }
    for (const type of ADMINISTRATIVE) {
      expect(() => csvTable(type, { audience: "anonymised", answers: [] })).toThrow(/json or ndjson/);
    }
  });
});

describe("AI results", () => {
  it.each([
    ["Suspicious|70", "Suspicious", "70"],
    ["Suspicious|70.5", "Suspicious", "70.5"],
    ["Suspicious|", "Suspicious", ""],
    ["Suspicious| ", "Suspicious", ""],
    ["Suspicious|high", "Suspicious", ""],
    ["Suspicious", "Suspicious", ""],
    ["=Suspicious|0", "'=Suspicious", "0"],
  ])("splits %j into label and score", (answer, label, score) => {
    const table = csvTable("QuestionnaireResponse", {
      audience: "anonymised",
      answers: [{ linkId: "x-ai-result", kind: "labelledScore" }],
    });
    const response = {
      resourceType: "QuestionnaireResponse",
      item: [{ linkId: "x-ai-result", answer: [{ valueString: answer }] }],
    };
    const [row = {}] = records(text(encodeCsv(table, [response])));
    expect(row).toMatchObject({ x_ai_result_label: label, x_ai_result_score: score });
  });
});

describe("tables", () => {
  it.each([...SHARED, ...ADMINISTRATIVE])("%s has columns of its own elements, each name once", (type) => {
    const { columns } = csvTable(type, {
      audience: "identified",
      answers: [{ linkId: "a-b", kind: "coded" }],
    });
    const names = columns.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const { name, path, description } of columns) {
      expect(name).toMatch(/^[a-z][a-z0-9_]*$/);
      expect(description).toMatch(/\.$/);
      const element = path.split(".")[1] ?? "";
      if (/^[A-Za-z[\]]+$/.test(element)) expect(knownElements(type)).toContain(element);
    }
  });

  it("gives a location's position as numbers", () => {
    const location = {
      resourceType: "Location",
      id: "l",
      position: { latitude: -12.5, longitude: 77.6 },
      partOf: { reference: "Location/p" },
    };
    const table = csvTable("Location", { audience: "identified", answers: [] });
    expect(records(text(encodeCsv(table, [location])))[0]).toMatchObject({
      latitude: "-12.5",
      longitude: "77.6",
      part_of_id: "p",
    });
  });

  it("reads a response with thousands of equal linkIds once", () => {
    const items = Array.from({ length: 20_000 }, () => ({ linkId: "x", answer: [{ valueInteger: 1 }] }));
    const table = csvTable("QuestionnaireResponse", {
      audience: "identified",
      answers: [{ linkId: "x", kind: "text" }],
    });
    const response = { resourceType: "QuestionnaireResponse", item: items };
    const [row = {}] = records(text(encodeCsv(table, [response])));
    expect(JSON.parse(row.x ?? "")).toHaveLength(20_000);
  });
});

describe("the data dictionary", () => {
  it("names the code system of a coded column", () => {
    const { tableSchema } = JSON.parse(
      JSON.stringify(dataDictionary(csvTable("Patient", { audience: "anonymised", answers: [] }), "u")),
    );
    expect(tableSchema.columns).toContainEqual(
      expect.objectContaining({
        name: "gender",
        "dc:source": "Patient.gender",
        "dc:conformsTo": "http://hl7.org/fhir/administrative-gender",
      }),
    );
  });

  it("describes every column as CSV on the Web", () => {
    const table = csvTable("Observation", { audience: "anonymised", answers: [] });
    const dictionary = JSON.parse(JSON.stringify(dataDictionary(table, "https://e/x.csv")));
    expect(dictionary["@context"]).toBe("http://www.w3.org/ns/csvw");
    expect(dictionary.tableSchema.columns).toHaveLength(table.columns.length);
    for (const column of dictionary.tableSchema.columns) expect(column["dc:description"]).toMatch(/\.$/);
  });
});
