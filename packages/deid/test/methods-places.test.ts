import { type AnyResource, type Json, validateResource } from "@aarohan/fhir";
import { describe, expect, it } from "vitest";
import { compilePolicy, createAnonymiser } from "../src/index.ts";
import { codecFor } from "./codec.ts";
import { policyFor, releasedBy, smallPolicy } from "./small-policy.ts";

const codec = codecFor(compilePolicy(smallPolicy()));
const UCUM = "http://unitsofmeasure.org";
const MASKED = {
  extension: [{ url: "http://hl7.org/fhir/StructureDefinition/data-absent-reason", valueCode: "masked" }],
};

describe("drop and mask", () => {
  it("drop leaves nothing, mask says that there was something", () => {
    const rules = {
      gender: "mask",
      birthDate: "drop",
      name: "mask",
      maritalStatus: "mask",
      "deceased[x]": "mask",
    } as const;
    const source = {
      resourceType: "Patient",
      gender: "female",
      birthDate: "1984-03-12",
      name: [{ text: "Lakshmi" }, { text: "L." }],
      deceasedDateTime: "2024-01-01",
    };
    expect(releasedBy(policyFor("Patient", rules), source)).toEqual({
      _gender: MASKED,
      name: [MASKED],
      _deceasedDateTime: MASKED,
    });
  });

  it("a masked type has what R4 requires of it, masked", () => {
    const rules = { link: "mask", communication: "mask" } as const;
    const source = { resourceType: "Patient", link: [{}], communication: [{}] };
    const released = releasedBy(policyFor("Patient", rules), source) ?? {};
    expect(released).toEqual({
      link: [{ other: MASKED, _type: MASKED }],
      communication: [{ language: MASKED }],
    });
    expect(validateResource({ resourceType: "Patient", ...released })).toEqual([]);
  });

  it.each(["valueBoolean", "valueQuantity", "valueCodeableConcept"])(
    "a required choice that is masked as %s is one value, not two",
    (name) => {
      const rules = { "characteristic.value[x]": "mask", type: "keep", actual: "keep" } as const;
      const source = {
        resourceType: "Group",
        type: "person",
        actual: true,
        characteristic: [
          { code: { text: "x" }, [name]: name === "valueBoolean" ? true : { text: "x" }, exclude: false },
        ],
      };
      const released = releasedBy(policyFor("Group", rules), source) ?? {};
      expect(validateResource({ resourceType: "Group", ...released })).toEqual([]);
    },
  );

  it("what R4 requires and a rule drops is masked", () => {
    const rules = { status: "drop", code: "drop" } as const;
    const source = { resourceType: "Observation", status: "final", code: { text: "x" } };
    expect(releasedBy(policyFor("Observation", rules), source)).toEqual({ _status: MASKED, code: MASKED });
  });
});

describe("extensions", () => {
  const policy = smallPolicy({
    resources: { Patient: { elements: { "contact.gender": "keep" } } },
    types: {
      Range: { elements: { low: "type" } },
      Quantity: { method: "quantity", units: ["mm"], least: 0, most: 9 },
    },
    extensions: {
      "http://yes": {
        on: ["Patient"],
        values: { valueBoolean: "keep", valueCode: { method: "keep", values: ["a"] } },
      },
      "http://range": { on: ["Patient"], values: { valueRange: "type" } },
      "http://contact": { on: ["Patient.contact"], values: { valueBoolean: "keep" } },
    },
  });
  const released = (extension: Json, contact: Json = []) =>
    releasedBy(policy, { resourceType: "Patient", extension, contact });

  it.each<readonly [Json, Json | undefined]>([
    [[{ url: "http://yes", valueBoolean: true, id: "x" }], [{ url: "http://yes", valueBoolean: true }]],
    [[{ url: "http://yes", valueCode: "a" }], [{ url: "http://yes", valueCode: "a" }]],
    [[{ url: "http://yes", valueCode: "Lakshmi" }], undefined],
    [[{ url: "http://yes", valueString: "Lakshmi" }], undefined],
    [[{ url: "http://no", valueBoolean: true }], undefined],
    [[{ url: "http://contact", valueBoolean: true }], undefined],
    [[{ url: "http://yes" }], undefined],
    [[{ valueBoolean: true }], undefined],
    [[{ url: ["http://yes"], valueBoolean: true }], undefined],
    [{ url: "http://yes", valueBoolean: true }, undefined],
    [
      [
        {
          url: "http://range",
          valueRange: { low: { value: 5, system: UCUM, code: "mm" }, high: { value: 6 } },
        },
      ],
      [{ url: "http://range", valueRange: { low: { value: 5, system: UCUM, code: "mm" } } }],
    ],
    [[{ url: "http://yes", extension: [{ url: "http://yes", valueBoolean: true }] }], undefined],
  ])("%j leaves as %j", (extension, expected) => {
    expect(released(extension)?.extension).toEqual(expected);
  });

  it("stand where the policy puts them, and nowhere else", () => {
    const extension = [
      { url: "http://contact", valueBoolean: true },
      { url: "http://yes", valueBoolean: true },
    ];
    expect(released([], [{ gender: "male", extension }])).toEqual({
      contact: [{ gender: "male", extension: [{ url: "http://contact", valueBoolean: true }] }],
    });
  });
});

