import { generatePopulation } from "@aarohan/devkit";
import { type AnyResource, type Json, validateResource } from "@aarohan/fhir";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { birthCohort } from "../src/age-band.ts";
import {
  type Anonymiser,
  compilePolicy,
  createAnonymiser,
  type Plan,
  type Policy,
  programmePolicy,
  safeHarborPolicy,
  shiftedPolicy,
  yearOf,
} from "../src/index.ts";
import { codecFor } from "./codec.ts";
import { observation, patient, registration, response } from "./fixtures.ts";

const DAY = 86_400_000;
const fhirId = fc.stringMatching(/^[A-Za-z0-9.-]{1,64}$/);

function anonymiserOf(plan: Plan): Anonymiser {
  return createAnonymiser(plan, { pseudonyms: codecFor(plan), releaseYear: 2026 });
}

function released(anonymiser: Anonymiser, resource: AnyResource): AnyResource | undefined {
  const result = anonymiser.anonymise(resource);
  return result.kind === "released" ? result.resource : undefined;
}

describe("shifted dates", () => {
  const shifted = anonymiserOf(compilePolicy(shiftedPolicy));
  const day = fc.integer({ min: Date.UTC(1950, 0, 1) / DAY, max: Date.UTC(2025, 11, 31) / DAY });
  const text = (days: number) => new Date(days * DAY).toISOString().slice(0, 10);

  it("keep the intervals between all dates of one patient, and are not what they were", () => {
    fc.assert(
      fc.property(fhirId, day, day, day, (id, a, b, c) => {
        const subject = { reference: `Patient/${id}` };
        const one = released(shifted, {
          resourceType: "Observation",
          id: "o",
          subject,
          effectiveDateTime: `${text(a)}T23:30:00+05:30`,
          issued: `${text(b)}T00:10:00Z`,
        });
        const other = released(shifted, {
          resourceType: "Condition",
          id: "c",
          subject,
          recordedDate: text(c),
        });
        const [movedA, movedB, movedC] = [one?.effectiveDateTime, one?.issued, other?.recordedDate].map(
          (date) => Date.parse(String(date).slice(0, 10)) / DAY,
        );
        const moved = Number(movedA) - a;
        expect([Number(movedB) - b, Number(movedC) - c]).toEqual([moved, moved]);
        expect(moved).not.toBe(0);
        expect(String(one?.effectiveDateTime)).toContain("T23:30:00+05:30");
      }),
    );
  });
});

describe("a birth cohort", () => {
  const years = fc.constantFrom(1, 2, 5, 10);
  const releaseYear = fc.integer({ min: 2020, max: 2060 });

  it("is the same for all days of birth in it, and its range holds the ages of all who are born in it", () => {
    fc.assert(
      fc.property(years, releaseYear, fc.integer({ min: 0, max: 110 }), (length, year, age) => {
        const options = { years: length, topAge: 90, releaseYear: year };
        const first = Math.floor((year - age) / length) * length;
        const born = Array.from({ length }, (_, index) => first + index).filter((birth) => birth <= year);
        const cohorts = born.flatMap((birth) =>
          [`${birth}`, `${birth}-01-01`, `${birth}-07`, `${birth}-12-31`].map((date) =>
            birthCohort(date, options),
          ),
        );
        expect(new Set(cohorts.map((cohort) => JSON.stringify(cohort))).size).toBe(1);
        const [cohort] = cohorts;
        expect(cohort?.birthDate === undefined).toBe(year - first >= 90);
        const { valueRange } = Object(cohort?.ageRange);
        if (cohort?.birthDate === undefined) return;
        expect(valueRange.low.value).toBe(Math.max(0, year - first - length + 1));
        expect(valueRange.high.value).toBe(year - first);
      }),
    );
  });

  it("depends on the year of the release in the programme's zone alone", () => {
    fc.assert(
      fc.property(
        fc.date({
          min: new Date("2025-12-31T18:30:00Z"),
          max: new Date("2026-12-31T18:29:59Z"),
          noInvalidDate: true,
        }),
        (now) => yearOf(now, 330) === 2026,
      ),
    );
  });
});

/** What a resource from outside may look like: the same members in another order, at every level. */
function shuffled(value: Json, random: () => number): Json {
  if (Array.isArray(value)) return value.map((item) => shuffled(item, random));
  if (typeof value !== "object" || value === null) return value;
  const members = Object.entries(value).map(
    ([name, inner]) => [name, shuffled(inner, random), random()] as const,
  );
  return Object.fromEntries(members.toSorted((a, b) => a[2] - b[2]));
}

