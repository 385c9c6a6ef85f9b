import {
  axisFormat,
  categoryRows,
  districtOfCode,
  type IndicatorRow,
  type IndicatorRows,
  LANGUAGES,
  monthRows,
  placeName,
  regionRows,
  regionRowsByCode,
  type Shown,
  scoreFormat,
  setLanguage,
  splitRows,
  stateOfCode,
} from "@aarohan/kit";
import { afterEach, describe, expect, it } from "vitest";
import { GatewayError } from "../src/gateway/gateway-error.ts";
import { agreementRows } from "../src/indicators/agreement-rows.ts";
import { createReports } from "../src/indicators/create-reports.ts";
import { readFilters } from "../src/indicators/filters.ts";
import { funnelSteps } from "../src/indicators/funnel-steps.ts";
import { periodText } from "../src/indicators/period-text.ts";
import { ofMeasure, reportPath, wholeGroup } from "../src/indicators/report-query.ts";

const NOW = Date.UTC(2026, 10, 28);
const filtersOf = (query: string, role: "data-analyst" | "viewer" = "data-analyst") =>
  readFilters(new URLSearchParams(query), role, NOW);
const EVERYTHING =
  "period=2025-03&state=karnataka&district=kolar&setting=field&sex=female&age-band=66%2B&group=district";

const root = { lang: "" };
afterEach(() => setLanguage("en", root));

describe("filters", () => {
  it("are the last year that is over and everybody, where the address says nothing", () => {
    expect(filtersOf("")).toEqual({
      period: "2025",
      state: "",
      district: "",
      setting: "",
      sex: "",
      ageBand: "",
      group: "state",
    });
  });

  it("are what the address says", () => {
    expect(filtersOf(EVERYTHING)).toEqual({
      period: "2025-03",
      state: "karnataka",
      district: "kolar",
      setting: "field",
      sex: "female",
      ageBand: "66+",
      group: "district",
    });
  });

  it.each([
    ["period=2025-13", "period", "2025"],
    ["period=25", "period", "2025"],
    ["period=2025-01-01..2025-03-31", "period", "2025-01-01..2025-03-31"],
    ["sex=x", "sex", ""],
    ["age-band=30", "ageBand", ""],
    ["state=a%26b", "state", ""],
    ["district=kolar", "district", ""],
    ["group=none", "group", "state"],
    ["state=bihar", "group", "district"],
  ] as const)("of %s have as %s: %s", (query, name, value) => {
    expect(filtersOf(query)[name]).toBe(value);
  });

  it("of who sees published numbers are places and released periods alone", () => {
    const { setting, sex, ageBand, state, period } = filtersOf(EVERYTHING, "viewer");
    expect([setting, sex, ageBand, state, period]).toEqual(["", "", "", "karnataka", "2025-03"]);
    expect(filtersOf("period=2025-01-01..2025-03-31", "viewer").period).toBe("2025");
  });

  it("of who sees no days are whole months", () => {
    const period = "period=2025-01-15..2025-02-03";
    expect(filtersOf(period, "data-analyst").period).toBe("2025-01-01..2025-02-28");
    const ofAdministrator = readFilters(new URLSearchParams(period), "system-administrator", NOW);
    expect(ofAdministrator.period).toBe("2025-01-15..2025-02-03");
  });
});

describe("a query", () => {
  it("is asked with every filter, in JSON and in CSV", () => {
    const query = { measure: "suspicious-rate", group: "district", filters: filtersOf(EVERYTHING) } as const;
    const path =
      "/fhir/MeasureReport?measure=suspicious-rate&period=2025-03&group=district&state=karnataka&district=kolar&setting=field&sex=female&age-band=66%2B";
    expect(reportPath(query)).toBe(path);
    expect(reportPath(query, "csv")).toBe(`${path}&_format=csv`);
  });

  it("of a place is asked as of one region", () => {
    const group = (query: string) => wholeGroup(filtersOf(query));
    expect([group(""), group("state=bihar"), group("state=bihar&district=gaya")]).toEqual([
      "none",
      "state",
      "district",
    ]);
  });

  it("of days has the first and the last", () => {
    const query = {
      group: "none",
      split: "month",
      filters: filtersOf("period=2025-01-01..2025-03-31"),
    } as const;
    expect(reportPath(query)).toBe(
      "/fhir/MeasureReport?period=ge2025-01-01&period=le2025-03-31&group=none&stratifier=month",
    );
    expect(reportPath(ofMeasure(query, "referral-rate"))).toContain("measure=referral-rate&");
  });
});

const people = (value: Shown) => ({ value, isSmall: false });
const region = (name: string) => ({ code: name.toLowerCase(), name });

