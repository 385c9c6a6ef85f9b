import type { Json } from "@aarohan/fhir";
import { describe, expect, it } from "vitest";
import { compilePolicy } from "../src/index.ts";
import type { Rule } from "../src/policy.ts";
import { codecFor } from "./codec.ts";
import { patientElement, policyFor, releasedBy, smallPolicy, taskOutput } from "./small-policy.ts";

const codec = codecFor(compilePolicy(smallPolicy()));

describe("keep", () => {
  it.each<readonly [string, Rule, Json, Json | undefined]>([
    ["active", "keep", true, true],
    ["active", "keep", false, false],
    ["active", "keep", "true", undefined],
    ["gender", "keep", "female", "female"],
    ["gender", "keep", "Female", undefined],
    ["gender", "keep", "Lakshmi", undefined],
    ["gender", { method: "keep", values: ["male"] }, "female", undefined],
    ["gender", { method: "keep", values: ["male"] }, "male", "male"],
    ["language", { method: "keep", pattern: "[a-z]{2}" }, "kn", "kn"],
    ["language", { method: "keep", pattern: "[a-z]{2}" }, "kn-IN", undefined],
    ["language", { method: "keep", pattern: "a|b" }, "ab", undefined],
    ["language", { method: "keep", pattern: "a|b" }, "b\n", undefined],
    ["language", { method: "keep", pattern: "[a-z]{2}", values: ["kn-IN"] }, "kn-IN", "kn-IN"],
    ["language", { method: "keep", freeText: true }, "anything at all", "anything at all"],
    ["language", { method: "keep", freeText: true }, "", undefined],
    ["language", { method: "keep", freeText: true }, 7, undefined],
    ["implicitRules", { method: "keep", values: ["http://x"] }, "http://x", "http://x"],
    ["implicitRules", { method: "keep", values: ["http://x"] }, "http://y", undefined],
  ])("%s by %j: %j leaves as %j", (name, rule, value, expected) => {
    expect(patientElement(name, rule, value)).toEqual(expected);
  });

  it.each([
    [1, 1],
    [3, 3],
    [0, undefined],
    [4, undefined],
    [1.5, undefined],
    ["2", undefined],
    [Number.POSITIVE_INFINITY, undefined],
  ])("a whole number from 1 to 3: %j leaves as %j", (rank, expected) => {
    const rules = { "telecom.rank": { method: "keep", least: 1, most: 3 } } as const;
    const released = releasedBy(policyFor("Patient", rules), {
      resourceType: "Patient",
      telecom: [{ rank }],
    });
    expect(released).toEqual(expected === undefined ? {} : { telecom: [{ rank: expected }] });
  });

  it.each([
    ["http://x/a", true],
    ["http://x/a|1.2.3", true],
    ["http://x/a|2024.1", true],
    ["http://x/a|1.2|3", false],
    ["http://x/a|Lakshmi", false],
    ["http://x/a|12345", false],
    ["http://x/a|", false],
    ["http://x/a#b", false],
    ["http://x/", false],
  ])("a canonical among the values, with a version or without: %s leaves: %s", (canonical, leaves) => {
    const rules = { instantiatesCanonical: { method: "keep", values: ["http://x/a"] } } as const;
    const source = { resourceType: "Task", instantiatesCanonical: canonical };
    expect(releasedBy(policyFor("Task", rules), source)?.instantiatesCanonical).toBe(
      leaves ? canonical : undefined,
    );
  });
});

describe("hash", () => {
  it("is the keyed digest of the text, 22 characters", () => {
    const released = patientElement("language", "hash", "kn");
    expect(released).toBe(codec.digest("kn"));
    expect(released).toMatch(/^[A-Za-z0-9.-]{22}$/);
    expect(patientElement("language", "hash", "hi")).not.toBe(released);
    expect(patientElement("language", "hash", "")).toBeUndefined();
    expect(patientElement("language", "hash", 7)).toBeUndefined();
  });
});

