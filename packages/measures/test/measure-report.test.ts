import { generatePopulation } from "@aarohan/devkit";
import { type AnyResource, validateResource } from "@aarohan/fhir";
import { describe, expect, it } from "vitest";
import {
  type EvaluatedGroup,
  type Evaluation,
  eligiblePopulation,
  INDICATORS,
  type Indicator,
  indianDay,
  indicatorNamed,
  measureReport,
  measureResource,
  numbersOf,
  readDenominators,
  reportRows,
  tally,
} from "../src/index.ts";
import { cubeOf } from "./programme-cube.ts";

const cube = cubeOf(generatePopulation({ patients: 200, seed: 3 }));
const period = { from: indianDay("2025-01-01") ?? 0, to: indianDay("2025-12-31") ?? 0 };

function evaluationOf(indicator: Indicator, extra: Partial<Evaluation> = {}): Evaluation {
  const groups: EvaluatedGroup[] = tally(cube, { indicator, period, by: ["district"] }).map((one) => ({
    region: one.values[0] ?? "",
    numbers: numbersOf(one, indicator, 5000),
    strata: [
      {
        dimension: "sex",
        values: tally(cube, {
          indicator,
          period,
          by: ["sex"],
          filter: { district: [one.values[0] ?? ""] },
        }).map((stratum) => ({
          value: stratum.values[0] ?? "",
          numbers: numbersOf(stratum, indicator, 5000),
        })),
      },
    ],
  }));
  return { indicator, period, date: Date.UTC(2026, 0, 1), dataAsOf: Date.UTC(2026, 0, 1), groups, ...extra };
}

const issuesOf = (resource: AnyResource) => validateResource(resource);

describe.each(INDICATORS.map((indicator) => [indicator.id, indicator] as const))("%s", (_, indicator) => {
  it("is a valid Measure", () => {
    expect(issuesOf(measureResource(indicator))).toEqual([]);
  });

  it("is reported validly, by region and stratum, and the same as rows", () => {
    const evaluation = evaluationOf(indicator);
    const report = measureReport(evaluation);
    expect(issuesOf(report)).toEqual([]);
    expect(evaluation.groups.length).toBeGreaterThan(1);
    const counts = JSON.stringify(report).match(/"count":\d+/g) ?? [];
    const rows = reportRows(evaluation).filter(({ population }) => !/score|percentile/.test(population));
    const groupsAndStrata = rows.filter(({ population }) =>
      /population|denominator|numerator/.test(population),
    );
    expect(counts.length).toBeGreaterThanOrEqual(groupsAndStrata.length);
    for (const { suppressed, value } of rows) expect([suppressed, typeof value]).toEqual([false, "number"]);
  });

  it("shows nothing of what is suppressed, in neither form", () => {
    const hidden = "suppressed" as const;
    const categories = (indicator.categories?.values ?? []).map(() => hidden);
    const numbers = {
      initial: hidden,
      denominator: hidden,
      numerator: hidden,
      categories,
      score: hidden,
      ninetieth: hidden,
    };
    const evaluation = evaluationOf(indicator, {
      groups: [{ region: "Kerala|Kollam", numbers, strata: [] }],
    });
    const report = measureReport(evaluation);
    expect(issuesOf(report)).toEqual([]);
    const text = JSON.stringify(report);
    expect(text).not.toMatch(/"count"|"value":\d/);
    expect(text.match(/"masked"/g)?.length).toBeGreaterThanOrEqual(3 + categories.length);
    for (const { value, suppressed } of reportRows(evaluation))
      expect([value, suppressed]).toEqual([null, true]);
  });
});

