import type { Json } from "@aarohan/fhir";
import { describe, expect, it } from "vitest";
import { compilePolicy } from "../src/index.ts";
import type { ElementRules, Rule } from "../src/policy.ts";
import { codecFor } from "./codec.ts";
import { policyFor, releasedBy, smallPolicy } from "./small-policy.ts";

const codec = codecFor(compilePolicy(smallPolicy()));
const UCUM = "http://unitsofmeasure.org";
const MASKED = {
  extension: [{ url: "http://hl7.org/fhir/StructureDefinition/data-absent-reason", valueCode: "masked" }],
};

describe("truncateDate", () => {
  const task = (rule: Rule, value: Json, name = "authoredOn") =>
    releasedBy(policyFor("Task", { [name]: rule }), { resourceType: "Task", [name]: value })?.[name];

  it.each<readonly [string, "year" | "month" | "day", string | undefined]>([
    ["2025-03-31T20:15:00Z", "day", "2025-04-01"],
    ["2025-03-31T20:15:00Z", "month", "2025-04"],
    ["2025-12-31T18:30:00Z", "year", "2026"],
    ["2025-12-31T18:29:59Z", "year", "2025"],
    ["2025-12-31T23:59:59.999+05:30", "day", "2025-12-31"],
    ["2025-01-01T00:00:00-11:00", "day", "2025-01-01"],
    ["2025-03-31", "day", "2025-03-31"],
    ["2025-03-31", "month", "2025-03"],
    ["2025-03", "day", "2025-03"],
    ["2025", "month", "2025"],
    ["2024-02-29", "month", "2024-02"],
    ["2025-02-29", "month", undefined],
    ["2025-13-01", "month", undefined],
    ["0000-01-01", "year", undefined],
    ["2025-03-31T24:00:00Z", "day", undefined],
    ["2025-3-31", "day", undefined],
    ["31-03-2025", "day", undefined],
    ["2025-03-31 or so", "month", undefined],
    ["March", "month", undefined],
  ])("%s to the %s leaves as %s", (text, precision, expected) => {
    expect(task({ method: "truncateDate", precision }, text)).toBe(expected);
  });

  it.each<readonly [string, string | undefined]>([
    ["1937-01-01", "1937"],
    ["1936-12-31", undefined],
    ["1936-12-31T20:00:00Z", "1937"],
    ["2026", "2026"],
    ["1900", undefined],
  ])("to the year, of less than 90 years ago: %s leaves as %s", (text, expected) => {
    expect(task({ method: "truncateDate", precision: "year", topAge: 90 }, text)).toBe(expected);
  });

  it.each<readonly [string, string | undefined]>([
    ["2025-03-31T20:15:00.123Z", "2025-04-01T00:00:00Z"],
    ["2025-03-31T10:15:00Z", "2025-03-31T00:00:00Z"],
    ["2025-03", undefined],
  ])("an instant to the day at midnight: %s leaves as %s", (issued, expected) => {
    const policy = policyFor("Observation", { issued: { method: "truncateDate", precision: "day" } });
    expect(releasedBy(policy, { resourceType: "Observation", issued })?.issued).toBe(expected);
  });
});

describe("shiftDate", () => {
  const rules: ElementRules = {
    "effective[x]": { method: "shiftDate", mostDays: 30 },
    issued: { method: "shiftDate", mostDays: 30 },
    "value[x]": "drop",
  };
  const shifted = (members: Readonly<Record<string, Json>>, subject: Json = { reference: "Patient/p1" }) =>
    releasedBy(policyFor("Observation", rules), { resourceType: "Observation", subject, ...members });
  const days = codec.shiftDays("p1", 30);
  const moved = (day: string) => new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10);

  it.each([
    ["2025-03-31", moved("2025-03-31")],
    ["2024-02-29", moved("2024-02-29")],
    ["2025-03-31T20:15:00Z", `${moved("2025-03-31")}T20:15:00Z`],
    ["2025-03-31T20:15:00.5+05:30", `${moved("2025-03-31")}T20:15:00.5+05:30`],
    ["2025-03", undefined],
    ["2025", undefined],
    ["2025-02-30", undefined],
    ["2025-03-31T20:15", undefined],
    ["2025-03-31T20:15:00", undefined],
    ["2025-03-31T20:15:00+14:59", undefined],
    ["9999-12-31", days > 0 ? undefined : moved("9999-12-31")],
    ["Lakshmi", undefined],
  ])("%s leaves as %s", (effectiveDateTime, expected) => {
    expect(shifted({ effectiveDateTime })?.effectiveDateTime).toBe(expected);
  });

  it("an instant stays one", () => {
    expect(shifted({ issued: "2025-03-31T20:15:00Z" })?.issued).toBe(`${moved("2025-03-31")}T20:15:00Z`);
    expect(shifted({ issued: "2025-03-31" })?.issued).toBeUndefined();
  });

  it.each([
    undefined,
    null,
    {},
    { reference: "Group/g" },
    { reference: "Patient?identifier=1" },
    { display: "Lakshmi" },
  ])("nothing leaves where the patient is not known: %j", (subject) => {
    expect(shifted({ effectiveDateTime: "2025-03-31" }, subject ?? null)?.effectiveDateTime).toBeUndefined();
  });

  it("of a contained resource go by the patient of its container", () => {
    const policy = smallPolicy({
      everyResource: { id: "pseudonym", contained: "resources" },
      resources: {
        Encounter: {
          elements: { "period.start": { method: "shiftDate", mostDays: 30 }, appointment: "pseudonym" },
        },
        Appointment: { elements: { start: { method: "shiftDate", mostDays: 30 } } },
      },
    });
    const source = {
      resourceType: "Encounter",
      subject: { reference: "Patient/p1" },
      period: { start: "2025-03-31" },
      appointment: [{ reference: "#a" }],
      contained: [{ resourceType: "Appointment", id: "a", start: "2025-03-31T10:00:00Z" }],
    };
    expect(releasedBy(policy, source)).toMatchObject({
      period: { start: moved("2025-03-31") },
      contained: [{ start: `${moved("2025-03-31")}T10:00:00Z` }],
    });
  });
});

