import type { AnyResource, Json } from "@aarohan/fhir";
import { describe, expect, it } from "vitest";
import {
  type Anonymised,
  compilePolicy,
  createAnonymiser,
  type Plan,
  type Policy,
  programmePolicy,
  SHIPPED_POLICIES,
} from "../src/index.ts";
import { codecFor } from "./codec.ts";
import { everyTypePolicy } from "./every-type-policy.ts";
import { observation, patient, registration } from "./fixtures.ts";

const SECRET = "Lakshmi of 12 Gandhi Road";
const SECRET_NUMBER = 987_654_321.5;

function anonymiserFor(plan: Plan) {
  // A patient who withdrew makes it look for every resource's patient too.
  const withheldPatients = new Set(["withdrawn"]);
  return createAnonymiser(plan, { pseudonyms: codecFor(plan), releaseYear: 2026, withheldPatients });
}

const policies: readonly Policy[] = [...SHIPPED_POLICIES, everyTypePolicy];
const anonymisers = policies.map((policy) => ({ policy, ...anonymiserFor(compilePolicy(policy)) }));
const anonymised = anonymisers.filter(({ policy }) => policy.audience === "anonymised");
const programme = anonymiserFor(compilePolicy(programmePolicy));

function fromJson(text: string): AnyResource {
  return JSON.parse(text);
}

/** No policy stops at it, and no anonymised one lets the secrets out. */
function expectNothingLeaves(resource: AnyResource): void {
  for (const { policy, anonymise } of anonymisers) {
    const result = anonymise(resource);
    if (policy.audience === "identified") continue;
    const text = JSON.stringify(result);
    expect(text).not.toContain(SECRET);
    expect(text).not.toContain(String(SECRET_NUMBER));
  }
}

/** `{"a":{"a":…}}` or `[[…]]` with the value innermost. */
function nested(levels: number, open: string, close: string, value = JSON.stringify(SECRET)): string {
  return open.repeat(levels) + value + close.repeat(levels);
}

const SHAPES: readonly (readonly [shape: string, write: (levels: number) => string])[] = [
  ["lists in a name", (n) => `{"resourceType":"Patient","id":"1","name":${nested(n, "[", "]")}}`],
  [
    "lists at the subject",
    (n) => `{"resourceType":"Observation","id":"1","subject":${nested(n, "[", "]")},"issued":"2025-01-01"}`,
  ],
  [
    "extensions in extensions",
    (n) => `{"resourceType":"Patient","id":"1","extension":${nested(n, '[{"url":"x","extension":', "}]")}}`,
  ],
  [
    "items of a listed Questionnaire",
    (n) =>
      `{"resourceType":"QuestionnaireResponse","id":"1","questionnaire":"Questionnaire/OralCancerPatientRegistration",` +
      `"item":${nested(n, '[{"linkId":"basic-info-group","item":', "}]")}}`,
  ],
  [
    "items in answers",
    (n) =>
      `{"resourceType":"QuestionnaireResponse","id":"1","questionnaire":"Questionnaire/OralCancerPatientRegistration",` +
      `"item":${nested(n, '[{"linkId":"basic-info-group","answer":[{"item":', "}]}]")}}`,
  ],
  [
    "provisions in provisions",
    (n) => `{"resourceType":"Consent","id":"1","provision":${nested(n, '{"provision":[', "]}")}}`,
  ],
  [
    "contained in contained",
    (n) =>
      `{"resourceType":"Observation","id":"1","focus":[{"reference":"#a"}],"contained":` +
      `${nested(n, '[{"resourceType":"Condition","id":"a","contained":', "}]")}}`,
  ],
  [
    "Bundles in Bundles",
    (n) =>
      `{"resourceType":"Bundle","id":"1","entry":${nested(n, '[{"resource":{"resourceType":"Bundle","id":"1","entry":', "}}]")}}`,
  ],
  [
    "photographs in extensions of photographs",
    (n) =>
      `{"resourceType":"Patient","id":"1","photo":${nested(n, '[{"extension":[{"url":"x","valueAttachment":', "}]}]", "{}")}}`,
  ],
  [
    "photographs in extensions of names",
    (n) =>
      `{"resourceType":"Patient","id":"1","name":[${nested(n, '{"extension":[{"url":"x","valueAttachment":', "}]}")}]}`,
  ],
  ["an unknown element", (n) => `{"resourceType":"Patient","id":"1","nickname":${nested(n, '{"a":', "}")}}`],
];

describe("nesting", () => {
  it.each(SHAPES.flatMap(([shape, write]) => [100, 10_000].map((levels) => ({ shape, levels, write }))))(
    "of $levels levels, $shape, neither leaves nor stops it",
    ({ write, levels }) => {
      expectNothingLeaves(fromJson(write(levels)));
    },
  );
});