const population = [...generatePopulation({ patients: 12, seed: 7 })];
const samples = [...population, patient, observation, response, registration];

describe.each([programmePolicy, safeHarborPolicy, shiftedPolicy])("by $name, what leaves", (policy) => {
  const plan = compilePolicy(policy);
  const anonymiser = anonymiserOf(plan);

  it("does not depend on the order of members", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...samples),
        fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })),
        (resource, numbers) => {
          const random = () => numbers.next().value ?? 0;
          const members = Object(shuffled(resource, random));
          const other: AnyResource = { ...members, resourceType: resource.resourceType };
          expect(released(anonymiser, other)).toEqual(released(anonymiser, resource));
        },
      ),
      { numRuns: 150 },
    );
  });

  it("does not depend on what was there before", () => {
    const once = samples.map((resource) => released(anonymiserOf(plan), resource));
    const again = samples.map((resource) => released(anonymiser, resource));
    expect(again).toEqual(once);
  }, 20_000);
});

describe.each([programmePolicy, safeHarborPolicy])("by $name, a second time", (policy) => {
  const anonymiser = anonymiserOf(compilePolicy(policy));

  it("nothing comes back, nothing changes but pseudonyms, and it stays valid", () => {
    let compared = 0;
    for (const resource of samples) {
      const first = released(anonymiser, resource);
      const second = first && released(anonymiser, first);
      if (first === undefined || second === undefined) continue;
      compared += 1;
      expect(validateResource(second)).toEqual([]);
      expect(addedIn(second, first, resource.resourceType)).toEqual([]);
      expect(second.id).not.toBe(first.id);
    }
    expect(compared).toBeGreaterThan(50);
  });
});

/** Paths of what `second` has and `first` has not: pseudonyms aside, which are sealed anew. */
function addedIn(second: Json | undefined, first: Json | undefined, path: string): string[] {
  if (Array.isArray(second)) {
    const known = Array.isArray(first) ? first : [];
    return second.flatMap((item, index) => {
      const isThere = known.some((other) => addedIn(item, other, path).length === 0);
      return isThere ? [] : [`${path}[${index}]`];
    });
  }
  if (typeof second === "object" && second !== null) {
    const known: Readonly<Record<string, Json>> = Object(first);
    return Object.entries(second).flatMap(([name, inner]) => addedIn(inner, known[name], `${path}.${name}`));
  }
  const isPseudonym = /(?:^[A-Za-z]+\.id|\.reference|\.name\.text|\.identifier\.value)$/.test(path);
  return second === first || isPseudonym ? [] : [path];
}

describe("the hash of a policy", () => {
  const policy: Policy = {
    ...programmePolicy,
    resources: { Task: programmePolicy.resources.Task ?? {}, Media: { withhold: "photographs" } },
    otherResources: { withhold: "not needed here" },
    questionnaires: programmePolicy.questionnaires.slice(2),
    terminologies: Object.fromEntries(
      Object.entries(programmePolicy.terminologies).filter(([system]) => /artpark/.test(system)),
    ),
  };

  it("is the same for the same policy, and another for every change of a value in it", () => {
    const hash = compilePolicy(policy).hash;
    expect(compilePolicy(JSON.parse(JSON.stringify(policy))).hash).toBe(hash);
    const changes: Policy[] = changesOf(JSON.parse(JSON.stringify(policy)), isFreeText).map((changed) =>
      Object(changed),
    );
    const hashes = new Set([hash, ...changes.map((changed) => compilePolicy(changed).hash)]);
    expect(hashes.size).toBe(changes.length + 1);
    expect(changes.length).toBeGreaterThan(40);
  });
});

/** Texts of which a change leaves a policy that compiles. */
function isFreeText(path: string): boolean {
  return /\.(?:description|version|withhold|source|names|values|codes|map|displays|openReferences|securityLabels)\b/.test(
    path,
  );
}

/** Copies of the value of which one text or number each is another. */
function changesOf(value: Json, isChanged: (path: string) => boolean, path = ""): Json[] {
  if (Array.isArray(value)) {
    return value.flatMap((item, index) =>
      changesOf(item, isChanged, path).map((changed) => value.with(index, changed)),
    );
  }
  if (typeof value === "object" && value !== null) {
    return Object.entries(value).flatMap(([name, inner]) =>
      changesOf(inner, isChanged, `${path}.${name}`).map((changed) => ({ ...value, [name]: changed })),
    );
  }
  return typeof value === "string" && isChanged(path) ? [`${value}x`] : [];
}
