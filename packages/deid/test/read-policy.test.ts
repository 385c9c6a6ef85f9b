import type { Json } from "@aarohan/fhir";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { PolicyError, readPolicy, SHIPPED_POLICIES } from "../src/index.ts";
import schema from "../src/policy.schema.json" with { type: "json" };
import { smallPolicy } from "./small-policy.ts";

const byAjv = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(schema);

function copy(document: unknown): Json {
  return JSON.parse(JSON.stringify(document));
}

const rule = (value: Json) => ({ resources: { Patient: { elements: { gender: value } } } });
const type = (value: Json) => ({ types: { code: value } });
const extension = (value: Json) => ({ extensions: { "http://x": value } });
const terminology = (value: Json) => ({ terminologies: { "http://x": value } });
const answer = (value: Json) => ({ questionnaires: [{ names: ["Questionnaire/q"], answers: { a: value } }] });

/** What is wrong, what is changed in a good policy, and the place that the error names. */
const REFUSED: readonly (readonly [what: string, change: Json, place: string])[] = [
  ["a name with blanks", { name: "My Policy" }, "name"],
  ["an empty name", { name: "" }, "name"],
  ["a name that is a number", { name: 7 }, "name"],
  ["a version that is no semantic one", { version: "1.0" }, "version"],
  ["no description", { description: "" }, "description"],
  ["another audience", { audience: "everybody" }, "audience"],
  ["other keys", { keys: "mine" }, "keys"],
  ["another use", { use: "print" }, "use"],
  ["a zone as a text", { utcOffsetMinutes: "+05:30" }, "utcOffsetMinutes"],
  ["a zone beyond the date line", { utcOffsetMinutes: 900 }, "utcOffsetMinutes"],
  ["a zone of half a minute", { utcOffsetMinutes: 0.5 }, "utcOffsetMinutes"],
  ["an unknown label", { securityLabels: ["ANONYED"] }, "securityLabels"],
  ["a label twice", { securityLabels: ["PSEUDED", "PSEUDED"] }, "securityLabels"],
  ["an unknown member", { comment: "x" }, "comment"],
  ["a list of resources", { resources: [] }, "resources"],
  ["a resource without rules", { resources: { Patient: "keep" } }, "resources.Patient"],
  [
    "a resource that is withheld and has rules",
    { resources: { Patient: { withhold: "x", elements: {} } } },
    "resources.Patient",
  ],
  [
    "a resource that is withheld without a reason",
    { resources: { Patient: { withhold: "" } } },
    "resources.Patient",
  ],
  ["an unknown word for what is unnamed", { otherResources: { unnamed: "hide" } }, "otherResources"],
  [
    "a path that is none",
    { resources: { Patient: { elements: { "Patient..gender": "keep" } } } },
    "resources.Patient.elements",
  ],
  [
    "a path with an index",
    { resources: { Patient: { elements: { "name[0]": "keep" } } } },
    "resources.Patient.elements",
  ],
  ["an unknown method", rule("encrypt"), "resources.Patient.elements.gender"],
  ["a method in the wrong case", rule("Keep"), "resources.Patient.elements.gender"],
  ["a rule that is no rule", rule(true), "resources.Patient.elements.gender"],
  ["a rule without a method", rule({ values: ["male"] }), "resources.Patient.elements.gender"],
  ["an unknown option", rule({ method: "keep", allow: true }), "resources.Patient.elements.gender"],
  [
    "another method's option",
    rule({ method: "drop", values: ["male"] }),
    "resources.Patient.elements.gender",
  ],
  ["an empty list of values", rule({ method: "keep", values: [] }), "resources.Patient.elements.gender"],
  ["values that are no texts", rule({ method: "keep", values: [7] }), "resources.Patient.elements.gender"],
  ["an empty pattern", rule({ method: "keep", pattern: "" }), "resources.Patient.elements.gender"],
  [
    "free text that is not wanted",
    rule({ method: "keep", freeText: false }),
    "resources.Patient.elements.gender",
  ],
  [
    "a border that is a text",
    rule({ method: "keep", least: "1", most: 2 }),
    "resources.Patient.elements.gender",
  ],
  ["an empty source", rule({ method: "drop", source: "" }), "resources.Patient.elements.gender"],
  ["truncateDate as a word", rule("truncateDate"), "resources.Patient.elements.gender"],
  [
    "truncateDate to the week",
    rule({ method: "truncateDate", precision: "week" }),
    "resources.Patient.elements.gender",
  ],
  [
    "truncateDate from age 0",
    rule({ method: "truncateDate", precision: "year", topAge: 0 }),
    "resources.Patient.elements.gender",
  ],
  ["shiftDate by 0 days", rule({ method: "shiftDate", mostDays: 0 }), "resources.Patient.elements.gender"],
  [
    "shiftDate by part of a day",
    rule({ method: "shiftDate", mostDays: 0.5 }),
    "resources.Patient.elements.gender",
  ],
  [
    "shiftDate by 11 years",
    rule({ method: "shiftDate", mostDays: 4000 }),
    "resources.Patient.elements.gender",
  ],
  ["ageBand without a top age", rule({ method: "ageBand", years: 5 }), "resources.Patient.elements.gender"],
  [
    "ageBand of 0 years",
    rule({ method: "ageBand", years: 0, topAge: 90 }),
    "resources.Patient.elements.gender",
  ],
  [
    "ageBand up to 200",
    rule({ method: "ageBand", years: 5, topAge: 200 }),
    "resources.Patient.elements.gender",
  ],
  ["a region of villages", rule({ method: "region", level: "village" }), "resources.Patient.elements.gender"],
  [
    "a quantity without units",
    rule({ method: "quantity", units: [], least: 0, most: 1 }),
    "resources.Patient.elements.gender",
  ],
  [
    "a quantity without a border",
    rule({ method: "quantity", units: ["%"], least: 0 }),
    "resources.Patient.elements.gender",
  ],
  [
    "an identifier of an empty system",
    rule({ method: "pseudonym", system: "" }),
    "resources.Patient.elements.gender",
  ],
  [
    "a generalization to numbers",
    rule({ method: "generalize", map: { a: 1 } }),
    "resources.Patient.elements.gender",
  ],
  ["no borders", rule({ method: "generalize", borders: [] }), "resources.Patient.elements.gender"],
  ["nothing fixed", rule({ method: "fixed" }), "resources.Patient.elements.gender"],
  ["null fixed", rule({ method: "fixed", value: null }), "resources.Patient.elements.gender"],
  [
    "a recoding without a map",
    rule({ method: "recode", system: "http://x" }),
    "resources.Patient.elements.gender",
  ],
  ["a data type with a wrong rule", type({ method: "encrypt" }), "types.code"],
  ["a data type with an unknown member", type({ elements: {}, keep: true }), "types.code"],
  ["an extension on nothing", extension({ on: [], values: { valueBoolean: "keep" } }), "extensions.http://x"],
  ["an extension without values", extension({ on: ["Patient"], values: {} }), "extensions.http://x"],
  [
    "an extension's member that is no value",
    extension({ on: ["Patient"], values: { url: "keep" } }),
    "extensions.http://x",
  ],
  ["codes that are a list", terminology({ codes: ["a"] }), "terminologies.http://x"],
  ["a display that is no text", terminology({ codes: { a: null } }), "terminologies.http://x"],
  ["an empty pattern of codes", terminology({ pattern: "" }), "terminologies.http://x"],
  ["a recoding of everything", { recodings: [{ prefix: "", targets: ["http://x"] }] }, "recodings.0"],
  ["a recoding to nothing", { recodings: [{ prefix: "urn:", targets: [] }] }, "recodings.0"],
  ["an open reference to a URL", { openReferences: ["https://x/Location/1"] }, "openReferences.0"],
  ["an open reference to a type", { openReferences: ["Location"] }, "openReferences.0"],
  ["a Questionnaire without a name", { questionnaires: [{ names: [], answers: {} }] }, "questionnaires.0"],
  ["an unknown kind of answer", answer({ kind: "text" }), "questionnaires.0.answers.a"],
  ["tokens without values", answer({ kind: "token" }), "questionnaires.0.answers.a"],
  ["a number without borders", answer({ kind: "number" }), "questionnaires.0.answers.a"],
  ["an age without a top age", answer({ kind: "ageYears", years: 5 }), "questionnaires.0.answers.a"],
  ["a choice with values", answer({ kind: "choice", values: ["a"] }), "questionnaires.0.answers.a"],
];

