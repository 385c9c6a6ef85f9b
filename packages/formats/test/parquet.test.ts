import { type AnyResource, elementTypes, isResourceType } from "@aarohan/fhir";
import { describe, expect, it } from "vitest";
import { csvField } from "../src/csv.ts";
import { type Cell, encodeCsv, encodeNdjson, encodeParquet, type Table, tableOf } from "../src/index.ts";
import { parseCsv, text } from "./read-csv.ts";
import { readParquet } from "./read-parquet.ts";
import { sampleResource } from "./sample-resource.ts";

const TYPES = {
  string: "VARCHAR",
  date: "VARCHAR",
  dateTime: "VARCHAR",
  integer: "INTEGER",
  decimal: "DOUBLE",
  boolean: "BOOLEAN",
} as const;

type Datatype = keyof typeof TYPES;

/** One column, whose values are the member `v` of what is given. */
function singleColumn(datatype: Datatype): Table {
  const read = ({ v }: AnyResource): Cell => (typeof v === "object" ? undefined : v);
  return { name: "T", columns: [{ name: "v", datatype, description: "", path: "", read }] };
}

const withValue = (v: Cell): AnyResource => ({ resourceType: "T", ...(v === undefined ? {} : { v }) });

async function stored(datatype: Datatype, values: readonly Cell[]): Promise<unknown[]> {
  const { rows } = await readParquet(encodeParquet(singleColumn(datatype), values.map(withValue)));
  return rows.map(([value]) => value);
}

/** Rows of the CSV as they are before they are written into a file. */
function csvRows(table: Table, resources: readonly AnyResource[]): string[][] {
  return parseCsv(text(encodeCsv(table, resources)));
}

/** What CSV would make of a value that was read from Parquet. */
function asCsv(value: unknown): string {
  if (value === null) return "";
  if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean") {
    throw new TypeError("A column has a type that no cell has.");
  }
  return parseCsv(`${csvField(value)}\r\n`)[0]?.[0] ?? "";
}

const observations = (count: number, pad = ""): AnyResource[] =>
  Array.from({ length: count }, (_, index) => ({
    resourceType: "Observation",
    id: `o${index}${pad}`,
    status: "final",
    code: { coding: [{ system: "http://loinc.org", code: `c${index % 7}`, display: 'ಬಾಯಿ, "मुख"\nmouth' }] },
    subject: { reference: `Patient/p${index % 100}` },
    ...(index % 2 === 0 ? { effectiveDateTime: "2025-03" } : { effectivePeriod: { start: "2025" } }),
    ...(index % 3 === 0 ? { valueQuantity: { value: (index - 500) / 8, code: "mm" } } : {}),
    ...(index % 3 === 1 ? { valueBoolean: index % 2 === 0 } : {}),
  }));

