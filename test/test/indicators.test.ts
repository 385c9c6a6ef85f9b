import { setTimeout as delay } from "node:timers/promises";
import { createLeakFinder, generatePopulation } from "@aarohan/devkit";
import { type AnyResource, validateResource } from "@aarohan/fhir";
import { INDICATORS, indianDay, tally } from "@aarohan/measures";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { countedCube, patientOf } from "../src/counted-cube.ts";
import type { RawRequest } from "../src/raw-client.ts";
import { startTestStack, type TestStack } from "../src/test-stack.ts";
import { removeUpstream, writeUpstream } from "../src/upstream-writer.ts";
import { withheldByConsent } from "../src/withheld-by-consent.ts";

const PATIENTS = 400;
const population = [...generatePopulation({ patients: PATIENTS })];
const finder = createLeakFinder(population);
const YEAR = { from: indianDay("2025-01-01") ?? 0, to: indianDay("2025-12-31") ?? 0 };
const DENOMINATORS = [
  { state: "Karnataka", year: 2024, eligible: 100_000, source: "test" },
  { state: "Kerala", year: 2024, eligible: 50_000, source: "test" },
];

let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack({
    patients: PATIENTS,
    settings: { INDICATOR_REFRESH_SECONDS: "1", INDICATOR_DENOMINATORS: JSON.stringify(DENOMINATORS) },
  });
  // The first count takes as long as the server needs to be read.
  for (const begun = Date.now(); Date.now() - begun < 90_000; await delay(500)) {
    if ((await asked("/MeasureReport?measure=oral-cancer-screening-coverage")).status === 200) return;
  }
  throw new Error("nothing was counted within 90 seconds");
});
afterAll(() => stack.close());

interface Population {
  readonly code: { readonly coding: readonly { readonly code: string }[] };
  readonly count?: number;
}
interface Report {
  readonly group?: readonly {
    readonly code: { readonly coding: readonly { readonly code: string; readonly display: string }[] };
    readonly population: readonly Population[];
    readonly measureScore?: { readonly value: number };
  }[];
}

const asked = (
  path: string,
  role: "analyst" | "administrator" | "viewer" | "provider" = "analyst",
  request: RawRequest = {},
) => stack.ask(role, path, request);
const report = async (path: string, role?: "analyst" | "administrator"): Promise<Report> => {
  const answer = await asked(path, role);
  expect(`${answer.status} ${answer.status === 200 ? "" : answer.body}`).toBe("200 ");
  return answer.json() as Report;
};
const countsOf = (populations: readonly Population[]) =>
  Object.fromEntries(populations.map(({ code, count }) => [code.coding[0]?.code, count]));

