import { generatePopulation } from "@aarohan/devkit";
import { INDICATORS, type Indicator, type Numbers, PUBLISHED_NUMBERS, tally } from "@aarohan/measures";
import { describe, expect, it } from "vitest";
import {
  type DeclaredQuestion,
  type Disclosure,
  isDeclared,
  nextRelease,
  type PublishedYear,
  type ReleaseSchedule,
  releasedGroups,
} from "../src/index.ts";
import { cubeOf, FrozenMemory } from "./frozen-memory.ts";

const YEAR = 2025;
const DAY = 86_400_000;
const population = [...generatePopulation({ patients: 6000 })];
const first = cubeOf(population);
/** A tenth of the people are gone, and as many others are there. */
const later = cubeOf([
  ...population.slice(Math.floor(population.length / 10)),
  ...generatePopulation({ patients: 1500, seed: 99 }),
]);
const ELIGIBLE = ["30-39", "40-49", "50-59", "60-65"];

function schedule(disclosure: Disclosure = "suppression"): ReleaseSchedule {
  let random = 1;
  const keys = new Map<string, number>();
  const keyOf = (cell: string) => {
    random = Math.imul(random, 1103515245) + 12345;
    const known = keys.get(cell) ?? random >>> 0;
    keys.set(cell, known);
    return known;
  };
  return { disclosure, k: 11, keyOf, revisionMilliseconds: 90 * DAY };
}

async function releasesOf(disclosure: Disclosure): Promise<readonly PublishedYear[]> {
  const frozen = new FrozenMemory();
  const own = schedule(disclosure);
  const releases: PublishedYear[] = [];
  for (const [months, cube, day] of [
    [3, first, 0],
    [7, first, 30],
    [12, first, 60],
    [12, later, 150],
  ] as const) {
    const next = await nextRelease(releases.at(-1), YEAR, months, frozen.sources(cube, YEAR, day * DAY), own);
    if (next !== undefined) releases.push(next);
  }
  return releases;
}

const released = { suppression: await releasesOf("suppression"), rounding: await releasesOf("rounding") };

/** Every declared part of the tables of an indicator. */
function* questions(indicator: string): Generator<DeclaredQuestion> {
  for (const level of ["all", "state", "district"] as const) {
    const fine = level === "district" ? [] : (["setting"] as const);
    yield { indicator, year: YEAR, level, by: ["month", "sex", "age-band", ...fine] };
    for (let month = 0; month < 12; month += 1) yield { indicator, year: YEAR, month, level, by: fine };
  }
}

function indicatorOf(id: string): Indicator {
  const indicator = INDICATORS.find((one) => one.id === id);
  if (indicator === undefined) throw new Error(id);
  return indicator;
}

/** All numbers that are told of an indicator, by where they stand. */
function numbersOf(published: PublishedYear, id: string): Map<string, Numbers> {
  const indicator = indicatorOf(id);
  const found = new Map<string, Numbers>();
  for (const question of questions(id))
    for (const { region = "", numbers, strata } of releasedGroups(published, indicator, question)) {
      const at = [question.level, region, question.month].join();
      if (numbers !== undefined) found.set(at, numbers);
      for (const { dimension, values } of strata)
        for (const one of values) found.set(`${at},${dimension},${one.value}`, one.numbers);
    }
  return found;
}

const told = (published: PublishedYear) =>
  Object.keys(PUBLISHED_NUMBERS).flatMap((id) =>
    [...numbersOf(published, id)].map(([at, numbers]) => [`${id} ${at}`, numbers] as const),
  );

