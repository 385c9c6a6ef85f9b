import { EdgeError } from "@aarohan/contract";
import { INDICATORS, isoDay, type Tally } from "@aarohan/measures";
import { describe, expect, it } from "vitest";
import { countQuestions, evaluations, type ReportQuery, readReportQuery, reportUuid } from "../src/index.ts";

const NOW = Date.UTC(2026, 10, 28);

function read(
  search: string,
  group: ReportQuery["group"] = "district",
  mayFilterOrganisation = false,
  hidesDays = false,
  now = NOW,
): ReportQuery {
  return readReportQuery([...new URLSearchParams(search)], {
    group,
    measure: undefined,
    mayFilterOrganisation,
    hidesDays,
    now,
  });
}

/** Code and parameter of the refusal. */
function refusal(search: string): unknown {
  try {
    read(search);
    return undefined;
  } catch (error) {
    if (!(error instanceof EdgeError)) throw error;
    expect(error.message).not.toContain("ultramarine");
    return [error.code, error.parameter];
  }
}

const daysOf = ({ period }: ReportQuery) => [isoDay(period.from), isoDay(period.to)];

describe("what is asked of indicators", () => {
  it.each([
    ["", ["2025-01-01", "2025-12-31"]],
    ["period=2024", ["2024-01-01", "2024-12-31"]],
    ["period=2024-02", ["2024-02-01", "2024-02-29"]],
    ["period=2024-02-03", ["2024-02-03", "2024-02-03"]],
    ["period=ge2024-02&period=le2024-03-04", ["2024-02-01", "2024-03-04"]],
    ["periodStart=2024-02-03&periodEnd=2024-03", ["2024-02-03", "2024-03-31"]],
  ])("is of a period: %s", (search, days) => {
    expect(daysOf(read(search))).toEqual(days);
  });

  it.each([
    "period=2024",
    "period=2024-02",
    "period=ge2024-02&period=le2024-03-31",
    "period=ge2024-02-01&period=le2024-02-29",
    "periodStart=2023-04-01&periodEnd=2024-03-31",
    "periodStart=2023-04&periodEnd=2024-03",
  ])("is of whole months for who sees no days: %s", (search) => {
    expect(read(search, "district", false, true).period).toEqual(read(search).period);
  });

  it.each([
    ["period=2024-02-03", "period"],
    ["period=ge2024-02-02&period=le2024-03", "period"],
    ["period=ge2024-02&period=le2024-02-28", "period"],
    ["periodStart=2024-02-02&periodEnd=2024-03-31", "periodStart"],
    ["periodStart=2024-02-01&periodEnd=2024-03-30", "periodEnd"],
  ])("is refused to who sees no days where it tells one: %s", (search, parameter) => {
    const refused = () => read(search, "district", false, true);
    expect(refused).toThrow(expect.objectContaining({ code: "precision-hidden", parameter }));
  });

  it.each([
    ["2025-12-31T18:29:59Z", "2024-01-01"],
    ["2025-12-31T18:30:00Z", "2025-01-01"],
  ])("is of the last year that is over in India: at %s, from %s on", (now, from) => {
    expect(daysOf(read("", "district", false, false, Date.parse(now)))[0]).toBe(from);
  });

  it.each(["population", "summary"])("is about everybody, as reportType=%s", (reportType) => {
    expect(read(`reportType=${reportType}&period=2024`)).toEqual(read("period=2024"));
  });

  it("names a Measure in each of its ways, or all of them", () => {
    for (const name of ["screening-coverage", "oral-cancer-screening-coverage", "Measure/screening-coverage"])
      expect(read(`measure=${name}`).indicators.map(({ id }) => id)).toEqual(["screening-coverage"]);
    expect(read("").indicators).toBe(INDICATORS);
  });

  it("names places by their names or codes", () => {
    const byName = read("district=Mysuru (Mysore)&state=Karnataka").filter;
    expect(byName.state).toEqual(["Karnataka"]);
    expect(byName.district?.[0]).toMatch(/^Karnataka\|Mysuru/);
    expect(read("subject=karnataka").filter.state).toEqual(["Karnataka"]);
  });

  it.each([
    ["measure=ultramarine", "parameter-invalid", "measure"],
    ["period=ultramarine", "parameter-invalid", "period"],
    ["period=2025-02-30", "parameter-invalid", "period"],
    ["period=2024&period=2025", "parameter-invalid", "period"],
    ["periodStart=2025-01-01", "parameter-invalid", "periodEnd"],
    ["period=2025&periodStart=2025-01-01&periodEnd=2025-01-02", "parameter-invalid", "period"],
    ["sex=ultramarine", "parameter-invalid", "sex"],
    ["sex=male&sex=female", "parameter-repeated", "sex"],
    ["district=ultramarine", "parameter-invalid", "district"],
    ["stratifier=organisation", "parameter-invalid", "stratifier"],
    ["group=village", "parameter-invalid", "group"],
    ["reportType=individual", "parameter-invalid", "reportType"],
    ["reportType=subject-list", "parameter-invalid", "reportType"],
    ["release=first", "parameter-invalid", "release"],
    ["organisation=1", "parameter-hidden", "organisation"],
    ["name=ultramarine", "parameter-unknown", "name"],
    ["na'me=ultramarine", "parameter-unknown", "(malformed)"],
  ])("is refused: %s", (search, code, parameter) => {
    expect(refusal(search)).toEqual([code, parameter]);
  });

  it("may name organisations where identified data are seen", () => {
    expect(read("organisation=1,2", "none", true).filter.organisation).toEqual(["1", "2"]);
  });
});