describe("parquet", () => {
  it("has the rows, columns and values of the CSV and of the NDJSON", async () => {
    const resources = observations(3000);
    const table = tableOf("Observation", { audience: "anonymised", answers: [] });
    const { names, types, rows } = await readParquet(encodeParquet(table, resources));
    const [header, ...csv] = csvRows(table, resources);
    expect(names).toEqual(header);
    expect(types).toEqual(table.columns.map(({ datatype }) => TYPES[datatype]));
    expect(rows.map((row) => row.map(asCsv))).toEqual(csv);
    const lines = text(encodeNdjson(resources)).trimEnd().split("\n");
    const read = lines.map((line) => table.columns.map((column) => column.read(JSON.parse(line)) ?? null));
    expect(rows).toEqual(read);
  });

  it.each(["anonymised", "identified"] as const)("holds every type of R4 for %s data", async (audience) => {
    const types = elementTypes().filter(isResourceType);
    expect(types.length).toBeGreaterThan(140);
    for (const type of types) {
      const table = tableOf(type, { audience, answers: [] });
      const resources = [sampleResource(type), { resourceType: type, id: "empty" }];
      const { names, rows } = await readParquet(encodeParquet(table, resources));
      const [header, ...csv] = csvRows(table, resources);
      expect(names).toEqual(header);
      expect(rows.map((row) => row.map(asCsv))).toEqual(csv);
    }
  });

  it("has the columns where there is no row", async () => {
    const table = tableOf("Patient", { audience: "identified", answers: [] });
    const { names, types, rows, rowGroups } = await readParquet(encodeParquet(table, []));
    expect(names).toEqual(table.columns.map(({ name }) => name));
    expect(types).toEqual(table.columns.map(({ datatype }) => TYPES[datatype]));
    expect({ rows, rowGroups }).toEqual({ rows: [], rowGroups: 0 });
  });

  it("keeps any text as it is, and the empty text apart from none", async () => {
    const values = [
      ...["", " ", "'", '"', '""', "a,b", "a\nb\r\n\tc", "=1+1", "-5", "NULL", "null", "\\N", "\u0000"],
      ...["ಲಕ್ಷ್ಮಿ", "लक्ष्मी", "😀", "e\u0301", "\u202eabc", "x".repeat(100_000)],
    ];
    const cells = values.flatMap((value) => [value, undefined]);
    expect(await stored("string", cells)).toEqual(cells.map((cell) => cell ?? null));
  });

  it("writes half of a surrogate pair as the replacement character", async () => {
    expect(await stored("string", ["a\ud83d", "\ude00b"])).toEqual(["a\ufffd", "\ufffdb"]);
  });

  it("keeps partial dates", async () => {
    const dates = ["2025", "2025-03", "2025-03-01", "2025-03-01T10:00:00.000+05:30"];
    expect(await stored("date", dates)).toEqual(dates);
    expect(await stored("dateTime", dates)).toEqual(dates);
  });

  it.each([
    ["decimal", [0, -0.1, 1 / 3, 1e-300, 1.7976931348623157e308, -(2 ** 53), 12.5, undefined]],
    ["integer", [0, -1, 2 ** 31 - 1, -(2 ** 31), undefined]],
    ["boolean", [true, false, undefined]],
  ] as const)("keeps every %s", async (datatype, values) => {
    expect(await stored(datatype, values)).toEqual(values.map((value) => value ?? null));
  });

  it.each([
    ["integer", [1.5, 2 ** 31, -(2 ** 31) - 1, Number.POSITIVE_INFINITY, "7", true], null],
    ["decimal", ["1.5", "", false], null],
    ["boolean", ["true", 1, 0], null],
  ] as const)("has nothing where a value is no %s", async (datatype, values, nothing) => {
    expect(await stored(datatype, values)).toEqual(values.map(() => nothing));
  });

  it("writes numbers and booleans in a column of text as CSV does", async () => {
    expect(await stored("string", [1.5, -3, true])).toEqual(["1.5", "-3", "true"]);
  });
});

describe("row groups of parquet", () => {
  it("end at 50,000 rows", async () => {
    const table = singleColumn("integer");
    const values = Array.from({ length: 120_000 }, (_, index) => index);
    const { rows, rowGroups } = await readParquet(encodeParquet(table, values.map(withValue)));
    expect(rowGroups).toBe(3);
    expect(rows.map(([value]) => value)).toEqual(values);
  });

  it("end where they hold 8 MiB, and leave one by one", async () => {
    const resources = observations(3000, "x".repeat(4000));
    const table = tableOf("Observation", { audience: "anonymised", answers: [] });
    let asked = 0;
    const chunks = encodeParquet(
      table,
      (function* () {
        for (const resource of resources) {
          asked++;
          yield resource;
        }
      })(),
    );
    const first = chunks[Symbol.iterator]().next().value;
    expect(first).toBeInstanceOf(Uint8Array);
    expect(asked).toBeGreaterThan(500);
    expect(asked).toBeLessThan(1100);
    const { rows, rowGroups } = await readParquet(encodeParquet(table, resources));
    expect(rowGroups).toBe(Math.ceil(resources.length / asked));
    expect(rows.map(([id]) => id)).toEqual(resources.map(({ id }) => id));
  });

  it("are the same bytes for the same resources, without metadata", async () => {
    const table = tableOf("Observation", { audience: "anonymised", answers: [] });
    const [first, second] = [1, 2].map(() => Buffer.concat([...encodeParquet(table, observations(500))]));
    expect(first).toEqual(second);
    expect((await readParquet([first ?? Buffer.alloc(0)])).metadata).toEqual([]);
  });
});
