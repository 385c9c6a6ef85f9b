import type { Json } from "@aarohan/fhir";
import { describe, expect, it } from "vitest";
import { type Policy, questionnaireForm } from "../src/index.ts";
import { releasedBy, smallPolicy } from "./small-policy.ts";

const NAME = "Questionnaire/q";
const SYSTEM = "https://example.org/codes";
const AGE = "https://artpark.in/fhir/StructureDefinition/age-range";

const policy: Policy = {
  ...smallPolicy({
    types: {
      date: { method: "truncateDate", precision: "month" },
      dateTime: { method: "truncateDate", precision: "month" },
      code: "keep",
    },
  }),
  resources: {
    QuestionnaireResponse: {
      elements: {
        questionnaire: { method: "keep", values: [NAME] },
        status: "type",
        authored: "type",
        item: "answers",
      },
    },
  },
  terminologies: { [SYSTEM]: { codes: { a: "A", b: "B" } } },
  questionnaires: [
    {
      names: [NAME],
      answers: {
        coded: { kind: "coded" },
        token: { kind: "token", values: ["red", "white"] },
        pattern: { kind: "pattern", pattern: "[A-Z]{2}\\d" },
        number: { kind: "number", least: 1, most: 10 },
        score: { kind: "labelledScore", values: ["suspicious"] },
        state: { kind: "state" },
        district: { kind: "district" },
        yes: { kind: "boolean" },
        when: { kind: "date" },
        born: { kind: "birthDate", years: 5, topAge: 90 },
        age: { kind: "ageYears", years: 5, topAge: 90 },
        group: { kind: "group" },
        choice: { kind: "choice" },
      },
    },
  ],
};

const form = questionnaireForm({
  resourceType: "Questionnaire",
  item: [
    {
      linkId: "choice",
      text: "Which?",
      type: "choice",
      answerOption: [{ valueString: "one" }, { valueCoding: { system: "urn:x", code: "c", display: "C" } }],
    },
    { linkId: "yes", text: "Is it?", type: "boolean" },
  ],
});

interface Options {
  readonly form?: boolean;
  readonly authored?: string;
  readonly releaseYear?: number;
}

/** What leaves of a response with these items. */
function released(item: Json, options: Options = {}): Json | undefined {
  const { authored = "2025-06-15", releaseYear = 2026 } = options;
  const response = {
    resourceType: "QuestionnaireResponse",
    questionnaire: NAME,
    status: "completed",
    authored,
    item,
  };
  const forms = options.form === true && form !== undefined ? { forms: new Map([[NAME, form]]) } : {};
  return releasedBy(policy, response, { releaseYear, ...forms })?.item;
}

/** Of one item with one answer. */
function answered(linkId: string, answer: Json, options: Options = {}): Json | undefined {
  const items = released([{ linkId, answer: [answer] }], options);
  return Array.isArray(items) ? Object(items[0]).answer : undefined;
}

