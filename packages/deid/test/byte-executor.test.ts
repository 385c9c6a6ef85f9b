import { generatePopulation } from "@aarohan/devkit";
import { type AnyResource, elementTypes, isResourceType } from "@aarohan/fhir";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  ByteWriter,
  compilePolicy,
  createByteAnonymiser,
  identifiedPolicy,
  programmePolicy,
  SHIPPED_POLICIES,
} from "../src/index.ts";
import { codecFor } from "./codec.ts";
import { Differential } from "./differential.ts";
import { everyTypePolicy } from "./every-type-policy.ts";
import { observation, patient, registration, response } from "./fixtures.ts";
import { hl7Examples } from "./hl7-examples.ts";
import { mutated, randomOf } from "./mutation.ts";
import { resourceWithWrong, WRONG_VALUES } from "./wrong-values.ts";

const LARGE = 1_000_000;
const encoder = new TextEncoder();
const decoder = new TextDecoder();
const policies = [...SHIPPED_POLICIES, everyTypePolicy];
// A share of them: `npm run -s pnpm -- --filter @aarohan/deid run differential` takes all, again and again.
const examples = hl7Examples()
  .map(({ resource }) => resource)
  .filter((resource, index) => index % 6 === 0 && JSON.stringify(resource).length < LARGE);
const population = [...generatePopulation({ patients: 20, seed: 5 })];
const samples = [...population, ...examples, patient, observation, response, registration];
const withheldPatients = new Set([
  "withdrawn",
  "example",
  ...population.slice(0, 200).map(({ id }) => String(id)),
]);

function bytesOf(resource: AnyResource): Uint8Array {
  return encoder.encode(JSON.stringify(resource));
}

describe.each(policies)("by $name, the byte executor", (policy) => {
  const plan = compilePolicy(policy);

  it("writes what the object executor gives, and counts the same: HL7's examples and a population", () => {
    const both = new Differential(plan, { upstreamBaseUrl: "https://example.org/fhir" });
    for (const resource of samples) expect(both.differenceIn(bytesOf(resource))).toBeUndefined();
    expect(both.isReportSame).toBe(true);
    expect(both.outcomes.get("released")).toBeGreaterThan(200);
  });

  it("withholds the same patients", () => {
    const both = new Differential(plan, { withheldPatients, requirePatient: true });
    for (const resource of samples) expect(both.differenceIn(bytesOf(resource))).toBeUndefined();
    expect(both.isReportSame).toBe(true);
    if (policy.audience === "anonymised") expect(both.outcomes.get("consent")).toBeGreaterThan(40);
  });

  it("does the same where values are of the wrong type, at each place of each type", () => {
    const both = new Differential(plan);
    let turn = 0;
    for (const type of elementTypes().filter(isResourceType)) {
      for (let run = 0; run < 3; run += 1, turn += 1) {
        const value = WRONG_VALUES[turn % WRONG_VALUES.length]?.[1] ?? null;
        const level = turn % 3;
        expect(both.differenceIn(bytesOf(resourceWithWrong(type, value, level)))).toBeUndefined();
      }
    }
    expect(both.isReportSame).toBe(true);
  });

  it("does the same with what is spelled otherwise, changed or broken", () => {
    const both = new Differential(plan, { withheldPatients });
    const seed = fc.integer();
    fc.assert(
      fc.property(fc.constantFrom(...samples), seed, (resource, number) => {
        expect(both.differenceIn(mutated(resource, randomOf(number)))).toBeUndefined();
      }),
      { numRuns: 300 },
    );
    expect(both.isReportSame).toBe(true);
    for (const outcome of ["released", "malformed"]) expect(both.outcomes.get(outcome)).toBeGreaterThan(10);
  });
});

const plan = compilePolicy(programmePolicy);

function written(text: string | Uint8Array): string {
  const anonymiser = createByteAnonymiser(plan, { pseudonyms: codecFor(plan), releaseYear: 2026 });
  const bytes = typeof text === "string" ? encoder.encode(text) : text;
  const output = new ByteWriter();
  const outcome = anonymiser.anonymiseBytes(bytes, 0, bytes.length, output);
  return outcome === "released" ? decoder.decode(output.written) : outcome;
}

