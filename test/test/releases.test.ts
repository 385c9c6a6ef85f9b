import { createLeakFinder, generatePopulation } from "@aarohan/devkit";
import { type AnyResource, validateResource } from "@aarohan/fhir";
import { INDICATORS, indianDay, isoDay, measureReport, reportRows } from "@aarohan/measures";
import { type DeclaredDimension, type DeclaredQuestion, isDeclared, releasedGroups } from "@aarohan/releases";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { countedCube, patientOf } from "../src/counted-cube.ts";
import type { RawRequest } from "../src/raw-client.ts";
import { releasedYear } from "../src/released-year.ts";
import { startTestStack, type TestStack } from "../src/test-stack.ts";
import { writeUpstream } from "../src/upstream-writer.ts";
import { withheldByConsent } from "../src/withheld-by-consent.ts";

const PATIENTS = 2000;
const YEAR = 2025;
const population = [...generatePopulation({ patients: PATIENTS })];
const finder = createLeakFinder(population);
const MONTHS = Array.from({ length: 12 }, (_, month) => `${YEAR}-${String(month + 1).padStart(2, "0")}`);
const SPLITS: readonly DeclaredDimension[] = ["state", "district", "month", "sex", "age-band", "setting"];

let stack: TestStack;
/** What is told of releases before there is one. */
let first: string;
beforeAll(async () => {
  stack = await startTestStack({
    patients: PATIENTS,
    settings: { INDICATOR_REFRESH_SECONDS: "1", RELEASE_SECONDS: "4", RELEASE_REVISION_SECONDS: "1" },
  });
  first = (await stack.ask("administrator", "/MeasureReport/$releases")).body;
  await vi.waitFor(
    async () =>
      expect((await asked("/MeasureReport?period=2025&group=none&measure=screening-coverage")).status).toBe(
        200,
      ),
    { timeout: 60_000, interval: 500 },
  );
}, 90_000);
afterAll(() => stack.close());

const asked = (path: string, role: "viewer" | "analyst" = "viewer", request: RawRequest = {}) =>
  stack.ask(role, path, request);

interface Report {
  readonly extension: readonly { readonly url: string; readonly valueString?: string }[];
  readonly group?: readonly unknown[];
}

/** Every question that has an answer, of the year and of two of its months: by indicator, level and split. */
function* declaredQuestions(): Generator<DeclaredQuestion> {
  for (const { id } of INDICATORS)
    for (const level of ["all", "state", "district"] as const)
      for (const month of [undefined, 0, 6]) {
        const question = { indicator: id, level, ...(month === undefined ? {} : { month }) };
        if (!isDeclared(question)) continue;
        yield { ...question, year: YEAR, by: SPLITS.filter((by) => isDeclared(question, by)) };
      }
}

function pathOf({ indicator, level, month, by }: DeclaredQuestion): string {
  const period = month === undefined ? String(YEAR) : MONTHS[month];
  const split = by.length === 0 ? "" : `&stratifier=${by.join(",")}`;
  return `/Measure/${indicator}/$evaluate-measure?period=${period}&group=${level === "all" ? "none" : level}${split}`;
}

/** The same report without when it was made. */
function told({ date: _date, extension: _extension, ...report }: AnyResource): unknown {
  return report;
}

const published = releasedYear(countedCube(population), YEAR);

