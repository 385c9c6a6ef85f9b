import { writeFileSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLeakFinder, generatePopulation } from "@aarohan/devkit";
import { type AnyResource, validateResource } from "@aarohan/fhir";
import { INDICATORS } from "@aarohan/measures";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { exportClient } from "../src/export-client.ts";
import { startTestStack, type TestStack } from "../src/test-stack.ts";

const PATIENTS = 200;
const finder = createLeakFinder([...generatePopulation({ patients: PATIENTS })]);
const FILTER = `_typeFilter=${encodeURIComponent("MeasureReport?measure=lesion-positivity&period=2025&group=state")}`;

let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack({ patients: PATIENTS });
});
afterAll(() => stack.close());

/** Without when it was made and what it is called there. */
function told({ date: _date, extension: _extension, id: _id, ...report }: Record<string, unknown>): unknown {
  return report;
}

/** Text of the files of an export. */
async function exported(path: string): Promise<string> {
  const client = await exportClient(stack, "analyst");
  const { output } = await client.run(path);
  const files = await Promise.all(output.map(({ url }) => client.ask(url)));
  return files.map(({ body }) => body).join("");
}

describe("MeasureReports in bulk", () => {
  it("are those of every Measure and year, as the searches have them", async () => {
    const client = await exportClient(stack, "analyst");
    const manifest = await client.run("/$export?_type=MeasureReport");
    const reports = await client.resources(manifest);
    expect(manifest.output.map(({ type, count }) => [type, count])).toEqual([
      ["MeasureReport", reports.length],
    ]);
    const years = new Set(reports.map(({ period }) => String(Object(period).start).slice(0, 4)));
    expect(years.size).toBeGreaterThan(1);
    expect(reports.length).toBe(years.size * INDICATORS.length);
    expect(new Set(reports.map(({ id }) => id)).size).toBe(reports.length);
    for (const report of reports) expect(validateResource(report as AnyResource)).toEqual([]);
    expect(finder.leaksIn(JSON.stringify(reports.map(told)))).toEqual([]);
    const asked = (await stack.ask("analyst", "/MeasureReport?period=2025")).json() as unknown as {
      entry: { resource: Record<string, unknown> }[];
    };
    const own = reports.filter(({ period }) => String(Object(period).start).startsWith("2025"));
    expect(own.map(told)).toEqual(asked.entry.map(({ resource }) => told(resource)));
  });

  it("are narrowed by a filter, and come as tables with the same numbers", async () => {
    const folder = await mkdtemp(join(tmpdir(), "aarohan-reports-"));
    const [line = ""] = (await exported(`/$export?_type=MeasureReport&${FILTER}`)).trimEnd().split("\n");
    const asked = await stack.ask(
      "analyst",
      "/Measure/lesion-positivity/$evaluate-measure?period=2025&group=state",
    );
    expect(told(JSON.parse(line))).toEqual(told(asked.json()));
    const csv = await exported(`/$export?_type=MeasureReport&_outputFormat=text/csv&${FILTER}`);
    const searched = await stack.ask(
      "analyst",
      "/MeasureReport?measure=lesion-positivity&period=2025&group=state&_format=csv",
    );
    expect(csv).toBe(searched.body);
    const client = await exportClient(stack, "analyst");
    const { output } = await client.run(
      `/$export?_type=MeasureReport&_outputFormat=application/vnd.apache.parquet&${FILTER}`,
    );
    const parquet = await fetch(output[0]?.url ?? "", { headers: { Authorization: client.authorization } });
    writeFileSync(join(folder, "reports.parquet"), Buffer.from(await parquet.arrayBuffer()));
    const db = await (await DuckDBInstance.create()).connect();
    const rows = await db.runAndReadAll(
      `SELECT state, population, value FROM read_parquet('${join(folder, "reports.parquet")}')`,
    );
    const table = csv.trimEnd().split("\r\n").slice(1);
    expect(
      rows
        .getRowObjectsJson()
        .map(({ state, population, value }) => `${state} ${population} ${Number(value)}`),
    ).toEqual(
      table.map((one) => {
        const cells = one.split(",");
        return `${cells[3]} ${cells[7]} ${Number(cells[8])}`;
      }),
    );
  });

  it("are with others only where they are asked for", async () => {
    const client = await exportClient(stack, "administrator");
    const manifest = await client.run("/$export?_type=Group,MeasureReport");
    expect(manifest.output.map(({ type }) => type)).toContain("MeasureReport");
    const all = await (await exportClient(stack, "administrator")).run("/$export");
    expect(all.output.map(({ type }) => type)).not.toContain("MeasureReport");
  });

  it.each([
    ["of single patients", "analyst", "/Patient/$export?_type=MeasureReport", 400],
    [
      "by what no report is asked by",
      "analyst",
      `/$export?_type=MeasureReport&_typeFilter=${encodeURIComponent("MeasureReport?name=x")}`,
      400,
    ],
    ["to who sees patients", "provider", "/$export?_type=MeasureReport", 403],
    ["to who sees published tables alone", "viewer", "/$export?_type=MeasureReport", 403],
  ] as const)("are refused %s", async (_, role, path, status) => {
    const client = await exportClient(stack, role);
    expect((await client.kickOff(path)).status).toBe(status);
  });
});
