import { generatePopulation } from "@aarohan/devkit";
import type { AnyResource } from "@aarohan/fhir";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  Cube,
  createFactStore,
  type Dimension,
  deletionFact,
  type Fact,
  forgetPatients,
  INDICATORS,
  indianDay,
  indicatorNamed,
  readFact,
  takeFacts,
  tally,
} from "../src/index.ts";
import { cubeOf, PORTS } from "./programme-cube.ts";

const ALL = { from: 0, to: 30_000 };
const population = [...generatePopulation({ patients: 60, seed: 7 })];
const facts = population.flatMap((resource) => readFact(resource, PORTS) ?? []);

/** Everything that a cube says, however it was made. */
function said(cube: Cube): unknown {
  const splits: readonly (readonly Dimension[])[] = [[], ["district", "month"], ["sex", "age-band"]];
  return INDICATORS.flatMap((indicator) =>
    splits.flatMap((by) =>
      (["latest", "first-of-year"] as const).map((counting) =>
        tally(cube, { indicator, period: ALL, by, counting })
          .map(({ days, ...rest }) => ({ ...rest, days: [...days].toSorted(([a], [b]) => a - b) }))
          .toSorted((a, b) => (a.values.join() < b.values.join() ? -1 : 1)),
      ),
    ),
  );
}

function cubeOfFacts(list: readonly Fact[], batch = 50): Cube {
  const store = createFactStore();
  const cube = new Cube();
  for (let at = 0; at < list.length; at += batch) cube.take(takeFacts(store, list.slice(at, at + batch)));
  return cube;
}

const whole = said(cubeOfFacts(facts));

describe("the evaluator", () => {
  it("does not care for order, repetition or batches", () => {
    fc.assert(
      fc.property(
        fc.shuffledSubarray(facts, { minLength: facts.length }),
        fc.integer({ min: 1, max: 400 }),
        (some, batch) => {
          const repeated = [...some, ...some.slice(0, batch)];
          expect(said(cubeOfFacts(repeated, batch))).toEqual(whole);
        },
      ),
      { numRuns: 25 },
    );
  });

  it("gives the same from shares of the patients, put together", () => {
    const linked = new Set(
      facts.flatMap((fact) =>
        fact.kind === "person" ? fact.links.concat(fact.links.length > 0 ? fact.patient : []) : [],
      ),
    );
    const share = ({ patient }: Fact) => (linked.has(patient) ? 0 : patient.charCodeAt(8) % 3);
    const together = new Cube();
    for (const number of [0, 1, 2])
      together.merge(cubeOfFacts(facts.filter((fact) => share(fact) === number)));
    expect(said(together)).toEqual(whole);
  });

  it("gives the same after it was stored, month by month, and read again", () => {
    const cube = cubeOfFacts(facts);
    const stored = new Map(cube.changedChunks().map((chunk) => [`${chunk.subject} ${chunk.month}`, chunk]));
    expect(cube.changedChunks()).toEqual([]);
    expect(said(Cube.from(cube.names, stored.values()))).toEqual(whole);
    // One more screening changes one month alone.
    const screening = facts.find((fact) => fact.kind === "screening");
    if (screening === undefined) throw new Error("no screening");
    cube.take(
      takeFacts(createFactStore(), [
        { ...screening, key: "QuestionnaireResponse/new", patient: "Patient/new" },
      ]),
    );
    const [changed, ...others] = cube.changedChunks();
    expect(others).toEqual([]);
    stored.set(
      `${changed?.subject} ${changed?.month}`,
      changed ?? { subject: "screenings", month: 0, numbers: new Uint16Array() },
    );
    expect(said(Cube.from(cube.names, stored.values()))).toEqual(said(cube));
  });

  it("forgets whom it has to forget, and nobody else", () => {
    const store = createFactStore();
    const cube = new Cube();
    cube.take(takeFacts(store, facts));
    const gone = new Set(facts.filter((_, index) => index % 40 === 0).map(({ patient }) => patient));
    cube.take(forgetPatients(store, gone));
    expect(said(cube)).toEqual(said(cubeOfFacts(facts.filter(({ patient }) => !gone.has(patient)))));
  });

  it("gives the same as from scratch after corrections, withdrawals and deletions", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(fc.nat(facts.length - 1), fc.nat(facts.length - 1), fc.integer({ min: 0, max: 2 })),
          { maxLength: 30 },
        ),
        (changes) => {
          const store = createFactStore();
          const cube = new Cube();
          cube.take(takeFacts(store, facts));
          const now = new Map(facts.map((fact) => [fact.key, fact]));
          for (const [index, [which, whose, how]] of changes.entries()) {
            const key = facts[which]?.key ?? "";
            const before = now.get(key);
            if (before === undefined) continue;
            const at = Date.UTC(2030, 0, 1) + index;
            const other = facts[whose]?.patient ?? "";
            const moved: Fact = {
              ...before,
              patient: before.kind === "person" ? before.patient : other,
              version: [at, 9],
            };
            const after =
              how === 0
                ? deletionFact(before, at)
                : how === 1
                  ? moved
                  : { ...before, version: [at, 9] as const };
            now.set(key, after);
            cube.take(takeFacts(store, [after]));
          }
          expect(said(cube)).toEqual(said(cubeOfFacts([...now.values()])));
        },
      ),
      { numRuns: 40 },
    );
  });
});