describe("a viewer", () => {
  it("gets what the export guide's dashboard asks for", async () => {
    const answer = await asked("/MeasureReport?measure=oral-cancer-screening-coverage");
    expect(answer.status).toBe(200);
    const { entry = [] } = answer.json() as { entry?: { resource: AnyResource & Report }[] };
    const [{ resource } = {}] = entry;
    expect(resource?.measure).toBe("Measure/oral-cancer-screening-coverage");
    expect(resource?.group?.length).toBeGreaterThan(1);
    expect(validateResource(answer.json() as AnyResource)).toEqual([]);
  });

  it("gets of every declared table what a release of these records has, in every format", {
    timeout: 120_000,
  }, async () => {
    const year = await published;
    const bodies: string[] = [];
    let numbers = 0;
    let suppressed = 0;
    for (const question of declaredQuestions()) {
      const indicator = INDICATORS.find(({ id }) => id === question.indicator) ?? fail();
      const period = periodOf(question);
      const expected = {
        indicator,
        period,
        date: 0,
        dataAsOf: 0,
        groups: releasedGroups(year, indicator, question),
      };
      const json = await asked(pathOf(question));
      expect(`${json.status} ${json.status === 200 ? "" : json.body}`, pathOf(question)).toBe("200 ");
      expect(told(json.json() as AnyResource)).toEqual(told(measureReport(expected)));
      const ndjson = await asked(`${pathOf(question)}&_format=ndjson`);
      expect(told(JSON.parse(ndjson.body))).toEqual(told(json.json() as AnyResource));
      const [, ...lines] = (await asked(`${pathOf(question)}&_format=csv`)).body.trimEnd().split("\r\n");
      const rows = reportRows(expected);
      expect(lines.map((line) => line.split(",").slice(-2))).toEqual(
        rows.map(({ value, suppressed: isHidden }) => [
          value === null ? "" : String(value),
          String(isHidden),
        ]),
      );
      numbers += rows.length;
      suppressed += rows.filter(({ suppressed: isHidden }) => isHidden).length;
      bodies.push(json.body);
    }
    expect(finder.leaksIn(bodies.join(""))).toEqual([]);
    expect(numbers).toBeGreaterThan(400);
    expect(suppressed).toBeGreaterThan(50);
    expect(suppressed / numbers).toBeLessThan(0.6);
  });

  it("never gets a count between 1 and 10", async () => {
    for (const question of declaredQuestions()) {
      const { body } = await asked(pathOf(question));
      for (const [, count] of body.matchAll(/"count":(\d+)/g))
        expect(Number(count) === 0 || Number(count) > 10).toBe(true);
    }
  });

  it("is told that nothing has changed, by the release", async () => {
    const path = "/MeasureReport?measure=lesion-positivity&period=2025";
    const { headers } = await asked(path);
    expect(headers["cache-control"]).toMatch(/^private, /);
    const etag = String(headers.etag);
    expect(etag).toMatch(/^"[0-9a-f]{32}"$/);
    const again = await asked(path, "viewer", { headers: { "If-None-Match": etag } });
    expect([again.status, again.body]).toEqual([304, ""]);
    const other = await asked(`${path}&_format=csv`, "viewer", { headers: { "If-None-Match": etag } });
    expect(other.status).toBe(200);
  });

  it.each([
    ["part of a year", "/MeasureReport?period=ge2025-01-01&period=le2025-06-30", 400, "period"],
    ["a day", "/MeasureReport?period=2025-03-04", 400, "period"],
    ["a year that is not over", `/MeasureReport?period=${new Date().getUTCFullYear()}`, 404, "period"],
    [
      "a month that is to come",
      `/MeasureReport?measure=screening-coverage&period=${new Date().getUTCFullYear() + 1}-01`,
      404,
      "period",
    ],
    ["women alone", "/MeasureReport?sex=female", 400, "sex"],
    ["an age band alone", "/MeasureReport?age-band=30-39", 400, "age-band"],
    ["who smokes", "/MeasureReport?tobacco=yes", 400, "tobacco"],
    [
      "a split that is in no table",
      "/MeasureReport?measure=lesion-positivity&stratifier=tobacco",
      400,
      "stratifier",
    ],
    [
      "districts by setting",
      "/MeasureReport?measure=screening-coverage&group=district&stratifier=setting",
      400,
      "stratifier",
    ],
    [
      "a rare diagnosis by month and state",
      "/MeasureReport?measure=high-risk-rate&group=state&period=2025-03",
      400,
      "period",
    ],
    ["agreement, which is in no table", "/MeasureReport?measure=ai-agreement", 400, "measure"],
    ["several places together", "/MeasureReport?group=none&state=Karnataka,Kerala", 400, "state"],
    ["an organisation", "/MeasureReport?organisation=1", 403, "organisation"],
  ])("is refused %s", async (_, path, status, parameter) => {
    const answer = await asked(path);
    const { issue } = answer.json() as { issue: { expression?: string[] }[] };
    expect([answer.status, issue[0]?.expression?.[0]]).toEqual([status, `http.${parameter}`]);
  });

  it.each(["/Patient", "/Observation?_summary=count", "/$export", "/AuditEvent", "/MeasureReport/$releases"])(
    "gets no rows by %s",
    async (path) => {
      expect((await asked(path)).status).toBe(403);
    },
  );

  it("sees no difference when one person withdraws", async () => {
    const path = "/MeasureReport?period=2025&group=state&stratifier=age-band&measure=lesion-positivity";
    const live = "/Measure/screening-coverage/$evaluate-measure?period=2025";
    const counted = async () => (await asked(live, "analyst")).body.match(/"count":(\d+)/)?.[1];
    const [before, count] = [await asked(path), await counted()];
    await withdraw(1);
    await expect.poll(counted, { timeout: 20_000 }).not.toBe(count);
    // Two more looks for changes.
    const { releasedAt } = await nextLooks(2);
    expect(releasedAt).toBeDefined();
    const after = await asked(path);
    expect(after.headers.etag).toBe(before.headers.etag);
    expect(after.body).toBe(before.body);
  });
});

