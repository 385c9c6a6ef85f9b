import type { AnyResource, Json } from "@aarohan/fhir";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  compilePolicy,
  createAnonymiser,
  createPseudonymCodec,
  PolicyError,
  programmePolicy,
} from "../src/index.ts";
import { observation, patient, registration, response, SECRETS } from "./fixtures.ts";

const plan = compilePolicy(programmePolicy);
const pseudonyms = createPseudonymCodec({
  keys: [{ id: 1, secret: new Uint8Array(32).fill(3) }],
  domain: { tenant: "default", recipient: "analyst", policy: "programme" },
});
const anonymiser = createAnonymiser(plan, { pseudonyms, releaseYear: 2026 });

function released(resource: AnyResource) {
  const result = anonymiser.anonymise(resource);
  if (result.kind === "withheld") throw new Error(result.reason);
  return result.resource;
}

function linkIds(value: Json | undefined): string[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((item) => [item.linkId, ...linkIds(item.item)]);
}

describe("the guide's samples", () => {
  it("Patient: everything that it prints, and our own additions", () => {
    expect(released(patient)).toEqual({
      resourceType: "Patient",
      id: pseudonyms.seal("Patient", "patient-123"),
      meta: {
        // 20:15 UTC is 1 April in the programme's zone.
        lastUpdated: "2025-04-01T00:00:00Z",
        security: [
          {
            system: "http://terminology.hl7.org/CodeSystem/v3-ObservationValue",
            code: "PSEUDED",
            display: "pseudonymized",
          },
          {
            system: "http://terminology.hl7.org/CodeSystem/v3-ObservationValue",
            code: "REDACTED",
            display: "redacted",
          },
        ],
      },
      extension: [
        {
          url: "https://artpark.in/fhir/StructureDefinition/age-range",
          valueRange: {
            low: { value: 42, unit: "years", system: "http://unitsofmeasure.org", code: "a" },
            high: { value: 46, unit: "years", system: "http://unitsofmeasure.org", code: "a" },
          },
        },
      ],
      identifier: [{ system: "https://artpark.in/patient-id", value: expect.stringMatching(/^AA-/) }],
      active: true,
      name: [{ use: "anonymous", text: expect.stringMatching(/^AA-/) }],
      gender: "male",
      birthDate: "1980-01-01",
      address: [{ district: "Bangalore Urban", state: "Karnataka", country: "IN" }],
    });
  });

  it("QuestionnaireResponse", () => {
    expect(released(response)).toMatchObject({
      questionnaire: "Questionnaire/oral-cancer-screening",
      status: "completed",
      subject: { reference: `Patient/${pseudonyms.seal("Patient", "patient-123")}` },
      item: [{ linkId: "symptoms", answer: [{ valueString: "white_patches" }] }],
    });
  });

  it("Observation", () => {
    expect(released(observation)).toMatchObject({
      status: "final",
      code: {
        coding: [
          {
            system: "http://snomed.info/sct",
            code: "oral-cancer-screening",
            display: "Oral Cancer Screening",
          },
        ],
      },
      valueCodeableConcept: {
        coding: [{ system: "https://artpark.in/screening-result", code: "high-risk", display: "High Risk" }],
      },
      effectiveDateTime: "2025-04",
    });
  });
});