describe("names of prototypes", () => {
  const names = ["__proto__", "constructor", "prototype", "toString", "hasOwnProperty", "valueOf"];

  it.each(names)("%s as an element, at the root and inside, is dropped", (name) => {
    const value = `{"text":"${SECRET}","polluted":"${SECRET}","nodes":["${SECRET}"]}`;
    expectNothingLeaves(
      fromJson(
        `{"resourceType":"Observation","id":"1","${name}":${value},"code":{"${name}":${value},"coding":[{"${name}":${value}}]},` +
          `"subject":{"reference":"#1","${name}":"${SECRET}"},"contained":[{"resourceType":"Patient","id":"1","${name}":${value}}]}`,
      ),
    );
    expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
  });

  it.each(names)("%s as a value finds nothing", (name) => {
    const text = (resource: Json) => JSON.stringify(resource);
    expectNothingLeaves(fromJson(text({ resourceType: name, id: "1", name: SECRET })));
    const result = programme.anonymise({
      resourceType: "QuestionnaireResponse",
      id: "1",
      questionnaire: name,
      status: name,
      subject: { reference: `${name}/1` },
      extension: [{ url: name, valueBoolean: true }],
      item: [{ linkId: name, answer: [{ valueCoding: { system: name, code: name } }] }],
    });
    expect(text(result.kind === "released" ? result.resource : {})).not.toContain(name);
  });

  it("duplicate keys: the last stands, as JSON.parse has it", () => {
    const twice = fromJson(`{"resourceType":"Patient","id":"1","gender":"${SECRET}","gender":"female"}`);
    expect(programme.anonymise(twice)).toMatchObject({ kind: "released", resource: { gender: "female" } });
    expectNothingLeaves(
      fromJson(`{"resourceType":"Patient","id":"1","gender":"female","gender":"${SECRET}"}`),
    );
  });
});

describe("long texts", () => {
  const long = `${SECRET} `.repeat(400_000);
  const pipes = "|".repeat(10_000_000);
  const digits = "9".repeat(10_000_000);

  it.each([
    ["blanks and words", long],
    ["bars", pipes],
    ["digits", digits],
    ["dots and dashes", ".-".repeat(5_000_000)],
    ["slashes", "Patient/".repeat(1_250_000)],
  ])("10 MB of %s at every kind of action are dropped", (_kind, text) => {
    const resources: AnyResource[] = [
      {
        resourceType: "Patient",
        id: "1",
        meta: { lastUpdated: text, profile: [text] },
        name: [{ text }],
        gender: text,
        birthDate: text,
        deceasedDateTime: text,
        address: [{ district: text, state: text, country: text }],
        extension: [{ url: text, valueString: text }],
      },
      {
        resourceType: "QuestionnaireResponse",
        id: "1",
        questionnaire: `Questionnaire/oral-cancer-screening|${text}`,
        authored: text,
        subject: { reference: text },
        item: [{ linkId: "symptoms", text, answer: [{ valueString: text }] }],
      },
      {
        resourceType: "Observation",
        id: "1",
        status: text,
        code: {
          coding: [
            { system: "http://loinc.org", code: text },
            { system: text, code: "a" },
          ],
        },
        valueQuantity: { value: 1, system: "http://unitsofmeasure.org", code: text },
        subject: { reference: `#${text}` },
      },
      {
        resourceType: "Task",
        id: "1",
        instantiatesUri: text,
        output: [{ valueString: text }, { valueUrl: text }],
      },
    ];
    for (const resource of resources) {
      for (const { anonymise } of anonymised) {
        expect(JSON.stringify(anonymise(resource)).length).toBeLessThan(5000);
      }
    }
  });

  it.each([long, digits, ""])("as an id withhold the resource: case %$", (id) => {
    for (const { anonymise } of anonymised) {
      expect(anonymise({ resourceType: "Patient", id })).toEqual({ kind: "withheld", reason: "id" });
    }
  });
});

describe("numbers at the edge", () => {
  it.each(["-0", "1e999", "-1e999", "1e-400", "9".repeat(400), `0.${"1".repeat(10_000)}`, "5e-324"])(
    "leave nowhere as something that is no number of JSON: case %$",
    (number) => {
      const quantity = `{"value":${number},"system":"http://unitsofmeasure.org","code":"%"}`;
      const resource = fromJson(
        `{"resourceType":"Observation","id":"1","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"63638-1"}]},` +
          `"valueQuantity":${quantity},"component":[{"code":{},"valueInteger":${number},"valueQuantity":${quantity}}]}`,
      );
      for (const { anonymise } of anonymised) {
        const text = JSON.stringify(anonymise(resource));
        expect(text).not.toContain("null");
        expect(text).not.toMatch(/"value":(?!-?[\d.e-]+[,}])/);
      }
    },
  );
});