it("who runs the programme is told no release that there is not, nor when the next one is", () => {
  expect(JSON.parse(first)).toEqual({ resourceType: "Parameters" });
});

it("an analyst may ask for what is released, too", async () => {
  const path = "/Measure/screening-coverage/$evaluate-measure?period=2025&group=state";
  const [released, seen] = [await asked(`${path}&release=latest`, "analyst"), await asked(path)];
  expect(told(released.json() as AnyResource)).toEqual(told(seen.json() as AnyResource));
  expect((await asked(`${path}&release=first`, "analyst")).status).toBe(400);
});

function fail(): never {
  throw new Error("no such indicator");
}

function periodOf({ month }: DeclaredQuestion) {
  const from = indianDay(`${month === undefined ? `${YEAR}-01` : MONTHS[month]}-01`) ?? 0;
  if (month === undefined) return { from, to: indianDay(`${YEAR}-12-31`) ?? 0 };
  let to = from + 27;
  while (isoDay(to + 1).slice(0, 7) === isoDay(from).slice(0, 7)) to += 1;
  return { from, to };
}

/** Withdraws the consent of people who were screened in the year. */
async function withdraw(persons: number): Promise<void> {
  const withheld = withheldByConsent(population, "opt-out");
  const screened = population.filter(
    (resource) =>
      resource.resourceType === "QuestionnaireResponse" &&
      String(resource.questionnaire).includes("OralCancerPatientRegistration") &&
      resource.status === "completed" &&
      String(resource.authored).startsWith(String(YEAR)) &&
      !withheld.has(patientOf(resource)),
  );
  for (const form of screened.slice(0, persons))
    await writeUpstream(stack, {
      resourceType: "Consent",
      id: crypto.randomUUID(),
      status: "active",
      dateTime: new Date().toISOString(),
      patient: { reference: `Patient/${patientOf(form)}` },
      provision: { type: "deny" },
    });
}

/** Waits until releases were looked at so many times more. */
async function nextLooks(looks: number): Promise<{ readonly releasedAt: string | undefined }> {
  const state = async () => {
    const { parameter } = (await stack.ask("administrator", "/MeasureReport/$releases")).json() as {
      parameter: { name: string; valueInstant?: string }[];
    };
    const named = (name: string) => parameter.find((one) => one.name === name)?.valueInstant;
    return { next: Date.parse(named("next") ?? ""), releasedAt: named("releasedAt") };
  };
  const { next } = await state();
  await expect
    .poll(async () => (await state()).next, { timeout: 20_000 })
    .toBeGreaterThan(next + 1000 * (looks - 1));
  return state();
}