describe("what must not leave", () => {
  it.each([patient, response, observation, registration])("leaves no $resourceType", (resource) => {
    const text = JSON.stringify(released(resource));
    for (const secret of SECRETS) expect(text).not.toContain(secret);
  });

  it("is dropped wherever it is put: any value at any element of any type", () => {
    const types = [...plan.resources.keys()];
    const canary = "canary-4f1d";
    const value = fc.letrec((tie) => ({
      node: fc.oneof(
        { maxDepth: 4 },
        fc.constant(canary),
        fc.constant(424_242),
        fc.array(tie("node"), { maxLength: 2 }),
        fc.dictionary(
          fc.constantFrom(
            "value",
            "text",
            "code",
            "system",
            "display",
            "reference",
            "coding",
            "linkId",
            "item",
            "answer",
            "start",
            "__proto__",
          ),
          tie("node"),
          { maxKeys: 4 },
        ),
      ),
    })).node;
    const names = [...new Set([...plan.resources.values()].flatMap(({ nodes }) => [...nodes.keys()]))];
    fc.assert(
      fc.property(
        fc.constantFrom(...types),
        fc.dictionary(fc.constantFrom(...names), value),
        (resourceType, body) => {
          const source = JSON.parse(JSON.stringify({ ...body, resourceType, id: "x" }));
          const result = anonymiser.anonymise(source);
          const text = JSON.stringify(result);
          expect(text).not.toContain(canary);
          expect(text).not.toContain("424242");
        },
      ),
      { numRuns: 2000 },
    );
  });

  it("is withheld whole where a modifier could change its meaning, or nothing is known of it", () => {
    const reasons = [
      { ...patient, modifierExtension: [{ url: "x" }] },
      { ...patient, implicitRules: "http://x" },
      { ...patient, id: "no id at all!" },
      { ...patient, resourceType: "Practitioner" },
      { ...patient, resourceType: "constructor" },
    ].map((resource) => anonymiser.anonymise(resource));
    expect(reasons.map((r) => r.kind === "withheld" && r.reason)).toEqual([
      "modifier-extension",
      "implicit-rules",
      "id",
      "resource-type",
      "resource-type",
    ]);
  });
});

describe("a registration", () => {
  const text = released(registration);

  it("keeps what has a rule by linkId, and nothing else", () => {
    expect(linkIds(text.item)).toEqual([
      "basic-info-group",
      "patient-age-by-years",
      "patient-age-by-dob",
      "patient-address-state",
      "habit-history-group",
      "patient-habit-tobacco",
      "screening-group",
      "patient-screening-image-group",
      "patient-screening-image-1-ai-result",
      "case-level-ai-result",
    ]);
  });

  it("recodes malformed systems, and tells the referral", () => {
    expect(JSON.stringify(text)).toContain(
      '{"system":"https://artpark.in/CodeSystem/habit-status","code":"current","display":"Current"}',
    );
    expect(text.extension).toEqual([
      { url: "https://midas.iisc.ac.in/CodeSystem/refer-case", valueBoolean: true },
    ]);
    expect(text.questionnaire).toBe("Questionnaire/OralCancerPatientRegistration|1.2");
  });

  it("gives an age in years and a date of birth the same cohort", () => {
    const ranges = JSON.stringify(text).match(/"low":\{"value":(\d+)/g);
    expect(ranges).toEqual(['"low":{"value":42', '"low":{"value":42']);
  });
});

describe("a birth date", () => {
  it.each([
    ["1980-01-01", "1980-01-01"],
    ["1984-12-31", "1980-01-01"],
    ["1985", "1985-01-01"],
    ["1937-05-05", undefined],
    ["1936-12-31", undefined],
    ["2030-01-01", undefined],
    ["12 March", undefined],
  ])("%s leaves as %s", (birthDate, expected) => {
    expect(released({ ...patient, birthDate }).birthDate).toBe(expected);
  });

  it("of 90 years or more is not told, only 90 and over", () => {
    const extension = JSON.stringify(released({ ...patient, birthDate: "1936-12-31" }).extension);
    expect(extension).toContain('"low":{"value":90');
    expect(extension).not.toContain("high");
  });

  it("gives the same answer on any day of its cohort and of the release year", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1825 }), (days) => {
        const birthDate = new Date(Date.UTC(1980, 0, 1 + days)).toISOString().slice(0, 10);
        expect(released({ ...patient, birthDate })).toEqual(
          released({ ...patient, birthDate: "1980-01-01" }),
        );
      }),
      { numRuns: 50 },
    );
  });
});