describe("a report", () => {
  it("is the export guide's sample, where there is no table of denominators", () => {
    const indicator = indicatorNamed("oral-cancer-screening-coverage");
    if (indicator === undefined) throw new Error("gone");
    const numbers = numbersOf(
      { values: [], initial: 1000, denominator: 0, numerator: 0, categories: [], days: new Map() },
      indicator,
    );
    const groups = [{ region: "Karnataka|Bangalore Urban", numbers, strata: [] }];
    const measure = "Measure/oral-cancer-screening-coverage";
    const {
      group,
      status,
      period: told,
      measure: named,
    } = measureReport(evaluationOf(indicator, { groups, measure }));
    expect({ group, status, period: told, measure: named }).toEqual({
      measure: "Measure/oral-cancer-screening-coverage",
      status: "complete",
      period: { start: "2025-01-01", end: "2025-12-31" },
      group: [
        {
          extension: [
            {
              url: "https://artpark.in/fhir/StructureDefinition/region-of",
              valueCoding: { system: "https://artpark.in/region", code: "karnataka", display: "Karnataka" },
            },
          ],
          code: {
            coding: [
              { system: "https://artpark.in/region", code: "bangalore-urban", display: "Bangalore Urban" },
            ],
          },
          population: [
            {
              code: {
                coding: [
                  {
                    system: "http://terminology.hl7.org/CodeSystem/measure-population",
                    code: "initial-population",
                    display: "Initial Population",
                  },
                ],
              },
              count: 1000,
            },
          ],
        },
      ],
    });
  });

  it("tells the categories of each stratum as a stratum of two components", () => {
    const indicator = indicatorNamed("follow-up-completion");
    if (indicator === undefined) throw new Error("gone");
    const numbers = { initial: 20, denominator: 20, numerator: 9, categories: [4, "suppressed" as const, 2] };
    const strata = [{ dimension: "month" as const, values: [{ value: "2025-01", numbers }] }];
    const evaluation = evaluationOf(indicator, { groups: [{ strata }] });
    const report = measureReport(evaluation);
    expect(issuesOf(report)).toEqual([]);
    const text = JSON.stringify(report);
    expect(text.match(/"component"/g)).toHaveLength(3);
    expect(text).toContain('{"code":{"text":"month"},"value":{"text":"2025-01"}}');
    expect(reportRows(evaluation).map(({ population, value }) => [population, value])).toEqual([
      ["initial-population", 20],
      ["denominator", 20],
      ["numerator", 9],
      ["within-30-days", 4],
      ["within-90-days", null],
      ["later-or-unknown", 2],
    ]);
  });

  it("marks small counts for who sees them, and no others", () => {
    const indicator = INDICATORS[2];
    if (indicator === undefined) throw new Error("gone");
    const tallied = {
      values: [],
      initial: 11,
      denominator: 10,
      numerator: 0,
      categories: [],
      days: new Map(),
    };
    const report = measureReport(
      evaluationOf(indicator, {
        smallBelow: 11,
        groups: [{ numbers: numbersOf(tallied, indicator), strata: [] }],
      }),
    );
    expect(JSON.stringify(report).match(/small-cell/g)).toHaveLength(1);
  });
});

describe("denominators", () => {
  const table = readDenominators([
    { state: "Kerala", district: "Kollam", year: 2024, eligible: 100, source: "census" },
    { state: "Kerala", district: "Kollam", year: 2026, eligible: 120, source: "census" },
    { state: "Kerala", district: "Idukki", year: 2025, eligible: 30, source: "census" },
    { state: "Goa", year: 2025, eligible: 700, source: "census" },
  ]);

  it.each([
    [{ state: "Kerala", district: "Kollam" }, 2025, 100],
    [{ state: "Kerala", district: "Kollam" }, 2027, 120],
    [{ state: "Kerala", district: "Kollam" }, 2020, 100],
    [{ state: "Kerala" }, 2026, 150],
    [{ state: "Goa" }, 2026, 700],
    [{ state: "Goa", district: "North Goa" }, 2026, undefined],
    [{ state: "Bihar" }, 2026, undefined],
    [{}, 2026, 850],
  ])("of %j in %d are %s", (place, year, expected) => {
    expect(eligiblePopulation(table, place, year)).toBe(expected);
  });

  it.each([
    [{}],
    [[{ state: "Goa" }]],
    [[{ state: "Goa", year: 2025, eligible: -1, source: "x" }]],
    [[{ state: "Goa", year: "2025", eligible: 1, source: "x" }]],
  ])("are refused where they are none: %j", (value) => {
    expect(() => readDenominators(value)).toThrow(/^denominators/);
  });
});
