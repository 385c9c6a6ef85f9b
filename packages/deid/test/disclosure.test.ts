import { generatePopulation } from "@aarohan/devkit";
import { type AnyResource, type Json, validateResource } from "@aarohan/fhir";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  classReport,
  compilePolicy,
  createAnonymiser,
  createGeneraliser,
  decideGeneralisation,
  type GeneralisationLevel,
  generalisedClass,
  isListedPlace,
  monthOf,
  type PatientClass,
  patientAbout,
  programmePolicy,
  quasiIdentifiersOf,
} from "../src/index.ts";
import { codecFor } from "./codec.ts";

const shown = fc.record({
  birth: fc.constantFrom("", "1950-01-01", "1955-01-01", "1960-01-01", "1985-01-01", "age 90 to "),
  gender: fc.constantFrom("female", "male"),
  district: fc.constantFrom("", "Kolar", "Bengaluru Urban", "Mandya"),
  state: fc.constantFrom("Karnataka", "Kerala"),
  month: fc.constantFrom("", "2025-01", "2025-02", "2025-07", "2026-03"),
});
const classes = fc
  .array(fc.record({ shown, count: fc.integer({ min: 1, max: 12 }) }), { maxLength: 60 })
  .map((some) => [...new Map(some.map((one) => [JSON.stringify(one.shown), one])).values()]);

const keyOf = ({ birth, gender, district, state, month }: PatientClass["shown"]) =>
  [birth, gender, district, state, month].join("|");

/** Sizes of the classes that leave, as somebody who has the data counts them. */
function released(some: readonly PatientClass[], minimum: number): Map<string, number> {
  const sizes = new Map<string, number>();
  decideGeneralisation(some, minimum).forEach((level, index) => {
    const one = some[index];
    if (level === "withheld" || one === undefined) return;
    const key = keyOf(generalisedClass(one.shown, level));
    sizes.set(key, (sizes.get(key) ?? 0) + one.count);
  });
  return sizes;
}

describe("decideGeneralisation", () => {
  it("leaves no class that is too small, whatever the classes are", () => {
    fc.assert(
      fc.property(classes, fc.integer({ min: 2, max: 30 }), (some, minimum) => {
        for (const size of released(some, minimum).values()) expect(size).toBeGreaterThanOrEqual(minimum);
      }),
      { numRuns: 1000, seed: 11 },
    );
  });

  it("does not depend on the order, and changes nothing of large classes", () => {
    fc.assert(
      fc.property(classes, fc.integer({ min: 2, max: 30 }), (some, minimum) => {
        const decisions = decideGeneralisation(some, minimum);
        const turned = decideGeneralisation(some.toReversed(), minimum).toReversed();
        expect(turned).toEqual(decisions);
        some.forEach(({ count }, index) => {
          if (count >= minimum) expect(decisions[index]).toBe(0);
        });
      }),
      { numRuns: 300, seed: 12 },
    );
  });

  it("withholds only those of whom too few are alike at the coarsest level", () => {
    const of = (district: string, birth: string, month: string, count: number): PatientClass => ({
      shown: { birth, gender: "female", district, state: "Kerala", month },
      count,
    });
    const some = [
      of("A", "1950-01-01", "2025-01", 20),
      of("B", "1950-01-01", "2025-01", 4),
      of("C", "1950-01-01", "2025-01", 8),
      of("B", "1970-01-01", "2025-02", 6),
      of("C", "1975-01-01", "2025-03", 6),
      of("B", "1990-01-01", "2025-06", 11),
      of("B", "1999-01-01", "2024-06", 3),
    ];
    expect(decideGeneralisation(some, 11)).toEqual([0, 1, 1, 2, 2, 0, "withheld"]);
  });
});

describe("classReport", () => {
  it("counts classes by size", () => {
    const sizes = [1, 1, 4, 11, 30].map((count) => ({ count }));
    expect(classReport(sizes, 11)).toEqual({
      patients: 47,
      classes: 5,
      smallest: 1,
      k: 11,
      classesBelow: 3,
      patientsBelow: 6,
      sizes: { 1: 2, 4: 1, 11: 1, 30: 1 },
    });
    expect(classReport([], 11)).toMatchObject({ patients: 0, classes: 0, smallest: 0 });
  });
});