const PATIENT: AnyResource = {
  resourceType: "Patient",
  id: "p",
  gender: "female",
  birthDate: "1980-05-01",
  address: [{ state: "Kerala", district: "Kollam" }],
};
const form = (id: string, authored: string, extra: object = {}): AnyResource => ({
  resourceType: "QuestionnaireResponse",
  id,
  meta: { lastUpdated: authored, versionId: "1" },
  questionnaire: "Questionnaire/OralCancerPatientRegistration|2",
  status: "completed",
  subject: { reference: "Patient/p" },
  encounter: { reference: `Encounter/${id}` },
  authored,
  item: [
    {
      linkId: "screening-group",
      item: [{ linkId: "patient-screening-lesion", answer: [{ valueCoding: { code: "no" } }] }],
    },
  ],
  ...extra,
});
const review = (diagnosis: string, recommendation = "quit-habit", display = "Normal"): AnyResource => ({
  resourceType: "QuestionnaireResponse",
  id: "r",
  questionnaire: "https://midas.iisc.ac.in/fhir/Questionnaire/OralCancerScreenPatient",
  status: "completed",
  subject: { reference: "Patient/p" },
  encounter: { reference: "Encounter/f1" },
  authored: "2025-03-05T10:00:00+05:30",
  item: [
    {
      linkId: "provisional-diagnosis",
      answer: [{ valueCoding: { system: "http://snomed.info/sct", code: diagnosis, display } }],
    },
    { linkId: "recommendation", answer: [{ valueCoding: { code: recommendation } }] },
  ],
});
const task = (output?: string): AnyResource => ({
  resourceType: "Task",
  id: "t",
  instantiatesUri: "https://midas.iisc.ac.in/fhir/Task/oral-cancer-screening-follow-up",
  status: "requested",
  for: { reference: "Patient/p" },
  encounter: { reference: "Encounter/f1" },
  authoredOn: "2025-03-05T11:00:00+05:30",
  ...(output === undefined
    ? {}
    : {
        output: [{ type: { text: "x" }, valueCodeableConcept: { text: output } }],
        executionPeriod: { end: "2025-04-04T09:00:00+05:30" },
      }),
});
const FIRST = form("f1", "2025-03-01T09:00:00+05:30");

function of(id: string, resources: readonly AnyResource[], from = "2025-01-01", to = "2025-12-31") {
  const indicator = indicatorNamed(id);
  if (indicator === undefined) throw new Error(id);
  const period = { from: indianDay(from) ?? 0, to: indianDay(to) ?? 0 };
  const [found] = tally(cubeOf(resources), { indicator, period });
  return found === undefined ? undefined : [found.initial, found.denominator, found.numerator];
}

