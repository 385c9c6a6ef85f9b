import { encodeCsv, tableOf } from "@aarohan/formats";
import {
  type Evaluation,
  INDICATORS,
  type Indicator,
  measureReport,
  type Numbers,
  reportRows,
} from "@aarohan/measures";
import { describe, expect, it } from "vitest";
import {
  categoriesOf,
  computed,
  readReports,
  regionsOf,
  rowsCsv,
  strataOf,
  toldOf,
  wholeOf,
} from "../src/index.ts";

const numbers: Numbers = { initial: 100, denominator: 60, numerator: 7, categories: [], score: 7 / 60 };
const hidden: Numbers = {
  initial: 90,
  denominator: "suppressed",
  numerator: "suppressed",
  categories: [],
  score: "suppressed",
};

function indicatorOf(id: string): Indicator {
  const found = INDICATORS.find((one) => one.id === id);
  if (found === undefined) throw new Error(id);
  return found;
}

function evaluationOf(indicator: Indicator, extra: Partial<Evaluation> = {}): Evaluation {
  const categories = (indicator.categories?.values ?? []).map((_, index) => index * 5);
  return {
    indicator,
    period: { from: 20089, to: 20453 },
    date: Date.UTC(2026, 0, 2),
    dataAsOf: Date.UTC(2026, 0, 1),
    smallBelow: 11,
    groups: [
      {
        region: "Bihar|Aurangabad",
        numbers: { ...numbers, categories },
        strata: [
          {
            dimension: "sex",
            values: [
              {
                value: "female",
                numbers: { ...hidden, categories: categories.map(() => "suppressed" as const) },
              },
              { value: "male", numbers: { ...numbers, categories } },
            ],
          },
        ],
      },
      { region: "Maharashtra|Aurangabad", numbers, strata: [] },
    ],
    ...extra,
  };
}

async function serverCsv(evaluation: Evaluation): Promise<string> {
  const rows = reportRows(evaluation).map((one) => ({ resourceType: "MeasureReport", ...one }));
  const chunks = encodeCsv(tableOf("MeasureReport", { audience: "anonymised", answers: [] }), rows);
  return new Blob([...chunks].map((chunk) => new Uint8Array(chunk))).text();
}

describe("rows of a report", () => {
  it.each(INDICATORS.map((indicator) => [indicator.id, indicator] as const))(
    "of %s are written as the gateway's own CSV, byte by byte",
    async (_, indicator) => {
      const evaluation = evaluationOf(indicator);
      expect(rowsCsv(readReports(measureReport(evaluation)))).toBe(await serverCsv(evaluation));
    },
  );

  it("tell districts of the same name apart by their state", () => {
    const [report] = readReports(measureReport(evaluationOf(indicatorOf("lesion-positivity"))));
    if (report === undefined) throw new Error("gone");
    expect(regionsOf(report).map(({ state, district }) => [state?.code, district?.name])).toEqual([
      ["bihar", "Aurangabad"],
      ["maharashtra", "Aurangabad"],
    ]);
  });

  it("of states have no district, and of everything no region", () => {
    const of = (region: string | undefined) => {
      const group = { ...(region === undefined ? {} : { region }), numbers, strata: [] };
      return readReports(
        measureReport(evaluationOf(indicatorOf("lesion-positivity"), { groups: [group] })),
      )[0];
    };
    expect(of("Bihar")?.rows[0]).toMatchObject({
      state: { code: "bihar", name: "Bihar" },
      district: undefined,
    });
    expect(of("Bihar")).toSatisfy((report) => wholeOf(report)?.state?.code === "bihar");
    const whole = of(undefined);
    expect(whole && wholeOf(whole)?.cells.score?.value).toBe(0.116667);
  });

  it("have measure, period, freshness and release", () => {
    const evaluation = evaluationOf(indicatorOf("lesion-positivity"), { release: "2025-12" });
    expect(
      readReports({ resourceType: "Bundle", entry: [{ resource: measureReport(evaluation) }] })[0],
    ).toMatchObject({
      measure: "lesion-positivity",
      canonical: "https://artpark.in/fhir/Measure/lesion-positivity|1.0.0",
      period: { start: "2025-01-01", end: "2025-12-31" },
      dataAsOf: "2026-01-01T00:00:00.000Z",
      release: "2025-12",
    });
  });

  it("hold nothing of what is suppressed, and mark what is small", () => {
    const [report] = readReports(measureReport(evaluationOf(indicatorOf("lesion-positivity"))));
    if (report === undefined) throw new Error("gone");
    expect(strataOf(report, "sex")[0]?.cells).toEqual({
      "initial-population": { value: 90, isSmall: false },
      denominator: { value: "suppressed", isSmall: false },
      numerator: { value: "suppressed", isSmall: false },
      score: { value: "suppressed", isSmall: false },
    });
    expect(regionsOf(report)[0]?.cells.numerator).toEqual({ value: 7, isSmall: true });
  });

  it("have the measure's own categories apart from dimensions", () => {
    const [report] = readReports(measureReport(evaluationOf(indicatorOf("follow-up-completion"))));
    if (report === undefined) throw new Error("gone");
    expect(categoriesOf(report).map(({ category, cells }) => [category, cells.numerator?.value])).toEqual([
      ["within-30-days", 0],
      ["within-90-days", 5],
      ["later-or-unknown", 10],
    ]);
    expect(strataOf(report, "time")).toEqual([]);
  });

  it("are of reports alone", () => {
    expect(() => readReports({ resourceType: "OperationOutcome" })).toThrow(TypeError);
    expect(() => readReports(null)).toThrow(TypeError);
    expect(readReports({ resourceType: "Bundle" })).toEqual([]);
  });
});

describe("a number made of two", () => {
  it("is not told where one of them is not", () => {
    const minus = (one: number, other: number) => one - other;
    expect(computed(5, 3, minus)).toBe(2);
    expect(computed("suppressed", 3, minus)).toBe("suppressed");
    expect(computed(5, "suppressed", minus)).toBe("suppressed");
    expect(computed(undefined, 3, minus)).toBeUndefined();
    expect([toldOf("suppressed"), toldOf(0), toldOf(undefined)]).toEqual([undefined, 0, undefined]);
  });
});
