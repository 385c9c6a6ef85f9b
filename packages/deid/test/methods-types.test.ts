import type { Json } from "@aarohan/fhir";
import { describe, expect, it } from "vitest";
import { compilePolicy, type Policy } from "../src/index.ts";
import type { Rule } from "../src/policy.ts";
import { codecFor } from "./codec.ts";
import { patientElement, policyFor, releasedBy, smallPolicy, taskOutput } from "./small-policy.ts";

const codec = codecFor(compilePolicy(smallPolicy()));
const UCUM = "http://unitsofmeasure.org";

describe("pseudonym", () => {
  it("of a name and an identifier is one short form, however many there were", () => {
    const rules = { name: "pseudonym", identifier: { method: "pseudonym", system: "http://s" } } as const;
    const source = {
      resourceType: "Patient",
      id: "p1",
      name: [{ text: "Lakshmi" }, { text: "L." }],
      identifier: [{ value: "1" }, { value: "2" }],
    };
    const short = codec.short("Patient", "p1");
    expect(releasedBy(policyFor("Patient", rules), source)).toEqual({
      name: [{ use: "anonymous", text: short }],
      identifier: [{ system: "http://s", value: short }],
    });
  });

  it.each<readonly [string, string | undefined]>([
    ["Patient/p1", `Patient/${codec.seal("Patient", "p1")}`],
    ["https://up/fhir/Patient/p1", `Patient/${codec.seal("Patient", "p1")}`],
    ["https://up/fhirx/Patient/p1", undefined],
    ["https://elsewhere/fhir/Patient/p1", undefined],
    ["Patient/gone", undefined],
    ["Location/open", "Location/open"],
    ["Location/other", undefined],
    ["Practitioner/p1", undefined],
    ["patient/p1", undefined],
    ["Patient/", undefined],
    ["Patient/p 1", undefined],
    [`Patient/${"x".repeat(65)}`, undefined],
    ["Patient/p1/_history/1", `Patient/${codec.seal("Patient", "p1")}`],
    ["Patient/p1?x=1", undefined],
    ["#p1", undefined],
    ["#", undefined],
    ["", undefined],
  ])("a reference to %s leaves as %s", (reference, expected) => {
    const policy = policyFor(
      "Observation",
      { subject: "pseudonym" },
      { resources: { Patient: {} }, openReferences: ["Location/open"] },
    );
    const source = {
      resourceType: "Observation",
      subject: { reference, display: "Lakshmi", type: "Patient" },
    };
    const options = {
      upstreamBaseUrl: "https://up/fhir",
      withheldPatients: new Set(["gone"]),
      requirePatient: false,
    };
    // Of a patient who withdrew nothing leaves, and then there is no subject either.
    expect(releasedBy(policy, source, options)?.subject).toEqual(expected && { reference: expected });
  });
});

describe("region", () => {
  const address = {
    district: "Mysore",
    state: "Karnataka",
    country: "India",
    city: "Hunsur",
    postalCode: "571105",
  };
  it.each([
    ["district", { district: "Mysore", state: "Karnataka", country: "IN" }],
    ["state", { state: "Karnataka", country: "IN" }],
  ] as const)("to the %s", (level, expected) => {
    const released = patientElement("address", { method: "region", level }, [address, { city: "Hunsur" }]);
    expect(released).toEqual([expected]);
  });

  it("drops a country that is not the programme's", () => {
    expect(
      patientElement("address", { method: "region", level: "state" }, [{ country: "Nepal" }]),
    ).toBeUndefined();
  });
});

describe("quantity", () => {
  const rule: Rule = { method: "quantity", units: ["mm", ""], least: 0, most: 50 };
  it.each<readonly [Json, Json | undefined]>([
    [
      { value: 5, system: UCUM, code: "mm", unit: "of Lakshmi" },
      { value: 5, system: UCUM, code: "mm" },
    ],
    [
      { value: 0, system: UCUM, code: "mm" },
      { value: 0, system: UCUM, code: "mm" },
    ],
    [
      { value: 50, system: UCUM, code: "mm" },
      { value: 50, system: UCUM, code: "mm" },
    ],
    [{ value: 50.1, system: UCUM, code: "mm" }, undefined],
    [{ value: -1, system: UCUM, code: "mm" }, undefined],
    [{ value: 5, system: UCUM, code: "cm" }, undefined],
    [{ value: 5, system: "http://x", code: "mm" }, undefined],
    [{ value: 5, unit: "mm" }, undefined],
    [{ value: 5 }, { value: 5 }],
    [
      { value: 5, comparator: "<", system: UCUM, code: "mm" },
      { value: 5, comparator: "<", system: UCUM, code: "mm" },
    ],
    [
      { value: 5, comparator: "about", system: UCUM, code: "mm" },
      { value: 5, system: UCUM, code: "mm" },
    ],
    [{ value: "5", system: UCUM, code: "mm" }, undefined],
    [{ system: UCUM, code: "mm" }, undefined],
  ])("%j leaves as %j", (value, expected) => {
    const released = taskOutput({ "output.valueQuantity": rule }, { valueQuantity: value });
    expect(released).toEqual(expected && { valueQuantity: expected });
  });

  it("without a number needs a unit, unless the policy says so", () => {
    const only: Rule = { method: "quantity", units: ["mm"], least: 0, most: 50 };
    expect(taskOutput({ "output.valueQuantity": only }, { valueQuantity: { value: 5 } })).toBeUndefined();
  });
});

describe("terminology", () => {
  const change: Partial<Policy> = {
    types: { Coding: "terminology", CodeableConcept: { elements: { coding: "type" } } },
    terminologies: {
      "http://s": { codes: { a: "Alpha" }, pattern: "\\d{2}" },
      "": { codes: { own: "Own" } },
      "http://mine": { codes: { yes: "Yes" } },
      "http://his": { codes: { yes: "Aye", no: "No" } },
    },
    recodings: [{ prefix: "urn:uuid:", targets: ["http://mine", "http://his"] }],
  };
  it.each<readonly [Json, Json | undefined]>([
    [
      { system: "http://s", code: "a", display: "Lakshmi" },
      { system: "http://s", code: "a", display: "Alpha" },
    ],
    [
      { system: "http://s", code: "12", display: "Lakshmi" },
      { system: "http://s", code: "12" },
    ],
    [{ system: "http://s", code: "123" }, undefined],
    [{ system: "http://s", code: "Lakshmi" }, undefined],
    [{ system: "http://t", code: "a" }, undefined],
    [{ code: "own" }, { code: "own", display: "Own" }],
    [{ code: "a" }, undefined],
    [{ system: "http://s" }, undefined],
    [{ system: ["http://s"], code: "a" }, undefined],
    [
      { system: "urn:uuid:not-one", code: "yes" },
      { system: "http://mine", code: "yes", display: "Yes" },
    ],
    [
      { system: "urn:uuid:not-one", code: "no" },
      { system: "http://his", code: "no", display: "No" },
    ],
    [{ system: "urn:uuid:not-one", code: "Lakshmi" }, undefined],
    [{ display: "Lakshmi" }, undefined],
  ])("%j leaves as %j", (coding, expected) => {
    expect(taskOutput({ "output.valueCoding": "type" }, { valueCoding: coding }, change)).toEqual(
      expected && { valueCoding: expected },
    );
    const concept = { text: "Lakshmi", coding: [coding, { code: "Lakshmi" }] };
    expect(
      taskOutput({ "output.valueCodeableConcept": "type" }, { valueCodeableConcept: concept }, change),
    ).toEqual(expected && { valueCodeableConcept: { coding: [expected] } });
  });
});
