import type { Json } from "@aarohan/fhir";
import { describe, expect, it } from "vitest";
import { compilePolicy, type Policy } from "../src/index.ts";
import { codecFor } from "./codec.ts";
import { policyFor, releasedBy, smallPolicy } from "./small-policy.ts";

const BASE = "https://fhir.example/fhir";
const policy: Policy = policyFor(
  "Observation",
  { subject: "type", focus: "type", performer: "type", encounter: "type" },
  {
    resources: { Patient: { elements: { active: "keep" } }, Encounter: { elements: { status: "type" } } },
    types: { Reference: "pseudonym", code: "keep", boolean: "keep" },
    openReferences: ["Location/open"],
  },
);
const codec = codecFor(compilePolicy(policy));
const pseudonym = (type: string, id: string) => ({ reference: `${type}/${codec.seal(type, id)}` });

function subject(reference: Json, options = {}): Json | undefined {
  return releasedBy(policy, { resourceType: "Observation", subject: { reference } }, options)?.subject;
}

describe("a reference", () => {
  it.each<[Json, Json | undefined]>([
    ["Patient/1", pseudonym("Patient", "1")],
    ["Patient/1/_history/2", pseudonym("Patient", "1")],
    ["Encounter/1", pseudonym("Encounter", "1")],
    ["Location/open", { reference: "Location/open" }],
    ["Location/closed", undefined],
    ["Practitioner/1", undefined],
    ["Patient?identifier=x", undefined],
    ["Patient/", undefined],
    ["Patient/1/2", undefined],
    ["patient/1", undefined],
    ["/Patient/1", undefined],
    ["urn:uuid:00000000-0000-4000-8000-000000000000", undefined],
    ["https://elsewhere.example/fhir/Patient/1", undefined],
    [`Patient/${"a".repeat(65)}`, undefined],
    ["#contained", undefined],
    [5, undefined],
    [{}, undefined],
  ])("%j leaves as %j", (reference, expected) => {
    expect(subject(reference)).toEqual(expected);
  });

  it("of this server counts as a relative one, of another as none", () => {
    const options = { upstreamBaseUrl: BASE };
    expect(subject(`${BASE}/Patient/1`, options)).toEqual(pseudonym("Patient", "1"));
    expect(subject(`${BASE}x/Patient/1`, options)).toBeUndefined();
    expect(subject(`${BASE}/Patient/1`)).toBeUndefined();
  });

  it("to who is withheld does not leave, nor what is about them", () => {
    const withheldPatients = new Set(["denied"]);
    const observation = (of: string, by: string) => ({
      resourceType: "Observation",
      subject: { reference: of },
      performer: [{ reference: by }],
    });
    const options = { withheldPatients, requirePatient: true, upstreamBaseUrl: BASE };
    const released = (of: string, by: string) => {
      const found = releasedBy(policy, observation(of, by), options);
      return found && { subject: found.subject, performer: found.performer };
    };
    expect(released("Patient/denied", "Patient/1")).toBeUndefined();
    expect(released(`${BASE}/Patient/denied`, "Patient/1")).toBeUndefined();
    expect(released("Patient/denied/_history/1", "Patient/1")).toBeUndefined();
    expect(released("Patient/1", "Patient/denied")).toEqual({
      subject: pseudonym("Patient", "1"),
      performer: undefined,
    });
    expect(released("Patient/1", "Patient/2")).toEqual({
      subject: pseudonym("Patient", "1"),
      performer: [pseudonym("Patient", "2")],
    });
  });

  it("that names no patient withholds what is about one, where a patient is required", () => {
    const withheldPatients = new Set<string>();
    const about = (subjectOf: Json, requirePatient: boolean) =>
      releasedBy(
        policy,
        { resourceType: "Observation", subject: subjectOf, encounter: { reference: "Encounter/1" } },
        { withheldPatients, requirePatient },
      );
    for (const value of [{ display: "x" }, { reference: "Group/1" }, "Patient/1", null]) {
      expect(about(value, true)).toBeUndefined();
      expect(about(value, false)?.encounter).toEqual(pseudonym("Encounter", "1"));
      expect(about(value, false)?.subject).toBeUndefined();
    }
  });

  it("of a Patient is the patient itself", () => {
    const patient = (id: string) =>
      releasedBy(
        policy,
        { resourceType: "Patient", id, active: true },
        { withheldPatients: new Set(["denied"]) },
      );
    expect(patient("denied")).toBeUndefined();
    expect(patient("other")).toEqual({ active: true });
  });
});

describe("what R4 requires and the policy removes", () => {
  it.each<[type: string, source: Record<string, Json>, path: string, expected: Json]>([
    // As R4 types them: a primitive beside it, a list, a complex one inside.
    ["Observation", {}, "_status", { extension: [{ url: expect.any(String), valueCode: "masked" }] }],
    ["Observation", {}, "code", { extension: [{ url: expect.any(String), valueCode: "masked" }] }],
    ["Encounter", {}, "class", { extension: [{ url: expect.any(String), valueCode: "masked" }] }],
    ["Task", {}, "_intent", { extension: [{ url: expect.any(String), valueCode: "masked" }] }],
    ["Appointment", {}, "participant", [expect.anything()]],
  ])("of %s %j is masked in %s", (resourceType, source, path, expected) => {
    const bare = smallPolicy({
      resources: { [resourceType]: { elements: { language: "keep" } } },
      types: {},
    });
    const released = releasedBy({ ...bare, resources: { [resourceType]: {} } }, { resourceType, ...source });
    expect(released?.[path]).toEqual(expected);
  });
});