describe("the numbers that an analyst gets", () => {
  it("are those of everybody who is not withheld, by each indicator", async () => {
    const cube = countedCube(population);
    for (const indicator of INDICATORS.filter(({ isCoverage }) => isCoverage !== true)) {
      const { group = [] } = await report(
        `/Measure/${indicator.id}/$evaluate-measure?periodStart=2025-01-01&periodEnd=2025-12-31&group=state`,
      );
      const expected = tally(cube, { indicator, period: YEAR, by: ["state"] });
      expect(group.map(({ code }) => code.coding[0]?.display)).toEqual(
        expected.map(({ values }) => values[0]).toSorted(),
      );
      for (const { code, population: populations } of group) {
        const own = expected.find(({ values }) => values[0] === code.coding[0]?.display);
        const told = countsOf(populations);
        expect(told["initial-population"], indicator.id).toBe(own?.initial);
        if (told.numerator !== undefined) expect(told.numerator, indicator.id).toBe(own?.numerator);
        if (told.denominator !== undefined) expect(told.denominator, indicator.id).toBe(own?.denominator);
      }
    }
  });

  it("cover the population of the table, where there is one, and count alone where there is none", async () => {
    const { group = [] } = await report(
      "/MeasureReport?measure=oral-cancer-screening-coverage&group=state",
    ).then((bundle) => (bundle as unknown as { entry: { resource: Report }[] }).entry[0]?.resource ?? {});
    for (const { code, population: populations, measureScore } of group) {
      const { eligible } = DENOMINATORS.find(({ state }) => state === code.coding[0]?.display) ?? {};
      const told = countsOf(populations);
      expect(told.denominator).toBe(eligible);
      if (eligible === undefined) expect(measureScore).toBeUndefined();
      else expect(measureScore?.value).toBeCloseTo((told.numerator ?? Number.NaN) / eligible, 6);
    }
    expect(group.length).toBeGreaterThan(1);
  });

  it("come in every format, valid, and without anybody's identity", async () => {
    for (const path of [
      "/MeasureReport?stratifier=sex,age-band,setting,month,tobacco&group=district",
      "/Measure",
    ]) {
      for (const format of ["json", "ndjson", "csv"]) {
        const answer = await asked(`${path}${path.includes("?") ? "&" : "?"}_format=${format}`);
        if (path === "/Measure" && format === "csv") {
          expect(answer.status).toBe(406);
          continue;
        }
        expect(answer.status).toBe(200);
        expect(finder.leaksIn(answer.body)).toEqual([]);
        if (format === "ndjson")
          for (const line of answer.body.trimEnd().split("\n"))
            expect(validateResource(JSON.parse(line))).toEqual([]);
        if (format === "json") expect(validateResource(answer.json() as AnyResource)).toEqual([]);
      }
    }
  });

  it("are the same as a table", async () => {
    const { group = [] } = await report(
      "/Measure/lesion-positivity/$evaluate-measure?group=district&period=2025",
    );
    const { body } = await asked(
      "/Measure/lesion-positivity/$evaluate-measure?group=district&period=2025&_format=csv",
    );
    const [header, ...lines] = body.trimEnd().split("\r\n");
    expect(header).toBe(
      "measure,period_start,period_end,state,district,stratifier,stratum,population,value,suppressed",
    );
    const rows = lines.map((line) => line.split(","));
    const told = group.flatMap(({ code, population: populations }) =>
      populations.map(
        ({ code: kind, count }) => `${code.coding[0]?.display} ${kind.coding[0]?.code} ${count}`,
      ),
    );
    const table = rows
      .filter(([, , , , , , , population]) => population !== "score")
      .map(([, , , state, district, , , population, value]) => `${district || state} ${population} ${value}`);
    expect(table.toSorted()).toEqual(told.toSorted());
  });

  it("follow what changes: screened again, corrected, deleted, withdrawn", async () => {
    const path = "/Measure/lesion-positivity/$evaluate-measure?period=2025";
    const now = async () => countsOf((await report(path)).group?.[0]?.population ?? []);
    const before = await now();
    const withheld = withheldByConsent(population, "opt-out");
    const forms = population.filter(
      (resource) =>
        resource.resourceType === "QuestionnaireResponse" &&
        String(resource.questionnaire).includes("OralCancerPatientRegistration") &&
        resource.status === "completed" &&
        String(resource.authored).startsWith("2025") &&
        !withheld.has(patientOf(resource)),
    );
    const [corrected, deleted, moved] = forms;
    if (corrected === undefined || deleted === undefined || moved === undefined)
      throw new Error("too few forms");
    await writeUpstream(stack, { ...corrected, status: "entered-in-error" });
    await removeUpstream(stack, "QuestionnaireResponse", String(deleted.id));
    await writeUpstream(stack, { ...moved, authored: "2024-12-31T23:59:59+05:30" });
    const changed = population.flatMap((resource) =>
      resource === corrected || resource === deleted || resource === moved ? [] : [resource],
    );
    const [expected] = tally(countedCube(changed), { indicator: INDICATORS[2] ?? fail(), period: YEAR });
    await expect
      .poll(async () => (await now())["initial-population"], { timeout: 25_000 })
      .toBe(expected?.initial);
    expect(expected?.initial).toBeLessThan(before["initial-population"] ?? 0);
    // Consent is withdrawn, and given again.
    const consented = forms[3] ?? fail();
    const id = crypto.randomUUID();
    const consent = (type: string) =>
      writeUpstream(stack, {
        resourceType: "Consent",
        id,
        status: "active",
        dateTime: new Date().toISOString(),
        patient: { reference: `Patient/${patientOf(consented)}` },
        provision: { type },
      });
    const complete = (await now())["initial-population"] ?? 0;
    await consent("deny");
    await expect
      .poll(async () => (await now())["initial-population"], { timeout: 25_000 })
      .toBeLessThan(complete);
    await consent("permit");
    await expect.poll(async () => (await now())["initial-population"], { timeout: 25_000 }).toBe(complete);
  });
});

