import { EdgeError } from "@aarohan/contract";
import { compilePolicy, createAnonymiser, createPseudonymCodec, programmePolicy } from "@aarohan/deid";
import { splitBundle } from "@aarohan/fhir";
import type { Upstream } from "@aarohan/upstream";
import { describe, expect, it } from "vitest";
import { createQuestionnaireCache } from "../src/index.ts";

const plan = compilePolicy(programmePolicy);
const call = { requestId: "1" };
const NAME = "Questionnaire/OralCancerPatientRegistration";
const URL = "https://midas.iisc.ac.in/fhir/Questionnaire/OralCancerPatientRegistration";

const questionnaire = {
  resourceType: "Questionnaire",
  id: "OralCancerPatientRegistration",
  url: URL,
  contained: [
    {
      resourceType: "ValueSet",
      id: "genders",
      compose: { include: [{ system: "urn:new", concept: [{ code: "nonbinary", display: "Non-binary" }] }] },
    },
  ],
  item: [
    {
      linkId: "basic-info-group",
      item: [
        { linkId: "patient-name-given", text: "Name", answerOption: [{ valueString: "Lakshmi" }] },
        { linkId: "patient-gender", text: "Sex", answerValueSet: "#genders" },
        { linkId: "patient-habit-tobacco", answerOption: [{ valueString: "sometimes" }] },
      ],
    },
  ],
};

const response = {
  resourceType: "QuestionnaireResponse",
  id: "1",
  questionnaire: NAME,
  status: "completed",
  item: [
    {
      linkId: "basic-info-group",
      item: [
        { linkId: "patient-name-given", text: "Given name of Lakshmi", answer: [{ valueString: "Lakshmi" }] },
        {
          linkId: "patient-gender",
          text: "Lakshmi's sex",
          answer: [{ valueCoding: { system: "urn:new", code: "nonbinary", display: "Lakshmi" } }],
        },
        {
          linkId: "patient-habit-tobacco",
          answer: [{ valueString: "sometimes" }, { valueString: "Lakshmi" }],
        },
      ],
    },
  ],
};

/** An upstream that has these Questionnaires, and counts what it is asked. */
function upstream(found: readonly object[], fault?: EdgeError) {
  const asked: string[] = [];
  const bytes = (value: object) => new TextEncoder().encode(JSON.stringify(value));
  const never = () => Promise.reject(new Error("not asked in this test"));
  const port: Upstream = {
    async read(type, id) {
      asked.push(`${type}/${id}`);
      if (fault !== undefined) throw fault;
      return found[0] === undefined ? undefined : bytes(found[0]);
    },
    async search(type, parameters) {
      asked.push(`${type}?${new URLSearchParams(parameters.map(([name, value]) => [name, value]))}`);
      if (fault !== undefined) throw fault;
      const page = bytes({ resourceType: "Bundle", entry: found.map((resource) => ({ resource })) });
      return { bytes: page, bundle: splitBundle(page, { maximumResourceBytes: 1_000_000 }), next: undefined };
    },
    follow: never,
    serverTime: async () => undefined,
    capabilities: async () => [],
    history: () => Promise.reject(new Error("not expected")),
    isReachable: never,
  };
  return { port, asked };
}

async function releasedWith(found: readonly object[], change: object = {}, fault?: EdgeError) {
  const { port, asked } = upstream(found, fault);
  const cache = createQuestionnaireCache(plan, port);
  const source = { ...response, ...change };
  await cache.learn(source, call);
  const pseudonyms = createPseudonymCodec({
    keys: [{ id: 0, secret: new Uint8Array(32).fill(5) }],
    domain: { tenant: "t", recipient: "r", policy: "p" },
  });
  const anonymiser = createAnonymiser(plan, { pseudonyms, releaseYear: 2026, forms: cache.forms });
  return { text: JSON.stringify(anonymiser.anonymise(source)), asked, cache };
}

describe("closed choices", () => {
  it("leave when the Questionnaire itself offers them, in its own words", async () => {
    const { text, asked } = await releasedWith([questionnaire]);
    expect(asked).toEqual([NAME]);
    expect(text).toContain('"valueCoding":{"system":"urn:new","code":"nonbinary","display":"Non-binary"}');
    expect(text).toContain('"valueString":"sometimes"');
    expect(text).toContain('"text":"Sex"');
    expect(text).not.toContain("Lakshmi");
  });

  it("stay behind without the Questionnaire", async () => {
    const { text } = await releasedWith([]);
    expect(text).not.toMatch(/nonbinary|sometimes|Sex|Lakshmi/);
  });

  it("are those of the version that the response names", async () => {
    const { text, asked } = await releasedWith([questionnaire], { questionnaire: `${URL}|1.2.0` });
    expect(asked).toEqual([
      `Questionnaire?${new URLSearchParams({ url: URL, version: "1.2.0", _count: "2" })}`,
    ]);
    expect(text).toContain("nonbinary");
  });

  it("stay behind where two Questionnaires have one name", async () => {
    const { text } = await releasedWith([questionnaire, questionnaire], { questionnaire: URL });
    expect(text).not.toContain("nonbinary");
  });

  it("stay behind, and nothing else fails, where the Questionnaire cannot be had", async () => {
    const { text } = await releasedWith([], {}, new EdgeError("upstream-unreachable", "no"));
    expect(text).toContain('"kind":"released"');
    expect(text).not.toContain("nonbinary");
  });
});

describe("the cache", () => {
  it("asks once in ten minutes for a form, once in one for a missing one, and never for one without rules", async () => {
    let now = 0;
    for (const [found, again] of [
      [[questionnaire], 600_000],
      [[], 60_000],
    ] as const) {
      const { port, asked } = upstream(found);
      const cache = createQuestionnaireCache(plan, port, () => now);
      const learn = (name: string) => cache.learn({ ...response, questionnaire: name }, call);
      await learn(NAME);
      await learn(NAME);
      now += again - 1;
      await learn(NAME);
      expect(asked).toHaveLength(1);
      now += 1;
      await learn(NAME);
      expect(asked).toHaveLength(2);
      await learn("Questionnaire/somebody-elses");
      expect(asked).toHaveLength(2);
    }
  });
});