describe("an indicator", () => {
  it.each([
    ["235027002", "homogenous leukoplakia"],
    ["32883009", "oral submucous fibrosis"],
    ["95269005", "tobacco keratosis"],
    ["235049008", "lichen planus"],
    ["419842002", "squamous cell carcinoma"],
  ])("counts %s (%s) as suspicious, whatever its display says", (code) => {
    expect(of("suspicious-rate", [PATIENT, FIRST, review(code)])).toEqual([1, 1, 1]);
  });

  it.each(["162010006", "30807003"])("does not count %s as suspicious, whatever its display says", (code) => {
    expect(
      of("suspicious-rate", [PATIENT, FIRST, review(code, "quit-habit", "Squamous cell carcinoma")]),
    ).toEqual([1, 1, 0]);
  });

  it("leaves non-diagnostic images and unknown diagnoses out of the detection rate", () => {
    for (const code of ["103694001", "999"])
      expect(of("suspicious-rate", [PATIENT, FIRST, review(code)])).toEqual([1, 0, 0]);
    expect(of("review-completion", [PATIENT, FIRST, review("999")])).toEqual([1, 1, 1]);
  });

  it("counts a person once, by the latest screening of the period", () => {
    const again = form("f2", "2025-06-01T09:00:00+05:30", {
      item: [{ linkId: "patient-screening-lesion", answer: [{ valueCoding: { code: "yes" } }] }],
    });
    expect(of("lesion-positivity", [again, PATIENT, FIRST])).toEqual([1, 1, 1]);
    expect(of("lesion-positivity", [PATIENT, FIRST, again], "2025-01-01", "2025-05-31")).toEqual([1, 1, 0]);
    const other = { ...PATIENT, id: "q", link: [{ other: { reference: "Patient/p" }, type: "seealso" }] };
    const linked = { ...again, subject: { reference: "Patient/q" } };
    expect(of("lesion-positivity", [linked, FIRST, other, PATIENT])).toEqual([1, 1, 1]);
    expect(of("lesion-positivity", [linked, FIRST, { ...other, link: [] }, PATIENT])).toEqual([2, 2, 1]);
  });

  it.each([
    ["2024-02-28", "2019-02-28", "2019-03-01"],
    ["2024-02-29", "2019-02-28", "2019-03-01"],
    ["2024-03-31", "2019-03-31", "2019-04-01"],
    ["2025-02-28", "2020-02-28", "2020-02-29"],
  ])("cumulates over five years to %s: without %s, from %s on", (end, before, first) => {
    const screenedOn = (day: string) =>
      of("screening-coverage-5y", [PATIENT, form("f1", `${day}T09:00:00+05:30`)], end, end);
    expect([screenedOn(before), screenedOn(first)]).toEqual([undefined, [1, 0, 0]]);
  });

  it("counts nothing that was entered in error, is not completed, or was corrected away", () => {
    const gone = {
      ...FIRST,
      status: "entered-in-error",
      meta: { lastUpdated: "2025-04-01T00:00:00Z", versionId: "2" },
    };
    expect(of("lesion-positivity", [PATIENT, FIRST, gone])).toBeUndefined();
    expect(of("lesion-positivity", [PATIENT, gone, FIRST])).toBeUndefined();
    expect(of("lesion-positivity", [PATIENT, { ...FIRST, status: "in-progress" }])).toBeUndefined();
  });

  it("keeps who has no record apart from who was not followed up", () => {
    const referred = review("235027002", "additional-investigation-needed");
    const outcome = (output?: string) => {
      const indicator = indicatorNamed("follow-up-outcome");
      if (indicator === undefined) throw new Error("gone");
      const [found] = tally(cubeOf([PATIENT, FIRST, referred, task(output)]), { indicator, period: ALL });
      return indicator.categories?.values.flatMap(({ code }, index) =>
        found?.categories[index] === 1 ? [code] : [],
      );
    };
    expect(outcome()).toEqual(["no-record"]);
    expect(outcome("FOLLOWUP_NOT_DONE")).toEqual(["FOLLOWUP_NOT_DONE"]);
    expect(outcome("done, she says")).toEqual(["no-record"]);
    expect(of("follow-up-completion", [PATIENT, FIRST, referred, task("FOLLOWUP_DONE")])).toEqual([1, 1, 1]);
    expect(of("time-to-follow-up", [PATIENT, FIRST, referred, task("FOLLOWUP_DONE")])).toEqual([1, 1, 1]);
    expect(
      of("follow-up-completion", [PATIENT, FIRST, review("30807003"), task("FOLLOWUP_DONE")]),
    ).toBeUndefined();
  });

  it("knows when a follow-up was done by the Task alone, never by when it was written", () => {
    const { executionPeriod: _, ...undated } = task("FOLLOWUP_DONE");
    const referred = review("235027002", "urgent-refer-to-hospital");
    const written = { ...undated, resourceType: "Task", meta: { lastUpdated: "2025-03-20T00:00:00Z" } };
    expect(of("follow-up-completion", [PATIENT, FIRST, referred, written])).toEqual([1, 1, 1]);
    expect(of("time-to-follow-up", [PATIENT, FIRST, referred, written])).toEqual([1, 0, 0]);
  });

  it("is found by each of its names, and by nothing else", () => {
    for (const name of [
      "screening-coverage",
      "Measure/screening-coverage",
      "oral-cancer-screening-coverage",
      "Measure/oral-cancer-screening-coverage",
      "https://artpark.in/fhir/Measure/screening-coverage",
      "https://artpark.in/fhir/Measure/screening-coverage|1.0.0",
    ])
      expect(indicatorNamed(name)?.id).toBe("screening-coverage");
    for (const name of [
      "",
      "constructor",
      "screening-coverage|2.0.0",
      "https://elsewhere.example/Measure/screening-coverage",
      "Measure/",
    ])
      expect(indicatorNamed(name)).toBeUndefined();
  });
});