describe("readPolicy", () => {
  it.each(SHIPPED_POLICIES)("reads $name as it is shipped", (policy) => {
    expect(readPolicy(copy(policy))).toEqual(policy);
    expect(byAjv(copy(policy))).toBe(true);
  });

  it.each(REFUSED)("refuses %s, and names its place", (_what, change, place) => {
    const document = copy({ ...smallPolicy(), ...Object(change) });
    expect(() => readPolicy(document)).toThrow(PolicyError);
    expect(() => readPolicy(document)).toThrow(place);
    expect(byAjv(document)).toBe(false);
  });

  it.each((schema.required ?? []).map((name) => [name]))("refuses a policy without %s", (name) => {
    const { [name]: _without, ...document } = Object(copy(smallPolicy()));
    expect(() => readPolicy(document)).toThrow(PolicyError);
    expect(byAjv(document)).toBe(false);
  });

  it.each([null, "policy", 7, [], {}, [smallPolicy()]])("refuses %j, which is no policy", (document) => {
    expect(() => readPolicy(document)).toThrow(PolicyError);
    expect(byAjv(document)).toBe(false);
  });

  it.each([
    ["a $schema", { $schema: "https://x/policy.schema.json" }],
    ["sources", rule({ method: "keep", source: "the guide" })],
    ["labels", { securityLabels: ["PSEUDED", "MASKED"] }],
    ["everything of a type", { otherResources: { unnamed: "type", source: "x" } }],
    [
      "choices by type and as a whole",
      {
        resources: {
          Observation: {
            elements: { "value[x]": "type", "component.value[x]": "drop", valueString: "drop" },
          },
        },
      },
    ],
  ] as const)("reads %s", (_what, change) => {
    const document = copy({ ...smallPolicy(), ...change });
    expect(readPolicy(document)).toEqual(document);
    expect(byAjv(document)).toBe(true);
  });

  it("says nothing of what stands in the document", () => {
    const document = {
      ...smallPolicy(),
      description: 7,
      resources: { Patient: { elements: { gender: "Lakshmi" } } },
    };
    expect(() => readPolicy(document)).toThrow(/^(?!.*Lakshmi)policy small: /);
  });
});