describe("an address", () => {
  it.each([
    [
      { district: "Bengaluru Urban", state: "Karnataka" },
      { district: "Bengaluru Urban", state: "Karnataka" },
    ],
    [
      { district: "MYSORE", state: "karnataka" },
      { district: "MYSORE", state: "karnataka" },
    ],
    [
      { district: "ಮೈಸೂರು", state: "ಕರ್ನಾಟಕ" },
      { district: "ಮೈಸೂರು", state: "ಕರ್ನಾಟಕ" },
    ],
    [{ district: "Mysore", state: "Bihar" }, { state: "Bihar" }],
    [{ district: "Mysore" }, { district: "Mysore" }],
    [{ district: "Hamirpur" }, undefined],
    [{ district: "12/4 Mysore", state: "Karnataka" }, { state: "Karnataka" }],
    [{ district: "Mysore 📞", state: "Karnataka" }, { state: "Karnataka" }],
    [{ district: "Dibang Valley", state: "Arunachal Pradesh" }, { state: "Arunachal Pradesh" }],
    [{ district: ["Mysore"], state: { a: 1 } }, undefined],
    [{ state: "Lakshmi", country: "Lakshmi" }, undefined],
  ])("%j leaves as %j", (address, expected) => {
    expect(released({ ...patient, address: [address] }).address).toEqual(expected && [expected]);
  });
});

describe("a reference", () => {
  it.each([
    ["Patient/patient-123", true],
    ["Patient/patient-123/_history/2", true],
    ["Practitioner/flw-77", false],
    ["Patient?identifier=x", false],
    ["urn:uuid:0d87c467-5274-4fec-8b6e-665b8f10c8d0", false],
    ["#gps", false],
    ["https://elsewhere/fhir/Patient/patient-123", false],
  ])("%s: leaves as a pseudonym: %s", (reference, leaves) => {
    const expected = leaves
      ? { reference: `Patient/${pseudonyms.seal("Patient", "patient-123")}` }
      : undefined;
    expect(released({ ...observation, subject: { reference } }).subject).toEqual(expected);
  });
});

describe("what R4 requires", () => {
  it("is masked where it may not leave", () => {
    const masked = {
      extension: [{ url: "http://hl7.org/fhir/StructureDefinition/data-absent-reason", valueCode: "masked" }],
    };
    const result = released({
      resourceType: "Observation",
      id: "1",
      status: "Lakshmi",
      code: { text: "Lakshmi" },
    });
    expect(result._status).toEqual(masked);
    expect(result.code).toEqual(masked);
  });

  it("leaves no empty object or array", () => {
    for (const resource of [patient, response, observation, registration]) {
      expect(JSON.stringify(released(resource))).not.toMatch(/\{\}|\[\]|null/);
    }
  });
});

describe("compilePolicy", () => {
  it.each([
    [
      { resources: { Patient: { elements: { nickname: "type" } } } },
      "Patient.nickname is no element of FHIR R4",
    ],
    [{ resources: { Pateint: {} } }, "Pateint is no resource type of FHIR R4"],
    [
      { resources: { Patient: { elements: { gender: { method: "region", level: "state" } } } } },
      "Patient.gender has a rule that fits none",
    ],
    [{ resources: { Patient: { elements: { photo: "type" } } } }, "Patient.photo has a rule that fits none"],
    [{ recodings: [{ prefix: "urn:", targets: ["http://none"] }] }, "is recoded to, and lists no codes"],
  ] as const)("refuses %j", (change, message) => {
    expect(() => compilePolicy({ ...programmePolicy, ...change })).toThrow(PolicyError);
    expect(() => compilePolicy({ ...programmePolicy, ...change })).toThrow(message);
  });

  it("gives every change of a policy another hash", () => {
    expect(compilePolicy({ ...programmePolicy, utcOffsetMinutes: 0 }).hash).not.toBe(plan.hash);
    expect(plan.hash).toMatch(/^[0-9a-f]{64}$/);
  });
});
