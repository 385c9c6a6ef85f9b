import { describe, expect, it } from "vitest";
import { ELEMENTS } from "../src/elements.generated.ts";
import {
  elementsOf,
  isResourceType,
  negotiate,
  parseCount,
  parseDateValue,
  parseReference,
  parseSearchParameters,
  parseSort,
  parseToken,
  splitOr,
} from "../src/index.ts";

describe("parseSearchParameters", () => {
  it.each([
    ["name", { name: "name" }],
    ["name:exact", { name: "name", modifier: "exact" }],
    ["subject.name", { name: "subject", chain: "name" }],
    ["subject:Patient.name", { name: "subject", modifier: "Patient", chain: "name" }],
    ["_has:Observation:patient:code", { name: "_has", modifier: "Observation:patient:code" }],
    ["_lastUpdated", { name: "_lastUpdated" }],
  ])("reads %s", (key, expected) => {
    expect(parseSearchParameters([[key, "v"]])).toEqual([{ ...expected, value: "v" }]);
  });

  it.each([
    "",
    "9876543210",
    "na me",
    "a<b",
    "name:ex act",
    "name:",
    "subject:.name",
    "subject:Patient.",
    "a..b",
    `a${"b".repeat(80)}`,
  ])("refuses the name %j", (key) => {
    expect(() => parseSearchParameters([[key, "v"]])).toThrow(/does not allow/);
  });
});

describe("values", () => {
  it("splits at commas that are not escaped", () => {
    expect(splitOr("a\\,b,c\\\\,d")).toEqual(["a\\,b", "c\\\\", "d"]);
  });

  it.each([
    ["a", { code: "a" }],
    ["s|a", { system: "s", code: "a" }],
    ["|a", { system: "", code: "a" }],
    ["s|", { system: "s" }],
    ["s\\|t|a", { system: "s|t", code: "a" }],
    ["s|a|b", { system: "s", code: "a|b" }],
  ])("reads the token %s", (text, expected) => {
    expect(parseToken(text)).toEqual(expected);
  });

  it.each([
    ["Patient/1", { type: "Patient", id: "1" }],
    ["1", { id: "1" }],
    ["http://x/Patient/1", { url: "http://x/Patient/1" }],
    ["Patient/../1", {}],
  ])("reads the reference %s", (text, expected) => {
    expect(parseReference(text)).toEqual(expected);
  });

  it.each([
    ["2025", "eq", "year"],
    ["ge2025-02", "ge", "month"],
    ["le2024-02-29", "le", "day"],
    ["2025-01-01T10:00", "eq", "minute"],
    ["2025-01-01T10:00:00 05:30", "eq", "second"],
    ["2025-01-01T10:00:00.5Z", "eq", "fraction"],
  ])("reads the date %s", (text, prefix, precision) => {
    expect(parseDateValue(text)).toMatchObject({ prefix, precision });
  });

  it.each([
    "",
    "25",
    "2025-13",
    "2025-02-29",
    "xx2025",
    "2025-1-1",
    "2025-01-01T24:00",
    "2025-01-01T10:00+99:99",
  ])("refuses the date %j", (text) => {
    expect(parseDateValue(text)).toBeUndefined();
  });

  it("reads _sort and _count", () => {
    expect(parseSort("-_lastUpdated,date")).toEqual([
      { name: "_lastUpdated", descending: true },
      { name: "date", descending: false },
    ]);
    expect(() => parseSort("date desc")).toThrow(/_sort/);
    expect(parseCount("5000", 1000)).toBe(1000);
    expect(parseCount("0", 1000)).toBe(0);
    expect(() => parseCount("-1", 1000)).toThrow(/_count/);
    expect(() => parseCount("", 1000)).toThrow(/_count/);
  });
});

describe("isResourceType", () => {
  it("knows every resource type of the element table, and nothing else", () => {
    const types = Object.keys(ELEMENTS).filter((name) => elementsOf(name)?.has("implicitRules"));
    const abstract = ["DomainResource", "Resource"];
    // The table's source has it from a later release.
    const later = ["SubscriptionStatus"];
    const expected = types.filter((name) => !abstract.includes(name) && !later.includes(name));
    expect(types.filter(isResourceType)).toEqual(expected);
    expect(expected).toHaveLength(146);
    for (const name of ["", "patient", "HumanName", "constructor", "Patient "]) {
      expect(isResourceType(name)).toBe(false);
    }
  });
});

describe("negotiate", () => {
  it.each([
    [{}, "json"],
    [{ format: "csv", accept: "application/json" }, "csv"],
    [{ format: "application/fhir json" }, "json"],
    [{ accept: "*/*" }, "json"],
    [{ accept: "text/html,application/xhtml+xml,*/*;q=0.8" }, "json"],
    [{ accept: "application/json;q=0.5, text/csv" }, "csv"],
    [{ accept: "application/fhir+ndjson" }, "ndjson"],
    [{ accept: "application/fhir+json;fhirVersion=4.0" }, "json"],
    [{ accept: "*/*, text/csv" }, "csv"],
    [{ accept: "*/*, application/json;q=0" }, "ndjson"],
    [{ accept: "application/json;q=0, application/fhir+json;q=0.5" }, "json"],
    [{ accept: "application/fhir+json;fhirVersion=3.0, */*;q=0.1" }, "json"],
  ])("answers %j with %s", (asked, format) => {
    expect(negotiate(asked)).toBe(format);
  });

  it.each([
    { format: "xml" },
    { format: "__proto__" },
    { accept: "application/fhir+xml" },
    { accept: "application/fhir+json;fhirVersion=3.0" },
    { accept: "application/json;q=0" },
    { accept: "application/json;q=0, */*;q=0" },
    { accept: "constructor" },
    { accept: "__proto__" },
  ])("refuses %j", (asked) => {
    expect(() => negotiate(asked)).toThrow(/json, ndjson and csv/);
  });
});