describe("ages as rows show them", () => {
  /** The same people, each born at another time of the same cohort of five years. */
  const moved = population.map((resource): AnyResource => {
    if (resource.resourceType !== "Patient" || typeof resource.birthDate !== "string") return resource;
    const year = Number(resource.birthDate.slice(0, 4));
    const other = Math.floor(year / 5) * 5 + ((year + 3) % 5);
    return { ...resource, birthDate: `${other}-07-19` };
  });
  const bandsOf = (resources: Iterable<AnyResource>, ages: "lived" | "shown") => {
    const cube = cubeOf(resources);
    return INDICATORS.flatMap((indicator) =>
      tally(cube, { indicator, period: ALL, by: ["district", "age-band", "month"], ages })
        .map(({ values, initial }) => `${indicator.id} ${values.join()} ${initial}`)
        .toSorted(),
    );
  };

  it("tell nothing of when in its cohort somebody was born", () => {
    expect(bandsOf(moved, "shown")).toEqual(bandsOf(population, "shown"));
    expect(bandsOf(moved, "lived")).not.toEqual(bandsOf(population, "lived"));
  });

  it("are the ages that people have, but for the years next to a border", () => {
    const cube = cubeOf(population);
    const indicator = indicatorNamed("lesion-positivity");
    if (indicator === undefined) throw new Error("lesion-positivity is an indicator");
    const counts = (ages: "lived" | "shown") => {
      const bands = tally(cube, { indicator, period: ALL, by: ["age-band"], ages });
      return new Map(bands.map(({ values, initial }) => [values[0], initial]));
    };
    const lived = counts("lived");
    const total = [...lived.values()].reduce((sum, one) => sum + one, 0);
    for (const [band, count] of counts("shown"))
      expect(Math.abs(count - (lived.get(band) ?? 0))).toBeLessThan(total / 4);
    expect([...counts("shown").values()].reduce((sum, one) => sum + one, 0)).toBe(total);
  });
});