function rowOf(extra: Partial<IndicatorRow>): IndicatorRow {
  const none = {
    state: undefined,
    district: undefined,
    stratifier: undefined,
    stratum: undefined,
    category: undefined,
  };
  return { kind: "whole", ...none, cells: {}, ...extra };
}

function reportOf(measure: string, rows: readonly IndicatorRow[]): IndicatorRows {
  return {
    measure,
    canonical: `https://artpark.in/fhir/Measure/${measure}|1.0.0`,
    period: { start: "2024-11-01", end: "2025-02-28" },
    dataAsOf: undefined,
    release: undefined,
    rows,
  };
}

const score = (value: Shown) => ({
  score: people(value),
  numerator: people(value),
  denominator: people(10),
  "initial-population": people(12),
});

describe("rows of charts", () => {
  it("have every month of the period, those in which nobody is counted without a number", () => {
    const month = (stratum: string, value: Shown) =>
      rowOf({ kind: "stratum", stratifier: "month", stratum, cells: score(value) });
    const rows = monthRows(
      reportOf("suspicious-rate", [month("2024-12", 0.5), month("2025-02", "suppressed")]),
    );
    expect(rows.map(({ key, value }) => [key, value])).toEqual([
      ["2024-11", undefined],
      ["2024-12", 0.5],
      ["2025-01", undefined],
      ["2025-02", "suppressed"],
    ]);
    expect(rows[2]?.label).toBe("January 2025");
  });

  it("have the largest place first, then what is not told, then what has no number", () => {
    const place = (name: string, value: Shown | undefined) =>
      rowOf({
        state: region("Bihar"),
        district: region(name),
        cells: value === undefined ? {} : score(value),
      });
    const report = reportOf("x", [
      place("A", undefined),
      place("B", "suppressed"),
      place("C", 1),
      place("D", 2),
    ]);
    expect(regionRows(report, "score", true).map(({ label }) => label)).toEqual([
      "D, Bihar",
      "C, Bihar",
      "B, Bihar",
      "A, Bihar",
    ]);
    expect(regionRows(report, "people", false)[0]).toMatchObject({ label: "B", value: 12 });
    expect([...regionRowsByCode(report, "score").keys()]).toEqual(["a", "b", "c", "d"]);
  });

  it("have values of dimensions and categories by their names", () => {
    const report = reportOf("follow-up-outcome", [
      rowOf({ kind: "stratum", stratifier: "sex", stratum: "female", cells: score(1) }),
      rowOf({ kind: "stratum", stratifier: "age-band", stratum: "30-39", cells: score(1) }),
      rowOf({ kind: "category", category: "NOT_CONTACTED", cells: { "initial-population": people(4) } }),
    ]);
    expect(splitRows(report, "sex").map(({ label }) => label)).toEqual(["Female"]);
    expect(splitRows(report, "age-band").map(({ label }) => label)).toEqual(["30–39"]);
    expect(categoryRows(report)).toMatchObject([{ label: "Not contacted", value: 4 }]);
  });
});

describe("the funnel", () => {
  const outcome = (withoutRecord: Shown) =>
    reportOf("follow-up-outcome", [
      rowOf({ cells: { "initial-population": people(100) } }),
      rowOf({
        kind: "category",
        category: "no-record",
        cells: { "initial-population": people(withoutRecord) },
      }),
    ]);

  it("counts as recorded who has a task but no-record", () => {
    const steps = funnelSteps([outcome(30)]);
    expect(steps.map(({ key }) => key)).toEqual([
      "screened",
      "reviewed",
      "referred",
      "recorded",
      "followed-up",
    ]);
    expect(steps[3]?.count?.value).toBe(70);
    expect(steps[0]?.count).toBeUndefined();
    expect(steps.map(({ cohort }) => cohort !== undefined)).toEqual([false, false, false, true, false]);
    expect([30, 95, 100].map((without) => funnelSteps([outcome(without)])[3]?.count?.isSmall)).toEqual([
      false,
      true,
      false,
    ]);
  });

  it("does not compute what is not told from what is", () => {
    expect(funnelSteps([outcome("suppressed")])[3]?.count?.value).toBe("suppressed");
  });
});

describe("the agreement of AI and specialist", () => {
  const category = (name: string, value: Shown) =>
    rowOf({ kind: "category", category: name, cells: { numerator: { value, isSmall: value === 5 } } });
  const cells = { sensitivity: people(0.25), specificity: people("suppressed") };
  const rows = agreementRows(
    reportOf("ai-agreement", [
      rowOf({ cells }),
      category("true-positive", 5),
      category("false-negative", 15),
      category("true-negative", "suppressed"),
      category("false-positive", 20),
    ]),
  );

  it("has the people whom each score is of", () => {
    expect(rows[0]).toMatchObject({
      value: 0.25,
      numerator: { value: 5 },
      denominator: { value: 20, isSmall: true },
    });
  });

  it("has no sum of what is not told", () => {
    expect(rows[1]).toMatchObject({ value: "suppressed", denominator: { value: "suppressed" } });
    expect(rows[2]).toMatchObject({ value: undefined, denominator: { value: 25 } });
  });
});