describe("a recount", () => {
  interface Counting {
    readonly parameter: readonly {
      readonly name: string;
      readonly valueBoolean?: boolean;
      readonly valueInstant?: string;
      readonly part?: readonly { readonly name: string; readonly valueUnsignedInt?: number }[];
    }[];
  }
  const counting = async () =>
    JSON.parse((await stack.ask("administrator", "/Measure/$counting")).body) as Counting;
  const named = ({ parameter }: Counting, name: string) => parameter.find((one) => one.name === name);

  it("answers while it lasts, and finds what was counted change by change", async () => {
    const path = "/Measure/screening-coverage/$evaluate-measure?period=2025&group=state";
    const before = (await report(path)).group;
    const builtAt = named(await counting(), "readFromScratch")?.valueInstant ?? fail();
    const started = await stack.ask("administrator", "/Measure/$recount", { method: "POST" });
    expect(started.status).toBe(202);
    expect((await report(path)).group).toEqual(before);
    await expect
      .poll(async () => named(await counting(), "readFromScratch")?.valueInstant, { timeout: 60_000 })
      .not.toBe(builtAt);
    expect((await report(path)).group).toEqual(before);
    const check = named(await counting(), "check")?.part ?? [];
    expect(check.map(({ name, valueUnsignedInt }) => [name, valueUnsignedInt]).slice(1)).toEqual([
      ["cellsThatDiffer", 0],
      ["factsThatDiffer", 0],
    ]);
  });

  it("is for administrators", async () => {
    expect((await asked("/Measure/$counting")).status).toBe(403);
    expect((await asked("/Measure/$recount", "analyst", { method: "POST" })).status).toBe(403);
  });
});

function fail(): never {
  throw new Error("the population has none");
}

describe("a report is refused", () => {
  it.each([
    ["an unknown Measure", "/MeasureReport?measure=nobody", 400, "measure"],
    ["an unknown Measure by address", "/Measure/nobody/$evaluate-measure", 404, undefined],
    ["no Measure", "/Measure/$evaluate-measure", 400, "measure"],
    ["an unknown parameter", "/MeasureReport?colour=ultramarine", 400, "colour"],
    ["a period that is none", "/MeasureReport?period=yesterday", 400, "period"],
    ["half a period", "/MeasureReport?periodStart=2025-01-01", 400, "periodEnd"],
    [
      "a period that ends before it begins",
      "/MeasureReport?period=ge2025-02-01&period=le2025-01-01",
      400,
      "period",
    ],
    ["an unknown district", "/MeasureReport?district=Atlantis", 400, "district"],
    ["an unknown subject", "/MeasureReport?subject=Patient/1", 400, "subject"],
    ["an unknown value", "/MeasureReport?sex=ultramarine", 400, "sex"],
    ["an unknown stratifier", "/MeasureReport?stratifier=name", 400, "stratifier"],
    ["organisations, to who sees anonymised data", "/MeasureReport?organisation=1", 403, "organisation"],
    ["a report about single patients", "/MeasureReport?reportType=individual", 400, "reportType"],
    ["an unknown format", "/MeasureReport?_format=xml", 406, "_format"],
    ["a Measure that there is not", "/Measure/nobody", 404, undefined],
    ["a Measure by what is no parameter", "/Measure?status=active", 400, "status"],
  ])("%s", async (_, path, status, parameter) => {
    const answer = await asked(path);
    const { issue } = answer.json() as { issue: { expression?: string[] }[] };
    expect([answer.status, issue[0]?.expression?.[0]]).toEqual([
      status,
      parameter === undefined ? undefined : `http.${parameter}`,
    ]);
    for (const value of ["ultramarine", "Atlantis", "yesterday"]) expect(answer.body).not.toContain(value);
  });

  it("to who sees no aggregates, and for a token whose scopes grant none", async () => {
    expect((await asked("/MeasureReport", "provider")).status).toBe(403);
    const token = await stack.mint.mint("analyst", { scope: "user/Patient.rs" });
    const narrow = await asked("/MeasureReport", "analyst", {
      headers: { Authorization: `Bearer ${token}` },
    });
    expect(narrow.status).toBe(403);
  });
});