describe("reports from counts", () => {
  const tally = (values: readonly string[], initial: number): Tally => ({
    values,
    initial,
    denominator: initial,
    numerator: 0,
    categories: [],
    days: new Map(),
  });

  it("ask for the region alone, and for it with each split", () => {
    const query = read("measure=screening-coverage&group=state&stratifier=sex,month");
    expect(countQuestions(query).map(({ by }) => by)).toEqual([
      ["state"],
      ["state", "sex"],
      ["state", "month"],
    ]);
  });

  it("have a group for each region, with its own strata, and the people who live there", () => {
    const query = read("measure=screening-coverage&group=state&stratifier=sex&period=2025");
    const tallies = [
      [tally(["Kerala"], 5), tally(["Karnataka"], 20)],
      [tally(["Kerala", "male"], 5), tally(["Karnataka", "female"], 12), tally(["Karnataka", "male"], 8)],
    ];
    const table = [{ state: "Karnataka", year: 2024, eligible: 100, source: "test" }];
    const [report] = evaluations(query, { dataAsOf: 1, tallies }, table, 2);
    expect(report).toMatchObject({ date: 2, dataAsOf: 1, smallBelow: 11 });
    expect(report?.groups).toEqual([
      {
        region: "Karnataka",
        numbers: { initial: 20, denominator: 100, numerator: 20, categories: [], score: 0.2 },
        strata: [
          {
            dimension: "sex",
            values: [
              { value: "female", numbers: { initial: 12, categories: [] } },
              { value: "male", numbers: { initial: 8, categories: [] } },
            ],
          },
        ],
      },
      {
        region: "Kerala",
        numbers: { initial: 5, categories: [] },
        strata: [{ dimension: "sex", values: [{ value: "male", numbers: { initial: 5, categories: [] } }] }],
      },
    ]);
  });

  it("are called by what they say, not by when it was said", async () => {
    const name = await reportUuid({ resourceType: "MeasureReport", date: "2026-01-01", status: "complete" });
    expect(name).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(await reportUuid({ resourceType: "MeasureReport", date: "2026-01-02", status: "complete" })).toBe(
      name,
    );
    expect(await reportUuid({ resourceType: "MeasureReport", status: "error" })).not.toBe(name);
  });
});