describe("words for places, periods and scores", () => {
  it("name a code of an address", () => {
    expect(placeName({ state: stateOfCode("jammu-and-kashmir"), district: undefined }, false)).toBe(
      "Jammu and Kashmir",
    );
    expect(
      placeName({ state: stateOfCode("karnataka"), district: districtOfCode("bengaluru-urban") }, true),
    ).toBe("Bengaluru Urban, Karnataka");
    expect(placeName({ state: { code: "unknown", name: "unknown" }, district: undefined }, false)).toBe(
      "Not known",
    );
  });

  it("say a period", () => {
    expect([periodText("2025"), periodText("2025-03"), periodText("2025-01-01..2025-01-31")]).toEqual([
      "2025",
      "March 2025",
      "1 January 2025 to 31 January 2025",
    ]);
  });

  it("have the unit of the Measure", () => {
    expect(scoreFormat("provisional-scc-rate")(4.36)).toBe("4.4 per 1,000");
    expect(scoreFormat("provisional-scc-rate")(7)).toBe("7.0 per 1,000");
    expect(scoreFormat("time-to-review")(1)).toBe("1 day");
    expect(scoreFormat("suspicious-rate")(0.1234)).toBe("12.3\u00a0%");
    expect(axisFormat("suspicious-rate")(0.05, 0.05)).toBe("5\u00a0%");
    expect(axisFormat("time-to-review")(2.5, 2.5)).toBe("2.5");
  });

  it("are those of the language", () => {
    for (const language of LANGUAGES) {
      setLanguage(language, root);
      expect(periodText("2025-03")).toMatch(/2025$|^2025/);
    }
  });
});

describe("reports of a query", () => {
  const measureReport = { resourceType: "MeasureReport", measure: "https://artpark.in/fhir/Measure/x|1.0.0" };
  const busy = new GatewayError("throttled", "", {
    status: 503,
    code: "",
    parameter: undefined,
    retryAt: 5000,
  });

  function reportsOf(answer: (path: string) => Promise<unknown>) {
    const waits: { milliseconds: number; call: () => void; isTakenBack: boolean }[] = [];
    const reports = createReports({
      json: answer,
      now: () => 1000,
      after(milliseconds, call) {
        const wait = { milliseconds, call, isTakenBack: false };
        waits.push(wait);
        return () => {
          wait.isTakenBack = true;
        };
      },
    });
    return { reports, waits };
  }

  it("are asked again when the gateway says so", async () => {
    let isBusy = true;
    const { reports, waits } = reportsOf(async () => {
      if (isBusy) throw busy;
      return measureReport;
    });
    await reports.show("/a");
    expect(reports.now.value.state).toBe("failed");
    expect(waits.map(({ milliseconds }) => milliseconds)).toEqual([4000]);
    isBusy = false;
    await reports.again();
    expect(reports.now.value).toMatchObject({ state: "known", value: [{ measure: "x" }] });
    expect(waits[0]?.isTakenBack).toBe(true);
  });

  it("of another query are not shown for it, and are not waited for", async () => {
    const { reports, waits } = reportsOf(async (path) => {
      if (path === "/busy") throw busy;
      return path === "/a" ? measureReport : new Promise(() => {});
    });
    await reports.show("/a");
    void reports.show("/never");
    expect(reports.now.value).toEqual({ state: "asking", value: undefined });
    await reports.show("/busy");
    reports.stop();
    expect(waits[0]?.isTakenBack).toBe(true);
    await reports.again();
    expect(waits).toHaveLength(1);
  });

  it("stay while there is no connection", async () => {
    let isOffline = false;
    const { reports, waits } = reportsOf(async () => {
      if (isOffline)
        throw new GatewayError("offline", "", {
          status: 0,
          code: "",
          parameter: undefined,
          retryAt: undefined,
        });
      return measureReport;
    });
    await reports.show("/a");
    isOffline = true;
    await reports.again();
    expect(reports.now.value).toMatchObject({
      state: "failed",
      value: [{ measure: "x" }],
      error: { kind: "offline" },
    });
    expect(waits).toEqual([]);
  });

  it("are a failure where the answer is none", async () => {
    const { reports } = reportsOf(async () => ({ resourceType: "Patient" }));
    await reports.show("/a");
    expect(reports.now.value).toMatchObject({ state: "failed", error: { kind: "failed" } });
  });
});