it.each(["screening-coverage", "oral-cancer-screening-coverage"])(
  "a Measure is read by the id that it then has: %s",
  async (id) => {
    const answer = await asked(`/Measure/${id}`);
    const url = "https://artpark.in/fhir/Measure/screening-coverage";
    expect(answer.json()).toMatchObject({ resourceType: "Measure", id, url });
    expect((await asked(`/Measure/${id}%7C1.0.0`)).status).toBe(404);
  },
);

it.each(["Measure", "MeasureReport"])(
  "_count cuts %s into pages, each of its resources on one",
  async (type) => {
    const whole = (await asked(`/${type}?_format=ndjson`)).body.split("\n").filter((line) => line !== "");
    const pages: string[][] = [];
    let next: string | undefined = `/${type}?_count=4&_format=ndjson`;
    while (next !== undefined) {
      const page = await asked(next);
      pages.push(page.body.split("\n").filter((line) => line !== ""));
      next = /<([^>]+)>; rel="next"/.exec(String(page.headers.link))?.[1]?.slice(stack.fhirUrl.length);
    }
    expect(pages.slice(0, -1).map((lines) => lines.length)).toEqual(pages.slice(0, -1).map(() => 4));
    expect(pages.flat().map(withoutTime)).toEqual(whole.map(withoutTime));
    const first = (await asked(`/${type}?_count=1`)).json() as { total: number; entry: unknown[] };
    expect([first.total, first.entry.length]).toEqual([whole.length, 1]);
    const number = (await asked(`/${type}?_count=0`)).json() as { total: number; entry?: unknown[] };
    expect([number.total, number.entry]).toEqual([whole.length, undefined]);
    for (const query of ["_count=0&_format=ndjson", "_count=x", "_count=1&_count=1", "_count=1&_page=0"])
      expect((await asked(`/${type}?${query}`)).status).toBe(400);
  },
);

/** A live report says when it was made. */
function withoutTime(line: string): unknown {
  return { ...JSON.parse(line), date: undefined };
}

it("$evaluate-measure takes a Parameters body, and a Measure by its canonical URL", async () => {
  const body = JSON.stringify({
    resourceType: "Parameters",
    parameter: [
      { name: "measure", valueString: "https://artpark.in/fhir/Measure/retake-rate|1.0.0" },
      { name: "periodStart", valueDate: "2025-01-01" },
      { name: "periodEnd", valueDate: "2025-12-31" },
    ],
  });
  const headers = { "Content-Type": "application/fhir+json" };
  const answer = await asked("/Measure/$evaluate-measure", "analyst", { method: "POST", headers, body });
  expect([answer.status, answer.json().measure]).toEqual([
    200,
    "https://artpark.in/fhir/Measure/retake-rate|1.0.0",
  ]);
});