describe("generalize", () => {
  const text: Rule = { method: "generalize", map: { "kn-IN": "kn", "hi-IN": "hi" }, otherwise: "other" };
  it.each<readonly [Rule, Json, Json | undefined]>([
    [text, "kn-IN", "kn"],
    [text, "Lakshmi", "other"],
    [text, "constructor", "other"],
    [text, 7, undefined],
    [{ method: "generalize", map: { a: "b" } }, "Lakshmi", undefined],
  ])("by %j: %j leaves as %j", (rule, value, expected) => {
    expect(patientElement("language", rule, value)).toBe(expected);
  });

  it.each([
    [0, undefined],
    [1, 1],
    [9.9, 1],
    [10, 10],
    [1e9, 100],
    ["10", undefined],
  ])("a number to the greatest border below it: %j leaves as %j", (value, expected) => {
    const rule: Rule = { method: "generalize", borders: [100, 1, 10] };
    expect(taskOutput({ "output.valueDecimal": rule }, { valueDecimal: value })).toEqual(
      expected === undefined ? undefined : { valueDecimal: expected },
    );
  });
});

describe("fixed", () => {
  it.each<readonly [string, string | number | boolean, Json, Json | undefined]>([
    ["active", true, false, true],
    ["language", "en", "Lakshmi", "en"],
    ["birthDate", "1900-01-01", "1984-03-12", "1900-01-01"],
    ["language", "en", null, undefined],
    ["language", "en", { text: "Lakshmi" }, undefined],
  ])("%s is always %j: %j leaves as %j", (name, fixed, value, expected) => {
    expect(patientElement(name, { method: "fixed", value: fixed }, value)).toEqual(expected);
  });

  it("says nothing where there was nothing", () => {
    const policy = policyFor("Patient", { language: { method: "fixed", value: "en" } });
    expect(releasedBy(policy, { resourceType: "Patient" })).toEqual({});
  });
});

describe("recode", () => {
  const rule: Rule = {
    method: "recode",
    system: "http://s",
    map: { DONE: "done", NOT: "not" },
    displays: { done: "Done" },
  };
  it.each<readonly [string, Json, Json | undefined]>([
    ["valueString", "DONE", { coding: [{ system: "http://s", code: "done", display: "Done" }] }],
    ["valueString", "NOT", { coding: [{ system: "http://s", code: "not" }] }],
    ["valueString", "done", undefined],
    ["valueString", "toString", undefined],
    [
      "valueCodeableConcept",
      { text: "NOT", coding: [{ code: "x" }] },
      { coding: [{ system: "http://s", code: "not" }] },
    ],
    ["valueCodeableConcept", { coding: [{ code: "NOT" }] }, undefined],
  ])("%s %j leaves as %j", (name, value, expected) => {
    expect(taskOutput({ "output.value[x]": rule }, { [name]: value })).toEqual(
      expected && { valueCodeableConcept: expected },
    );
  });

  it.each([
    ["male", "other"],
    ["female", undefined],
  ])("a code to another of its binding: %s leaves as %s", (gender, expected) => {
    expect(patientElement("gender", { method: "recode", map: { male: "other" } }, gender)).toBe(expected);
  });
});

describe("publicUrl", () => {
  it.each([
    ["https://user:secret@x.org/a?sig=1#b", "https://x.org/a"],
    ["http://x.org", "http://x.org/"],
    ["Binary/1", "Binary/1"],
    ["Binary/1?token=1", undefined],
    ["//user:secret@x.org/a", undefined],
    ["data:text/plain,Lakshmi", undefined],
    ["ftp://x.org/a", undefined],
    ["mailto:a@x.org", undefined],
    ["", undefined],
  ])("%s leaves as %s", (url, expected) => {
    expect(taskOutput({ "output.valueUrl": "publicUrl" }, { valueUrl: url })).toEqual(
      expected && { valueUrl: expected },
    );
  });
});