describe("bytes that are read", () => {
  it("may have resourceType last, white space, and names with escapes", () => {
    const text = ` { "st\\u0061tus" : "fin\\u0061l" ,\n"id":"1","resource\\u0054ype" : "Observation"} `;
    expect(written(text)).toBe(written('{"resourceType":"Observation","status":"final","id":"1"}'));
    expect(written(text)).toContain('"status":"final"');
  });

  it("keep numbers as they are written", () => {
    const quantity = (value: string) => `"system":"http://unitsofmeasure.org","code":"%","value":${value}`;
    for (const value of ["5.0", "1e1", "5.50", "0.10E+1", "12"]) {
      const text = written(`{"resourceType":"Observation","id":"1","valueQuantity":{${quantity(value)}}}`);
      expect(text).toContain(`"valueQuantity":{"value":${value},`);
    }
  });

  it.each([
    ["at the root", '{"resourceType":"Observation","id":"1","status":"final","status":"amended"}'],
    [
      "spelled otherwise",
      '{"resourceType":"Observation","id":"1","status":"final","st\\u0061tus":"amended"}',
    ],
    ["the type", '{"resourceType":"Observation","id":"1","resourceType":"Patient"}'],
    ["in an element", '{"resourceType":"Observation","id":"1","code":{"coding":[],"coding":[]}}'],
    ["in a Coding", '{"resourceType":"Observation","id":"1","code":{"coding":[{"code":"a","code":"b"}]}}'],
    [
      "in a Reference",
      '{"resourceType":"Observation","id":"1","subject":{"reference":"Patient/1","reference":"x"}}',
    ],
    ["that R4 does not have", '{"resourceType":"Observation","id":"1","x":1,"x":2}'],
    [
      "beside a contained one",
      '{"resourceType":"Observation","id":"1","subject":{"reference":"#a"},"contained":[{"id":"a","id":"b"}]}',
    ],
  ])("are refused where a name stands twice: %s", (_, text) => {
    expect(() => JSON.parse(text)).not.toThrow();
    expect(written(text)).toBe("malformed");
  });

  it("are refused where they go on behind the resource, even with one that is whole", () => {
    const one = '{"resourceType":"Observation","id":"1"}';
    for (const more of [one, "x", "}", "\0", ",", "﻿"]) expect(written(one + more)).toBe("malformed");
    expect(written(`﻿${one}`)).toBe(written(one));
  });

  it("end where they end: what stands behind is not read", () => {
    const page = encoder.encode('{"resourceType":"Patient","id":"1","gender":"female"}');
    const anonymiser = createByteAnonymiser(plan, { pseudonyms: codecFor(plan), releaseYear: 2026 });
    for (let end = 0; end < page.length; end += 1) {
      const output = new ByteWriter();
      expect(anonymiser.anonymiseBytes(page, 0, end, output)).toBe("malformed");
      expect(output.length).toBe(0);
    }
    expect(anonymiser.report().elements).toEqual([]);
  });

  it("may be as deep as they are long", () => {
    const deep = (open: string, close: string) => open.repeat(100_000) + close.repeat(100_000);
    const text = (member: string) => `{"resourceType":"Observation","id":"1",${member}}`;
    for (const member of [
      `"extension":${deep("[", "]")}`,
      `"x":${deep('{"a":[', "]}")}`,
      `"code":{"coding":${deep("[", "]")}}`,
      `"subject":{"identifier":${deep('{"assigner":', "}").replace("}", "1}")}}`,
    ]) {
      expect(written(text(member))).toContain('"resourceType":"Observation"');
    }
    expect(written(`{"resourceType":"Observation","id":"1","x":${"[".repeat(100_000)}`)).toBe("malformed");
  });
});

describe("resources inside another one", () => {
  it("may be as many as fit, and name their type last", () => {
    const entry = { resource: { id: "1", status: "final", resourceType: "Observation" } };
    const bundle = { resourceType: "Bundle", type: "collection", entry: Array(40_000).fill(entry) };
    const both = new Differential(compilePolicy(identifiedPolicy));
    expect(both.differenceIn(encoder.encode(JSON.stringify(bundle)))).toBeUndefined();
    expect(both.outcomes.get("released")).toBe(1);
  });
});

describe("what came before", () => {
  it("changes nothing: the same bytes again, and others that begin alike", () => {
    const anonymiser = createByteAnonymiser(plan, { pseudonyms: codecFor(plan), releaseYear: 2026 });
    const output = new ByteWriter();
    const random = randomOf(3);
    const parts = population.filter(({ resourceType }) => resourceType === "Observation");
    for (let run = 0; run < 3000; run += 1) {
      const resource = parts[Math.floor(random() * parts.length)] ?? observation;
      const text = JSON.stringify(resource).replaceAll(/never|past|current/g, (word) =>
        random() < 0.5 ? word : `${word}s`,
      );
      const bytes = encoder.encode(text);
      output.length = 0;
      expect(anonymiser.anonymiseBytes(bytes, 0, bytes.length, output)).toBe("released");
      expect(decoder.decode(output.written)).toBe(written(text));
    }
  });
});
