import { effort, generatePopulation } from "@aarohan/devkit";
import type { AnyResource, Json } from "@aarohan/fhir";
import { describe, expect, it } from "vitest";
import { type Dimension, INDICATORS, indianDay, nearestRank, tally } from "../src/index.ts";
import { cubeOf } from "./programme-cube.ts";
import { sqlEvaluator } from "./sql-evaluator.ts";

const PERIODS = [
  ["2025-01-01", "2025-12-31"],
  ["2026-03-01", "2026-03-31"],
  ["2024-11-01", "2026-10-31"],
  ["2025-02-10", "2025-08-09"],
] as const;

const SPLITS: readonly (readonly Dimension[])[] = [
  [],
  ["district"],
  ["state", "setting"],
  ["sex", "age-band"],
  ["tobacco"],
  ["district", "month"],
  ["year", "sex"],
];

/** Some forms lack answers that their Observations have. */
function withGaps(resource: AnyResource, index: number): AnyResource {
  if (resource.resourceType !== "QuestionnaireResponse" || index % 3 !== 0) return resource;
  return { ...resource, ...(resource.item === undefined ? {} : { item: without(resource.item) }) };
}

function without(items: Json): Json {
  if (!Array.isArray(items)) return items;
  return items
    .filter((item) => !/lesion|habit-(?:areca|alcohol)/.test(String(Object(item).linkId)))
    .map((item) => {
      const nested = Object(item).item;
      return nested === undefined ? item : { ...Object(item), item: without(nested) };
    });
}

const day = (text: string) => indianDay(text) ?? Number.NaN;

describe.each(Array.from({ length: effort(20) }, (_, seed) => seed + 1))("population %d", (seed) => {
  it("gives the same by the evaluator and by a database: each indicator, stratum and period", async () => {
    const resources = [...generatePopulation({ patients: 120, seed })].map(withGaps);
    const cube = cubeOf(resources);
    const sql = await sqlEvaluator(resources);
    let compared = 0;
    try {
      for (const indicator of INDICATORS) {
        if (indicator.years !== undefined) continue;
        for (const [from, to] of PERIODS) {
          const period = { from: day(from), to: day(to) };
          for (const by of SPLITS) {
            const own = new Map(
              tally(cube, { indicator, period, by }).map(({ values, initial, denominator, numerator }) => [
                values.join("/"),
                [initial, denominator, numerator],
              ]),
            );
            const theirs = await sql.counts({ indicator: indicator.id, from, to, by });
            expect(sorted(own), `${indicator.id} ${from} ${by}`).toEqual(sorted(theirs));
            compared += own.size;
          }
          if (indicator.days === undefined) continue;
          const [all] = tally(cube, { indicator, period });
          const days = all?.days ?? new Map();
          const [median = Number.NaN, ninth = Number.NaN] = await sql.days(
            indicator.id === "time-to-review" ? "time-to-review" : "time-to-follow-up",
            from,
            to,
          );
          expect([nearestRank(days, 0.5) ?? 0, nearestRank(days, 0.9) ?? 0], indicator.id).toEqual([
            median,
            ninth,
          ]);
        }
      }
    } finally {
      sql.close();
    }
    expect(compared).toBeGreaterThan(1000);
  });
});

const sorted = (map: ReadonlyMap<string, readonly number[]>) =>
  [...map].toSorted(([a], [b]) => (a < b ? -1 : 1));