describe("released tables", () => {
  it("tell true numbers or none, and each year by its months", () => {
    const published = released.suppression[2];
    if (published === undefined) throw new Error("no release of the whole year");
    let known = 0;
    for (const id of Object.keys(PUBLISHED_NUMBERS)) {
      const indicator = indicatorOf(id);
      const numbers = numbersOf(published, id);
      const query = { indicator, period: { from: 20_089, to: 20_453 }, counting: "first-of-year" } as const;
      const filter = { "age-band": ELIGIBLE };
      for (const by of [
        ["age-band"],
        ["month"],
        ["state"],
        ["state", "age-band"],
        ["state", "month"],
      ] as const)
        for (const { values, ...own } of tally(first, { ...query, filter, by })) {
          const [state, value] = by[0] === "state" ? values : [undefined, values[0]];
          if (state !== undefined && !published.yearPlaces.names.states.includes(state)) continue;
          const split = value === undefined ? "" : `,${by.at(-1)},${value}`;
          const shown = numbers.get(`${state === undefined ? "all," : `state,${state}`},${split}`);
          for (const name of ["initial", "numerator"] as const) {
            if (typeof shown?.[name] !== "number") continue;
            expect(shown[name], `${id} ${values} ${name}`).toBe(own[name]);
            known += 1;
          }
        }
    }
    expect(known).toBeGreaterThan(200);
  });

  it("tell nothing between 1 and k − 1, in no release", () => {
    for (const published of [...released.suppression, ...released.rounding])
      for (const [at, { initial, denominator, numerator, categories }] of told(published))
        for (const count of [initial, denominator, numerator, ...categories])
          if (typeof count === "number") expect(count === 0 || count >= 11, at).toBe(true);
  });

  it("have of a year that is not over its closed months alone", () => {
    const published = released.suppression[0];
    if (published === undefined) throw new Error("no release");
    const places = told(published).map(([at]) => at);
    expect(places).toContain("screening-coverage all,,2");
    expect(places).toContain("screening-coverage all,,,month,2025-03");
    expect(places.filter((at) => / all,,(?:3|,month,2025-04|,sex.*|)$/.test(at))).toEqual([]);
  });

  for (const disclosure of ["suppression", "rounding"] as const)
    it(`never change or show what was published before (${disclosure})`, () => {
      for (const [index, published] of released[disclosure].entries()) {
        const before = released[disclosure][index - 1];
        for (const place of before?.places ?? []) {
          const now = published.places.find(
            (one) =>
              one.state === place.state && one.district === place.district && one.revision === place.revision,
          );
          for (const [at, number] of place.numbers.entries())
            if (number !== -2) expect(now?.numbers[at]).toBe(number);
        }
      }
    });

  it("take districts anew once enough persons are counted differently, and their states with them", () => {
    const [, , closed, revised] = released.rounding;
    expect(closed?.yearPlaces.revisions).toEqual([]);
    expect(revised?.yearPlaces.revisions).toHaveLength(1);
    const [taken = []] = revised?.yearPlaces.revisions ?? [];
    expect(taken.length).toBeGreaterThan(0);
    for (const slice of taken) {
      const [state, district] = slice.split("|");
      const places = revised?.places.filter((one) => one.state === state && one.district === district);
      expect(places?.map(({ revision }) => revision)).toEqual([0, 1]);
    }
    if (revised === undefined) throw new Error("no revision");
    const question = { indicator: "screening-coverage", year: YEAR, level: "district", by: [] } as const;
    const groups = releasedGroups(revised, indicatorOf("screening-coverage"), question);
    expect(new Set(groups.map(({ region }) => region)).size).toBe(groups.length);
  });

  it("wait with a revision that would hide totals, while changes add up, and not forever", async () => {
    const frozen = new FrozenMemory();
    let known = await nextRelease(undefined, YEAR, 12, frozen.sources(first, YEAR, 0), schedule());
    const waits: number[] = [];
    for (let round = 1; round <= 6; round += 1) {
      const sources = frozen.sources(later, YEAR, round * 100 * DAY);
      known = (await nextRelease(known, YEAR, 12, sources, schedule())) ?? known;
      waits.push(known?.yearPlaces.revisions.length ?? -1);
    }
    expect(waits.at(-1)).toBe(1);
    expect(waits).toEqual(waits.toSorted());
  });

  it("are declared by how rare those are whom they count", () => {
    const at = (indicator: string, level: "all" | "state" | "district", month?: number) => ({
      indicator,
      level,
      ...(month === undefined ? {} : { month }),
    });
    expect(isDeclared(at("screening-coverage", "district"), "month")).toBe(true);
    expect(isDeclared(at("screening-coverage", "district"), "setting")).toBe(false);
    expect(isDeclared(at("suspicious-rate", "district"), "month")).toBe(false);
    expect(isDeclared(at("suspicious-rate", "state", 3))).toBe(true);
    expect(isDeclared(at("suspicious-rate", "state", 3), "sex")).toBe(false);
    expect(isDeclared(at("referral-rate", "state"), "sex")).toBe(true);
    expect(isDeclared(at("follow-up-outcome", "state"), "sex")).toBe(false);
    expect(isDeclared(at("high-risk-rate", "district"))).toBe(true);
    expect(isDeclared(at("high-risk-rate", "district"), "sex")).toBe(false);
    expect(isDeclared(at("high-risk-rate", "all"), "month")).toBe(true);
    expect(isDeclared(at("ai-agreement", "all"))).toBe(false);
    expect(isDeclared(at("lesion-positivity", "all"), "tobacco")).toBe(false);
  });

  it("leave places with next to nobody to the places around them", async () => {
    const few = new FrozenMemory();
    const known = await nextRelease(undefined, YEAR, 12, few.sources(first, YEAR, 0), schedule());
    const { states = [], districts = [] } = known?.yearPlaces.names ?? {};
    const sizes = new Map(
      tally(first, {
        indicator: indicatorOf("screening-coverage"),
        period: { from: 20_089, to: 20_453 },
        by: ["district"],
        counting: "first-of-year",
      }).map(({ values: [name = ""], initial }) => [name, initial]),
    );
    for (const name of districts) expect(sizes.get(name)).toBeGreaterThanOrEqual(264);
    const places = known?.places.map(({ state, district }) => `${state}|${district}`) ?? [];
    for (const [name, size] of sizes)
      if (size < 264 && states.includes(name.split("|")[0] ?? "")) expect(places).not.toContain(name);
    expect(places).toContain("Karnataka|Other districts");
  });

  it("are not made anew before it is time, nor where nobody changed", async () => {
    const frozen = new FrozenMemory();
    const known = await nextRelease(undefined, YEAR, 12, frozen.sources(first, YEAR, 0), schedule());
    expect(await nextRelease(known, YEAR, 12, frozen.sources(later, YEAR, DAY), schedule())).toBeUndefined();
    const looked = await nextRelease(known, YEAR, 12, frozen.sources(first, YEAR, 91 * DAY), schedule());
    expect(looked?.revisedAt).toBe(91 * DAY);
    expect(looked?.places).toBe(known?.places);
  });
});