describe("an answer leaves by its rule", () => {
  it.each<[string, Json, Json | undefined]>([
    [
      "coded",
      { valueCoding: { system: SYSTEM, code: "a", display: "typed" } },
      [{ valueCoding: { system: SYSTEM, code: "a", display: "A" } }],
    ],
    ["coded", { valueCoding: { system: SYSTEM, code: "z" } }, undefined],
    ["coded", { valueCoding: { system: "urn:other", code: "a" } }, undefined],
    ["coded", { valueString: "a" }, undefined],
    ["coded", { valueCoding: "a" }, undefined],
    ["token", { valueString: "red" }, [{ valueString: "red" }]],
    ["token", { valueString: "blue" }, undefined],
    ["token", { valueString: ["red"] }, undefined],
    ["token", { valueInteger: 1 }, undefined],
    ["pattern", { valueString: "AB1" }, [{ valueString: "AB1" }]],
    ["pattern", { valueString: "AB12" }, undefined],
    ["pattern", { valueString: "xAB1" }, undefined],
    ["number", { valueInteger: 1 }, [{ valueInteger: 1 }]],
    ["number", { valueInteger: 10 }, [{ valueInteger: 10 }]],
    ["number", { valueDecimal: 2.5 }, [{ valueDecimal: 2.5 }]],
    ["number", { valueInteger: 0 }, undefined],
    ["number", { valueInteger: 11 }, undefined],
    ["number", { valueDecimal: 10.01 }, undefined],
    ["number", { valueInteger: "5" }, undefined],
    ["number", { valueString: "5" }, undefined],
    ["score", { valueString: "suspicious|92.5" }, [{ valueString: "suspicious|92.5" }]],
    ["score", { valueString: "suspicious|100" }, [{ valueString: "suspicious|100" }]],
    ["score", { valueString: "suspicious|101" }, undefined],
    ["score", { valueString: "other|50" }, undefined],
    ["score", { valueString: "suspicious|50.123" }, undefined],
    ["score", { valueString: "suspicious" }, undefined],
    ["score", { valueString: "suspicious|50|9876543210" }, undefined],
    ["score", { valueString: "Lakshmi suspicious|50" }, undefined],
    ["state", { valueString: "Karnataka" }, [{ valueString: "Karnataka" }]],
    ["state", { valueString: "Atlantis" }, undefined],
    ["yes", { valueBoolean: true }, [{ valueBoolean: true }]],
    ["yes", { valueBoolean: false }, [{ valueBoolean: false }]],
    ["yes", { valueBoolean: "true" }, undefined],
    ["yes", { valueString: "true" }, undefined],
    ["when", { valueDate: "2025-03-17" }, [{ valueDate: "2025-03" }]],
    ["when", { valueDate: "soon" }, undefined],
    ["when", { valueDate: 2025 }, undefined],
    ["when", { valueString: "2025-03-17" }, undefined],
    ["group", { valueString: "x" }, undefined],
    ["unknown", { valueString: "red" }, undefined],
    ["token", { valueString: "red", modifierExtension: [{ url: "x" }] }, undefined],
    ["token", "red", undefined],
    ["token", null, undefined],
  ])("%s: %j gives %j", (linkId, answer, expected) => {
    expect(answered(linkId, answer)).toEqual(expected);
  });

  it("several answers each by itself", () => {
    expect(
      released([
        {
          linkId: "token",
          answer: [{ valueString: "red" }, { valueString: "name" }, { valueString: "white" }],
        },
      ]),
    ).toEqual([{ linkId: "token", answer: [{ valueString: "red" }, { valueString: "white" }] }]);
  });
});

describe("a district that one state has leaves, but not within another", () => {
  const state = (value: Json) => ({ linkId: "state", answer: [{ valueString: value }] });
  const district = { linkId: "district", answer: [{ valueString: "Bengaluru Urban" }] };

  it.each<[string, Json, boolean]>([
    ["beside it", [state("Karnataka"), district], true],
    ["before it", [district, state("Karnataka")], true],
    ["with the state inside a group", [{ linkId: "group", item: [state("Karnataka")] }, district], true],
    ["inside a group", [state("Karnataka"), { linkId: "group", item: [district] }], true],
    ["with another state", [state("Kerala"), district], false],
    ["without a state", [district], true],
    ["with a state that is none", [state("Atlantis"), district], false],
    ["with a state that is no text", [state(5), district], true],
    ["with an unanswered state", [{ linkId: "state" }, district], true],
    [
      "with the state in a place without a rule",
      [{ linkId: "token", answer: [{ valueString: "Karnataka" }] }, district],
      true,
    ],
  ])("%s", (_, items, leaves) => {
    expect(JSON.stringify(released(items))?.includes("Bengaluru Urban") ?? false).toBe(leaves);
  });
});

describe("a district of which there are several", () => {
  const district = { linkId: "district", answer: [{ valueString: "Bilaspur" }] };
  const state = (valueString: string) => ({ linkId: "state", answer: [{ valueString }] });

  it.each<[Json, boolean]>([
    [[district], false],
    [[state("Chhattisgarh"), district], true],
    [[state("Himachal Pradesh"), district], true],
    [[state("Kerala"), district], false],
  ])("leaves with its state alone: %j", (items, leaves) => {
    expect(JSON.stringify(released(items))?.includes("Bilaspur") ?? false).toBe(leaves);
  });
});

