import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { answerColumns, compilePolicy, programmePolicy } from "@aarohan/deid";
import { createLeakFinder, generatePopulation } from "@aarohan/devkit";
import type { AnyResource } from "@aarohan/fhir";
import { type Cell, type Table, tableOf } from "@aarohan/formats";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { exportClient } from "../src/export-client.ts";
import { startTestStack, type TestStack } from "../src/test-stack.ts";

const finder = createLeakFinder([...generatePopulation({ patients: 150 })]);
const answers = answerColumns(compilePolicy(programmePolicy));
const folder = mkdtempSync(join(tmpdir(), "aarohan-test-"));
const TYPES = ["Patient", "Observation", "QuestionnaireResponse", "Encounter", "Condition"];

let stack: TestStack;
/** Files of each format, by type. */
const files = new Map<string, Map<string, string[]>>();

beforeAll(async () => {
  stack = await startTestStack({ settings: { EXPORT_PAGE_SIZE: "100", EXPORT_PART_KIB: "32" } });
  for (const [format, mediaType] of [
    ["ndjson", "application/fhir+ndjson"],
    ["csv", "text/csv"],
    ["parquet", "application/vnd.apache.parquet"],
  ] as const) {
    const client = await exportClient(stack, "analyst");
    const query = new URLSearchParams({ _type: TYPES.join(","), _outputFormat: mediaType });
    const byType = new Map<string, string[]>();
    for (const { type, url } of (await client.run(`/$export?${query}`)).output) {
      const { bytes, headers } = await client.ask(url);
      expect(headers["content-type"]).toContain(mediaType);
      expect(finder.leaksIn(bytes.toString("latin1"))).toEqual([]);
      expect(finder.leaksIn(bytes.toString("utf8"))).toEqual([]);
      const path = join(folder, url.split("/").at(-1) ?? "");
      writeFileSync(path, bytes);
      byType.set(type, [...(byType.get(type) ?? []), path]);
    }
    files.set(format, byType);
  }
});
afterAll(async () => {
  await stack.close();
  rmSync(folder, { recursive: true });
});

/** Rows by DuckDB, each as text or null, by id. */
async function rows(sql: string): Promise<Map<string, Record<string, unknown>>> {
  const connection = await (await DuckDBInstance.create()).connect();
  const found = (await connection.runAndReadAll(sql)).getRowObjectsJson();
  connection.closeSync();
  return new Map(found.map((row) => [String(row.id), row]));
}

const listOf = (format: string, type: string) =>
  `[${(files.get(format)?.get(type) ?? []).map((path) => `'${path}'`).join(", ")}]`;

/** What the table says of a resource, as a database would read it: no empty texts. */
function expectedRow(table: Table, resource: AnyResource): Record<string, Cell> {
  return Object.fromEntries(table.columns.map(({ name, read }) => [name, read(resource)]));
}

describe.each(TYPES)("%s, read by DuckDB", (type) => {
  const table = tableOf(type, { audience: "anonymised", answers });

  it("has the same rows and values as CSV, as Parquet and as NDJSON", async () => {
    const ndjson = await rows(
      `SELECT id, to_json(r) AS resource FROM read_json(${listOf("ndjson", type)}, format='newline_delimited', columns={id:'VARCHAR', resourceType:'VARCHAR'}) r`,
    );
    const csv = await rows(
      `SELECT * FROM read_csv(${listOf("csv", type)}, header=true, all_varchar=true, quote='"', escape='"', delim=',')`,
    );
    const parquet = await rows(`SELECT * FROM read_parquet(${listOf("parquet", type)})`);
    expect(files.get("parquet")?.get(type)?.length).toBeGreaterThan(0);
    expect([...csv.keys()].toSorted()).toEqual([...ndjson.keys()].toSorted());
    expect([...parquet.keys()].toSorted()).toEqual([...ndjson.keys()].toSorted());
    for (const resource of resources(type)) {
      const expected = expectedRow(table, resource);
      const id = String(resource.id);
      for (const [name, cell] of Object.entries(expected)) {
        const wanted = cell === undefined ? null : String(cell);
        const [inCsv, inParquet] = [csv.get(id)?.[name], parquet.get(id)?.[name]];
        expect(inCsv === null ? null : String(inCsv)).toBe(wanted);
        expect(inParquet === null ? null : String(inParquet)).toBe(wanted);
      }
    }
  });
});

function resources(type: string): AnyResource[] {
  return (files.get("ndjson")?.get(type) ?? []).flatMap((path) =>
    readFileSync(path, "utf8")
      .trimEnd()
      .split("\n")
      .map((line): AnyResource => JSON.parse(line)),
  );
}