const plan = compilePolicy(programmePolicy);
const anonymiser = createAnonymiser(plan, { pseudonyms: codecFor(plan), releaseYear: 2026 });
const resources = [...generatePopulation({ patients: 120 })].flatMap((resource) => {
  const result = anonymiser.anonymise(resource);
  return result.kind === "released" ? [result.resource] : [];
});

function textsIn(value: Json, path: string): [string, string][] {
  if (typeof value === "string") return [[path, value]];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) =>
    textsIn(member as Json, Array.isArray(value) ? path : `${path}.${key}`),
  );
}

const isDate = ([path, text]: [string, string]) =>
  /^\d{4}-\d\d/.test(text) && !/\.(?:id|version|code)$/.test(path);

describe.each<GeneralisationLevel>([1, 2, 3])("generalised to level %i", (level) => {
  const generalise = createGeneraliser(plan);
  const left = resources.map((resource) => generalise(resource, level));

  it("is valid FHIR", () => {
    const problems = left.flatMap((resource) => validateResource(resource));
    expect(problems).toEqual([]);
  });

  it("names no district, wherever one stood", () => {
    const before = resources
      .flatMap((resource) => textsIn(resource, ""))
      .filter(([path, text]) => isDistrict(path, text));
    expect(before.length).toBeGreaterThan(50);
    const after = left.flatMap((resource) => textsIn(resource, ""));
    expect(after.filter(([path, text]) => isDistrict(path, text))).toEqual([]);
  });

  it("shows dates at the level's precision alone", () => {
    const months = new Set(
      left
        .flatMap((resource) => textsIn(resource, ""))
        .filter((entry) => isDate(entry) && !entry[0].endsWith(".birthDate"))
        .map(([, text]) => text.slice(5, 7)),
    );
    expect(months.size).toBeGreaterThan(0);
    if (level === 2) for (const month of months) expect(["01", "04", "07", "10"]).toContain(month);
    if (level === 3) for (const month of months) expect(month).toBe("01");
  });

  it("shows of patients what the class of that level shows", () => {
    for (const [index, resource] of resources.entries()) {
      if (resource.resourceType !== "Patient") continue;
      const before = { ...quasiIdentifiersOf(resource), month: "" };
      const after = { ...quasiIdentifiersOf(left[index] ?? resource), month: "" };
      expect(after).toEqual(generalisedClass(before, level));
    }
  });

  it("shows of events what the class of that level shows", () => {
    for (const [index, resource] of resources.entries()) {
      const [before, after] = [monthOf(resource), monthOf(left[index] ?? resource)];
      const class_ = { birth: "", gender: "", district: "", state: "", month: before ?? "" };
      expect(after ?? "").toBe(generalisedClass(class_, level).month);
      expect(patientAbout(left[index] ?? resource)).toBe(patientAbout(resource));
    }
  });

  it("tells no age but that of a wide cohort", () => {
    const ages = left
      .filter(({ resourceType }) => resourceType !== "Patient")
      .map((resource) => JSON.stringify(resource));
    if (level >= 2) for (const text of ages) expect(text).not.toContain("age-range");
    const patients = left.filter(({ resourceType }) => resourceType === "Patient");
    if (level === 3) expect(JSON.stringify(patients)).not.toMatch(/birthDate|age-range/);
    if (level === 2) expect(JSON.stringify(patients)).toMatch(/"birthDate":"\d{3}0-01-01"/);
  });
});

function isDistrict(path: string, text: string): boolean {
  return (
    path.endsWith(".district") || (/\.valueString$/.test(path) && isListedPlace(text) && !STATES.has(text))
  );
}
const STATES = new Set(resources.map((resource: AnyResource) => quasiIdentifiersOf(resource).state));

describe("a policy's minimumClassSize", () => {
  it("changes its hash, and is refused for identified data", () => {
    const enforced = compilePolicy({ ...programmePolicy, minimumClassSize: 11 });
    expect(enforced.hash).not.toBe(plan.hash);
    expect(() =>
      compilePolicy({ ...programmePolicy, audience: "identified", minimumClassSize: 11 }),
    ).toThrow();
  });
});