describe("an age", () => {
  const range = (low: number, high: number) => [
    expect.objectContaining({
      url: AGE,
      valueRange: {
        low: expect.objectContaining({ value: low }),
        high: expect.objectContaining({ value: high }),
      },
    }),
  ];

  it("in years is the cohort's range, and the number is masked", () => {
    // 44 on 15 June 2025: born from 16 June 1980 to 15 June 1981.
    const [answer] = answered("age", { valueInteger: 44 }) as unknown as Record<string, unknown>[];
    expect(answer?.valueInteger).toBeUndefined();
    expect(JSON.stringify(answer?._valueInteger)).toContain("masked");
    expect(JSON.stringify(answer?.extension)).toContain("valueRange");
    expect(JSON.stringify(answer)).not.toContain("44");
  });

  it.each<[Json, Options]>([
    [{ valueInteger: -1 }, {}],
    [{ valueInteger: 131 }, {}],
    [{ valueInteger: 44.5 }, {}],
    [{ valueInteger: "44" }, {}],
    [{ valueInteger: 44 }, { authored: "2025-06" }],
    [{ valueInteger: 44 }, { authored: "then" }],
    [{ valueString: "44" }, {}],
  ])("is dropped where it cannot be told: %j %j", (answer, options) => {
    expect(answered("age", answer, options)).toBeUndefined();
  });

  it.each([0, 130])("of %d years is one", (valueInteger) => {
    expect(answered("age", { valueInteger })).toHaveLength(1);
  });

  it("by date of birth is the cohort's first day and range", () => {
    const [answer] = answered("born", { valueDate: "1984-03-12" }) as unknown as Record<string, unknown>[];
    expect(answer?.valueDate).toBe("1980-01-01");
    expect(answer?.extension).toEqual(range(42, 46));
    const [old] = answered("born", { valueDate: "1920-03-12" }) as unknown as Record<string, unknown>[];
    expect(old?.valueDate).toBeUndefined();
    expect(JSON.stringify(old?._valueDate)).toContain("masked");
    expect(answered("born", { valueDate: "1984" })).toBeDefined();
    expect(answered("born", { valueDate: 1984 })).toBeUndefined();
    expect(answered("born", { valueString: "1984-03-12" })).toBeUndefined();
  });
});

describe("a closed choice", () => {
  it("is one of the form's own options, as the form writes it", () => {
    expect(answered("choice", { valueString: "one" }, { form: true })).toEqual([{ valueString: "one" }]);
    expect(
      answered("choice", { valueCoding: { system: "urn:x", code: "c", display: "typed" } }, { form: true }),
    ).toEqual([{ valueCoding: { system: "urn:x", code: "c", display: "C" } }]);
    expect(answered("choice", { valueString: "other" }, { form: true })).toBeUndefined();
    expect(answered("choice", { valueString: "one" })).toBeUndefined();
    expect(answered("choice", { valueCoding: { system: SYSTEM, code: "a" } })).toHaveLength(1);
    expect(answered("choice", { valueBoolean: true }, { form: true })).toBeUndefined();
  });

  it("carries the form's words of the question, never the response's", () => {
    const items = [{ linkId: "yes", text: "typed by somebody", answer: [{ valueBoolean: true }] }];
    expect(released(items, { form: true })).toEqual([
      { linkId: "yes", text: "Is it?", answer: [{ valueBoolean: true }] },
    ]);
    expect(released(items)).toEqual([{ linkId: "yes", answer: [{ valueBoolean: true }] }]);
  });
});

describe("items", () => {
  const yes = { linkId: "yes", answer: [{ valueBoolean: true }] };

  it("stay nested, below items and below answers", () => {
    expect(released([{ linkId: "group", item: [yes] }])).toEqual([{ linkId: "group", item: [yes] }]);
    expect(released([{ linkId: "token", answer: [{ valueString: "red", item: [yes] }] }])).toEqual([
      { linkId: "token", answer: [{ valueString: "red", item: [yes] }] },
    ]);
    expect(released([{ linkId: "token", answer: [{ valueString: "name", item: [yes] }] }])).toEqual([
      { linkId: "token", answer: [{ item: [yes] }] },
    ]);
  });

  it.each<[string, Json]>([
    ["without a rule", [{ linkId: "unknown", item: [yes] }]],
    ["without a linkId", [{ answer: [{ valueBoolean: true }] }]],
    ["with a modifier", [{ ...yes, modifierExtension: [{ url: "x" }] }]],
    ["that are no objects", ["yes", null, 5]],
    ["that are no list", yes],
    ["without an answer", [{ linkId: "yes" }]],
    ["whose answers are no list", [{ linkId: "yes", answer: { valueBoolean: true } }]],
    ["of no answers", [{ linkId: "yes", answer: [] }]],
  ])("%s do not leave", (_, items) => {
    expect(released(items)).toBeUndefined();
  });

  it("of another Questionnaire do not leave", () => {
    const response = {
      resourceType: "QuestionnaireResponse",
      questionnaire: "Questionnaire/other",
      item: [yes],
    };
    expect(JSON.stringify(releasedBy(policy, response))).not.toContain("valueBoolean");
  });

  it("end at sixteen levels", () => {
    const nested = (levels: number): Json =>
      levels === 0 ? [yes] : [{ linkId: "group", item: nested(levels - 1) }];
    expect(JSON.stringify(released(nested(16)))).toContain("valueBoolean");
    expect(released(nested(17))).toBeUndefined();
  });
});