describe("ageBand", () => {
  const years = (value: number) => ({ value, unit: "years", system: UCUM, code: "a" });
  const range = (low: number, high?: number) => ({
    low: years(low),
    ...(high === undefined ? {} : { high: years(high) }),
  });
  const onset = (rule: Rule, age: Json) =>
    releasedBy(policyFor("Condition", { onsetAge: rule }), { resourceType: "Condition", onsetAge: age });

  it.each<readonly [number, number, Json | undefined]>([
    [5, 0, range(0, 4)],
    [5, 4.99, range(0, 4)],
    [5, 5, range(5, 9)],
    [5, 89.9, range(85, 89)],
    [5, 90, range(90)],
    [5, 150, range(90)],
    [5, 151, undefined],
    [5, -1, undefined],
    [10, 39, range(30, 39)],
    [10, 40, range(40, 49)],
    [10, 89, range(80, 89)],
    [7, 88, range(84, 89)],
  ])("bands of %i years: %d leaves as %j", (band, age, expected) => {
    const released = onset(
      { method: "ageBand", years: band, topAge: 90 },
      { value: age, system: UCUM, code: "a" },
    );
    expect(released?.onsetRange).toEqual(expected);
    expect(released).not.toHaveProperty("onsetAge");
  });

  it.each<readonly [number, Json | undefined]>([
    [40.7, years(40)],
    [89.9, years(89)],
    [90, { comparator: ">=", ...years(90) }],
    [120, { comparator: ">=", ...years(90) }],
  ])("bands of one year: %d leaves as %j", (age, expected) => {
    const released = onset(
      { method: "ageBand", years: 1, topAge: 90 },
      { value: age, system: UCUM, code: "a" },
    );
    expect(released).toMatchObject({ onsetAge: expected });
  });

  it.each([
    { value: 40, code: "mo", system: UCUM },
    { value: 40, unit: "months" },
    { value: "40", code: "a" },
    { value: 40 },
    { value: 40, code: "a", comparator: ">" },
    { code: "a" },
    40,
  ])("%j is no age in years", (age) => {
    expect(onset({ method: "ageBand", years: 5, topAge: 90 }, age)).toEqual({ subject: MASKED });
  });

  const born = (cohort: number, birthDate: Json) =>
    releasedBy(policyFor("Patient", { birthDate: { method: "ageBand", years: cohort, topAge: 90 } }), {
      resourceType: "Patient",
      birthDate,
    });

  it.each<readonly [number, string, string | undefined, Json]>([
    [5, "1984-03-12", "1980-01-01", { valueRange: range(42, 46) }],
    [5, "1985-01-01", "1985-01-01", { valueRange: range(37, 41) }],
    [5, "2026-06-01", "2025-01-01", { valueRange: range(0, 1) }],
    [5, "1940-01-01", "1940-01-01", { valueRange: range(82, 86) }],
    [5, "1939-12-31", undefined, { valueRange: range(90) }],
    [10, "1984-03", "1980-01-01", { valueRange: range(37, 46) }],
    [10, "1939", undefined, { valueRange: range(90) }],
    [1, "1984-03-12", "1984", { valueRange: range(42, 42) }],
    [1, "1937-01-01", "1937", { valueRange: range(89, 89) }],
    [1, "1936-12-31", undefined, { valueQuantity: { comparator: ">=", ...years(90) } }],
  ])("cohorts of %i years: born %s leaves as %s", (cohort, birthDate, expected, ages) => {
    const released = born(cohort, birthDate);
    expect(released?.birthDate).toBe(expected);
    expect(released?.extension).toEqual([
      { url: "https://artpark.in/fhir/StructureDefinition/age-range", ...Object(ages) },
    ]);
  });

  it.each(["2027-01-01", "1849-12-31", "1984-03-12T10:00:00Z", "12/03/1984", "", 1984])(
    "%j is no date of birth",
    (birthDate) => {
      expect(born(5, birthDate)).toEqual({});
    },
  );
});

describe("presence", () => {
  it.each<readonly [string, Json, boolean | undefined]>([
    ["deceasedDateTime", "2024-01-01", true],
    ["deceasedDateTime", "2024", true],
    ["deceasedDateTime", "long ago", undefined],
    ["deceasedBoolean", true, true],
    ["deceasedBoolean", false, false],
    ["deceasedBoolean", "no", undefined],
  ])("%s %j leaves as %j", (name, value, expected) => {
    const policy = policyFor("Patient", { "deceased[x]": "presence" });
    const released = releasedBy(policy, { resourceType: "Patient", [name]: value });
    expect(released).toEqual(expected === undefined ? {} : { deceasedBoolean: expected });
  });
});
