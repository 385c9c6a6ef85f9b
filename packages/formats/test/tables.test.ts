import { type AnyResource, choiceName, elementsOf, elementTypes, isResourceType } from "@aarohan/fhir";
import { describe, expect, it } from "vitest";
import { type Audience, dataDictionary, encodeCsv, tableOf } from "../src/index.ts";
import { records, text } from "./read-csv.ts";

/** Names of a type's elements, a choice as itself and by each of its types. */
function knownElements(type: string): string[] {
  return [...(elementsOf(type)?.values() ?? [])].flatMap(({ name, types }) => [
    name,
    ...types.map((choice) => choiceName(name, choice)),
  ]);
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
    const table = tableOf("QuestionnaireResponse", {
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
    const { columns } = tableOf(type, {
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

  it("are refused for what is no resource type, without saying what was asked", () => {
    for (const type of ["Nonsense", "Quantity", "DomainResource", "constructor", "__proto__", ""]) {
      for (const audience of ["identified", "anonymised"] as const) {
        expect(() => tableOf(type, { audience, answers: [] })).toThrow(
          expect.objectContaining({
            code: "resource-type-unknown",
            message: expect.not.stringMatching(type || "#"),
          }),
        );
      }
    }
  });

  it("gives a location's position as numbers", () => {
    const location = {
      resourceType: "Location",
      id: "l",
      position: { latitude: -12.5, longitude: 77.6 },
      partOf: { reference: "Location/p" },
    };
    const table = tableOf("Location", { audience: "identified", answers: [] });
    expect(records(text(encodeCsv(table, [location])))[0]).toMatchObject({
      latitude: "-12.5",
      longitude: "77.6",
      part_of_id: "p",
    });
  });

  it("reads a response with thousands of equal linkIds once", () => {
    const items = Array.from({ length: 20_000 }, () => ({ linkId: "x", answer: [{ valueInteger: 1 }] }));
    const table = tableOf("QuestionnaireResponse", {
      audience: "identified",
      answers: [{ linkId: "x", kind: "text" }],
    });
    const response = { resourceType: "QuestionnaireResponse", item: items };
    const [row = {}] = records(text(encodeCsv(table, [response])));
    expect(JSON.parse(row.x ?? "")).toHaveLength(20_000);
  });
});

/** The first row of a resource's table. */
function rowOf(resource: AnyResource, audience: Audience): Record<string, string> {
  const table = tableOf(resource.resourceType, { audience, answers: [] });
  return records(text(encodeCsv(table, [resource])))[0] ?? {};
}

const coverage = {
  resourceType: "Coverage",
  id: "c",
  meta: { lastUpdated: "2025-03-01T00:00:00Z" },
  language: "kn",
  text: { status: "generated", div: "<div>Lakshmi</div>" },
  identifier: [{ value: "91-1234" }],
  status: "active",
  type: { coding: [{ system: "s", code: "t", display: "d" }, { code: "second" }] },
  subscriberId: "ABHA-1",
  beneficiary: { reference: "Patient/p" },
  period: { start: "2025-03", end: "2026" },
  payor: [{ reference: "Organization/a" }, { display: "no reference" }, { reference: "Organization/b" }],
  order: 3,
  subrogation: false,
  contract: [{ reference: "Contract/x" }],
};

describe("a table without declared columns", () => {
  it("has the elements in R4's order, by their data types", () => {
    expect(rowOf(coverage, "anonymised")).toEqual({
      id: "c",
      last_updated: "2025-03-01T00:00:00Z",
      implicit_rules: "",
      language: "kn",
      status: "active",
      type_code: "t",
      type_system: "s",
      type_display: "d",
      policy_holder_id: "",
      subscriber_id: "",
      beneficiary_id: "p",
      relationship_code: "",
      relationship_system: "",
      relationship_display: "",
      period_start: "2025-03",
      period_end: "2026",
      payor_id: '["a","b"]',
      order: "3",
      subrogation: "false",
      contract_id: "x",
    });
  });

  it("has text only for who sees identified data, and never a narrative or an identifier", () => {
    const row = rowOf(coverage, "identified");
    // R4 has subscriber, a reference, and subscriberId beside it: the reference keeps the name.
    expect(row).toMatchObject({ subscriber_id: "", subscriber_id_2: "ABHA-1" });
    const anonymised = rowOf(coverage, "anonymised");
    expect(Object.keys(row).filter((name) => !Object.hasOwn(anonymised, name))).toEqual([
      "subscriber_id_2",
      "dependent",
      "network",
    ]);
    expect(JSON.stringify(row)).not.toMatch(/Lakshmi|91-1234/);
  });

  it("has a column for each type of a choice", () => {
    const goal = { resourceType: "Goal", startDate: "2025-03" };
    expect(rowOf(goal, "anonymised")).toMatchObject({
      start_date: "2025-03",
      start_codeable_concept_code: "",
    });
    const history = {
      resourceType: "FamilyMemberHistory",
      deceasedAge: { value: 70.5, code: "a" },
      ageString: "old",
    };
    expect(rowOf(history, "anonymised")).toMatchObject({
      deceased_boolean: "",
      deceased_age_value: "70.5",
      deceased_age_unit: "a",
    });
    expect(rowOf(history, "anonymised")).not.toHaveProperty("age_string");
    expect(rowOf(history, "identified")).toMatchObject({ age_string: "old" });
  });

  it("keeps the places of a list whose parts have several columns", () => {
    const concept = (code: string, system?: string) => ({
      coding: [{ code, ...(system === undefined ? {} : { system }) }],
    });
    const service = {
      resourceType: "HealthcareService",
      category: [concept("a"), concept("b", "s")],
      specialty: [concept("only", "s")],
    };
    expect(rowOf(service, "anonymised")).toMatchObject({
      category_code: '["a","b"]',
      category_system: '[null,"s"]',
      category_display: "",
      specialty_code: "only",
      specialty_system: "s",
    });
  });

  it("reads what is not as R4 has it as nothing", () => {
    const wrong = {
      resourceType: "Coverage",
      type: "x",
      period: [],
      payor: "y",
      order: {},
      contract: [null, 1],
    };
    const { id, ...row } = rowOf(wrong, "identified");
    expect(new Set(Object.values(row))).toEqual(new Set([""]));
  });

  it("says of each column what it holds", () => {
    const { columns } = tableOf("Coverage", { audience: "identified", answers: [] });
    expect(dataDictionary({ name: "Coverage", columns: columns.slice(5, 7) }, "u")).toMatchObject({
      tableSchema: {
        columns: [
          {
            name: "type_code",
            datatype: "string",
            "dc:source": "Coverage.type.coding.code",
            "dc:description": "Coverage.type: code of the first coding.",
          },
          { name: "type_system", "dc:source": "Coverage.type.coding.system" },
        ],
      },
    });
  });
});

describe("every resource type of R4", () => {
  const tablesOf = (type: string) =>
    (["identified", "anonymised"] as const).map(
      (audience) => tableOf(type, { audience, answers: [] }).columns,
    );

  it.each(elementTypes().filter(isResourceType))("%s has good names and descriptions", (type) => {
    for (const columns of tablesOf(type)) {
      expect(columns.length).toBeGreaterThan(1);
      expect(new Set(columns.map(({ name }) => name)).size).toBe(columns.length);
      for (const { name, description } of columns) {
        expect(name).toMatch(/^[a-z][a-z0-9_]*$/);
        expect(description).toMatch(/\.$/);
      }
    }
  });

  it.each(elementTypes().filter((type) => isResourceType(type) && !ADMINISTRATIVE.includes(type)))(
    "%s has one name for a column, whoever sees it",
    (type) => {
      const [identified = [], anonymised = []] = tablesOf(type);
      const paths = new Map(identified.map(({ name, path }) => [name, path]));
      for (const { name, path } of anonymised) expect(paths.get(name)).toBe(path);
    },
  );
});

describe("names of answers", () => {
  const namesOf = (...linkIds: string[]) =>
    tableOf("QuestionnaireResponse", {
      audience: "identified",
      answers: linkIds.map((linkId) => ({ linkId, kind: "text" })),
    })
      .columns.map(({ name }) => name)
      .slice(7);

  it.each([
    [
      ["a-b", "a_b"],
      ["a_b", "a_b_2"],
    ],
    [
      ["a-b", "a_b", "a_b_2"],
      ["a_b", "a_b_3", "a_b_2"],
    ],
    [
      ["a-b", "A-B"],
      ["a_b", "A_B_2"],
    ],
    [
      ["status", "patient-id"],
      ["status_2", "patient_id_2"],
    ],
    [
      ["a", "b"],
      ["a", "b"],
    ],
  ])("%j are %j", (linkIds, names) => {
    expect(namesOf(...linkIds)).toEqual(names);
  });

  it("lead to the answers of their own linkId", () => {
    const answers = ["a-b", "a_b"].map((linkId) => ({ linkId, kind: "text" as const }));
    const response = {
      resourceType: "QuestionnaireResponse",
      item: answers.map(({ linkId }) => ({ linkId, answer: [{ valueString: `to ${linkId}` }] })),
    };
    const table = tableOf("QuestionnaireResponse", { audience: "identified", answers });
    expect(records(text(encodeCsv(table, [response])))[0]).toMatchObject({ a_b: "to a-b", a_b_2: "to a_b" });
  });
});

describe("answers", () => {
  it.each([
    ["number", { valueInteger: -3 }, "decimal", "-3"],
    ["number", { valueDecimal: 2.5 }, "decimal", "2.5"],
    ["date", { valueDate: "2025-03" }, "string", "2025-03"],
    ["choice", { valueCoding: { code: "c" } }, "string", "c"],
    ["pattern", { valueString: "K12" }, "string", "K12"],
  ] as const)("of kind %s: %j is %s %s", (kind, answer, datatype, cell) => {
    const table = tableOf("QuestionnaireResponse", {
      audience: "anonymised",
      answers: [{ linkId: "x", kind }],
    });
    expect(table.columns.at(-1)).toMatchObject({ name: "x", datatype });
    const response = { resourceType: "QuestionnaireResponse", item: [{ linkId: "x", answer: [answer] }] };
    const [row = {}] = records(text(encodeCsv(table, [response])));
    expect(row.x?.replace(/^'/, "")).toBe(cell);
  });
});

describe("the data dictionary", () => {
  it("names the code system of a coded column", () => {
    const { tableSchema } = JSON.parse(
      JSON.stringify(dataDictionary(tableOf("Patient", { audience: "anonymised", answers: [] }), "u")),
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
    const table = tableOf("Observation", { audience: "anonymised", answers: [] });
    const dictionary = JSON.parse(JSON.stringify(dataDictionary(table, "https://e/x.csv")));
    expect(dictionary["@context"]).toBe("http://www.w3.org/ns/csvw");
    expect(dictionary.tableSchema.columns).toHaveLength(table.columns.length);
    for (const column of dictionary.tableSchema.columns) expect(column["dc:description"]).toMatch(/\.$/);
  });
});

describe("the audit trail's table", () => {
  const table = tableOf("AuditEvent", { audience: "identified", answers: [] });

  it("tells who asked for what, and what came of it", () => {
    const event: AnyResource = {
      resourceType: "AuditEvent",
      id: "request-1",
      type: { code: "rest" },
      subtype: [{ code: "search-type" }],
      recorded: "2026-11-28T10:00:00Z",
      outcome: "0",
      outcomeDesc: "200",
      agent: [
        {
          who: { identifier: { system: "https://issuer.example", value: "someone" } },
          altId: "analyst",
          role: [{ coding: [{ code: "data-analyst" }] }],
        },
      ],
      entity: [
        {
          type: { code: "Patient" },
          detail: [
            { type: "method", valueString: "GET" },
            { type: "parameters", valueString: "gender _count" },
            { type: "resources", valueString: "2" },
            { type: "bytes", valueString: "900" },
          ],
        },
        { what: { reference: "Patient/P1" } },
        { what: { reference: "Patient/P2" } },
      ],
    };
    expect(records(text(encodeCsv(table, [event])))[0]).toMatchObject({
      id: "request-1",
      subject: "someone",
      issuer: "https://issuer.example",
      client: "analyst",
      role: "data-analyst",
      interaction: "search-type",
      resource_type: "Patient",
      method: "GET",
      parameters: "gender _count",
      outcome_desc: "200",
      resources: "2",
      bytes: "900",
      withheld: "",
      patients: '["P1","P2"]',
    });
  });
});