describe("a resource without a type that is known", () => {
  it.each([undefined, null, "", "patient", "Patient ", "Lakshmi", 7, ["Patient"], { type: "Patient" }])(
    "%j is withheld",
    (resourceType) => {
      const source = fromJson(JSON.stringify({ resourceType, id: "1", name: [{ text: SECRET }] }));
      for (const { anonymise } of anonymisers) {
        expect(anonymise(source)).toEqual({ kind: "withheld", reason: "resource-type" });
      }
    },
  );
});

describe("two values of a choice", () => {
  it("leave as one: the first that may leave", () => {
    const released = (members: Readonly<Record<string, Json>>) => {
      const result = programme.anonymise({ ...observation, ...members });
      return result.kind === "released"
        ? Object.keys(result.resource).filter((name) => /^value/.test(name))
        : [];
    };
    const { valueCodeableConcept, ...rest } = observation;
    expect(released({ valueBoolean: true })).toEqual(["valueCodeableConcept"]);
    expect(Object.keys(rest)).not.toContain("valueCodeableConcept");
    const both = {
      ...rest,
      valueString: SECRET,
      valueBoolean: true,
      valueCodeableConcept: valueCodeableConcept ?? null,
    };
    const result = programme.anonymise({ ...both, resourceType: "Observation" });
    expect(result).toMatchObject({ kind: "released", resource: { valueBoolean: true } });
    expect(JSON.stringify(result)).not.toMatch(/valueString|valueCodeableConcept/);
  });
});

describe("contained resources", () => {
  const condition = (id: string, evidence: readonly string[]) => ({
    resourceType: "Condition",
    id,
    code: { text: SECRET },
    evidence: [{ detail: evidence.map((reference) => ({ reference })) }],
  });
  const holder = (contained: readonly Json[], ...references: readonly string[]): AnyResource => ({
    resourceType: "Observation",
    id: "1",
    focus: references.map((reference) => ({ reference })),
    contained,
  });
  const containedOf = (result: Anonymised): readonly Json[] =>
    result.kind === "released" && Array.isArray(result.resource.contained) ? result.resource.contained : [];

  it("that refer to themselves, to each other and to their container leave once", () => {
    const circle = holder([condition("a", ["#b", "#a", "#"]), condition("b", ["#a"])], "#a", "#a");
    const contained = containedOf(programme.anonymise(circle));
    expect(contained).toMatchObject([
      { id: "c1", evidence: [{ detail: [{ reference: "#c2" }, { reference: "#c1" }] }] },
      { id: "c2", evidence: [{ detail: [{ reference: "#c1" }] }] },
    ]);
    expectNothingLeaves(circle);
  });

  it("stay behind where nothing that leaves refers to them", () => {
    expect(
      containedOf(programme.anonymise(holder([condition("a", ["#b"]), condition("b", ["#a"])]))),
    ).toEqual([]);
  });

  it("of one id: the first stands", () => {
    const twice = holder([{ ...condition("a", []), resourceType: "Practitioner" }, condition("a", [])], "#a");
    expect(containedOf(programme.anonymise(twice))).toEqual([]);
  });

  it("in a chain of 5000 leave, the next referred to by the one before", () => {
    const chain = Array.from({ length: 5000 }, (_, index) => condition(`n${index}`, [`#n${index + 1}`]));
    const contained = containedOf(programme.anonymise(holder(chain, "#n0")));
    expect(contained).toHaveLength(5000);
    expect(JSON.stringify(contained)).not.toContain(SECRET);
  });

  it.each([
    ["that is no object", [SECRET, null, 7, [condition("a", [])]]],
    ["without an id", [{ ...condition("a", []), id: 7 }]],
    ["without a type", [{ ...condition("a", []), resourceType: null }]],
    ["of a type that does not leave", [{ ...condition("a", []), resourceType: "Practitioner" }]],
  ])("one %s is dropped, and the reference to it", (_what, contained) => {
    const result = programme.anonymise(holder(contained, "#a"));
    expect(result).toMatchObject({ kind: "released" });
    expect(JSON.stringify(result)).not.toMatch(/contained|focus|Gandhi/);
  });

  it("with a modifier that is not known withholds its container", () => {
    const modified = { ...condition("a", []), modifierExtension: [{ url: "x", valueBoolean: true }] };
    expect(programme.anonymise(holder([modified], "#a"))).toEqual({
      kind: "withheld",
      reason: "modifier-extension",
    });
  });
});

describe("after all that", () => {
  it("the report tells no value", () => {
    for (const resource of [patient, observation, registration]) programme.anonymise(resource);
    const report = JSON.stringify(programme.report());
    for (const word of ["Lakshmi", "Gandhi", "nickname", "polluted", "9876543210"])
      expect(report).not.toContain(word);
  });
});