describe("resources", () => {
  it("inside a Bundle leave by the rules of their own types, one without rules is dropped", () => {
    const policy = smallPolicy({
      resources: {
        Bundle: { elements: { type: "keep", "entry.resource": "resources" } },
        Patient: { elements: { gender: "keep" } },
      },
    });
    const source: AnyResource = {
      resourceType: "Bundle",
      type: "collection",
      entry: [
        {
          fullUrl: "urn:uuid:1",
          resource: { resourceType: "Patient", id: "p1", gender: "male", name: [{ text: "L" }] },
        },
        { resource: { resourceType: "Practitioner", id: "x", gender: "male" } },
        { resource: { resourceType: "Patient", id: "Lakshmi R", gender: "male" } },
        {
          resource: {
            resourceType: "Bundle",
            id: "b",
            type: "collection",
            entry: [{ resource: { resourceType: "Patient", id: "p2" } }],
          },
        },
      ],
    };
    expect(releasedBy(policy, source)).toEqual({
      type: "collection",
      entry: [
        { resource: { resourceType: "Patient", id: codec.seal("Patient", "p1"), gender: "male" } },
        {
          resource: {
            resourceType: "Bundle",
            id: codec.seal("Bundle", "b"),
            type: "collection",
            entry: [{ resource: { resourceType: "Patient", id: codec.seal("Patient", "p2") } }],
          },
        },
      ],
    });
  });
});

describe("labels", () => {
  it.each([
    [undefined, undefined],
    [[], undefined],
    [
      ["MASKED"],
      {
        security: [
          {
            system: "http://terminology.hl7.org/CodeSystem/v3-ObservationValue",
            code: "MASKED",
            display: "masked",
          },
        ],
      },
    ],
  ] as const)("%j stand in meta.security as %j", (securityLabels, expected) => {
    const policy = smallPolicy({ resources: { Patient: {} }, ...(securityLabels && { securityLabels }) });
    expect(releasedBy(policy, { resourceType: "Patient", meta: { source: "x" } })?.meta).toEqual(expected);
  });
});

describe("a type's rule", () => {
  it("of a whole type holds for each element of it, and an element's own stands before it", () => {
    const policy = smallPolicy({
      resources: { Patient: { unnamed: "type", elements: { active: "drop" } } },
      types: {
        boolean: "keep",
        date: { method: "truncateDate", precision: "year" },
        HumanName: { elements: { use: "keep" } },
      },
    });
    const source = {
      resourceType: "Patient",
      active: true,
      deceasedBoolean: true,
      birthDate: "1984-03-12",
      name: [{ use: "official", text: "Lakshmi" }],
      contact: [{ name: { use: "usual", text: "Ravi" }, period: { start: "2020" } }],
    };
    expect(releasedBy(policy, source)).toEqual({
      deceasedBoolean: true,
      birthDate: "1984",
      name: [{ use: "official" }],
      contact: [{ name: { use: "usual" } }],
    });
  });

  it("reaches into types that contain each other, as deep as they are", () => {
    const policy = smallPolicy({
      resources: { Observation: { elements: { subject: "type" } } },
      types: {
        Reference: { elements: { identifier: "type" } },
        Identifier: { elements: { assigner: "type", use: "keep" } },
      },
    });
    const inner = { identifier: { use: "usual", value: "1", assigner: { identifier: { use: "old" } } } };
    expect(releasedBy(policy, { resourceType: "Observation", subject: inner })?.subject).toEqual({
      identifier: { use: "usual", assigner: { identifier: { use: "old" } } },
    });
  });
});

describe("a report", () => {
  it("counts by element and rule what was kept, changed, dropped and unknown", () => {
    const policy = policyFor("Patient", {
      gender: "keep",
      birthDate: { method: "ageBand", years: 5, topAge: 90 },
    });
    const plan = compilePolicy(policy);
    const anonymiser = createAnonymiser(plan, { pseudonyms: codec, releaseYear: 2026 });
    anonymiser.anonymise({
      resourceType: "Patient",
      id: "1",
      gender: "male",
      birthDate: "1984",
      nickname: "L",
    });
    anonymiser.anonymise({ resourceType: "Patient", id: "2", gender: "Lakshmi", photo: [] });
    anonymiser.anonymise({ resourceType: "Practitioner", id: "3" });
    const none = { kept: 0, transformed: 0, dropped: 0, unknown: 0 };
    expect(anonymiser.report()).toEqual({
      policy: { name: "small", version: "1.0.0", hash: plan.hash },
      released: 2,
      withheld: { "resource-type": 1 },
      elements: [
        { ...none, path: "Patient.id", rule: "pseudonym", transformed: 2 },
        { ...none, path: "Patient.gender", rule: "keep", kept: 1, dropped: 1 },
        { ...none, path: "Patient.birthDate", rule: "ageBand", transformed: 1 },
        { ...none, path: "Patient.photo", rule: "unnamed", dropped: 1 },
        { ...none, path: "Patient.?", rule: "unnamed", unknown: 1 },
      ],
    });
  });
});
