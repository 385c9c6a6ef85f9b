import { type FhirServer, generatePopulation, startFhirServer } from "@aarohan/devkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createUpstreamBulk, type LineBatch, type UpstreamBulk } from "../src/index.ts";

const population = [...generatePopulation({ patients: 120 })];
const observations = population.filter(({ resourceType }) => resourceType === "Observation");
const call = { requestId: "test" };

let server: FhirServer;
let bulk: UpstreamBulk;
beforeAll(async () => {
  server = await startFhirServer({ port: 0, resources: population });
  bulk = createUpstreamBulk({ baseUrl: server.url, credentials: { kind: "none" } });
});
afterAll(() => server.close());

async function finished(types: readonly string[], since?: number) {
  const status = await bulk.kickOff({ level: "system", types, since }, call);
  expect(await bulk.poll(status, call)).toEqual({ kind: "running", retryAfterSeconds: 1 });
  const state = await bulk.poll(status, call);
  if (state.kind !== "done") throw new Error("the export goes on");
  return { ...state, status };
}

async function allLines(read: (offset: number) => Promise<LineBatch>): Promise<string[]> {
  const lines: string[] = [];
  let offset: number | undefined = 0;
  while (offset !== undefined) {
    const batch: LineBatch = await read(offset);
    for (const { start, end } of batch.lines)
      lines.push(Buffer.from(batch.bytes.subarray(start, end)).toString());
    expect(batch.next ?? Number.MAX_SAFE_INTEGER).toBeGreaterThan(offset);
    offset = batch.next;
  }
  return lines;
}

describe("the server's own bulk export", () => {
  it("is ordered, waited for, and read, each resource once", async () => {
    const { files, transactionTime } = await finished(["Observation", "Condition"]);
    expect(Math.abs(transactionTime - Date.now())).toBeLessThan(60_000);
    const own = files.filter(({ type }) => type === "Observation");
    expect(own.length).toBeGreaterThan(0);
    const ids: string[] = [];
    for (const { cursor, count } of own) {
      const lines = await allLines((offset) => bulk.lines(cursor, offset, call));
      expect(lines).toHaveLength(count ?? -1);
      ids.push(...lines.map((line) => JSON.parse(line).id));
    }
    expect(ids.toSorted()).toEqual(observations.map(({ id }) => String(id)).toSorted());
  });

  it("is narrowed by a time", async () => {
    const since = Date.parse("2025-06-01T00:00:00Z");
    const { files } = await finished(["Observation"], since);
    const expected = observations.filter(({ meta }) => Date.parse(Object(meta).lastUpdated) >= since);
    expect(files.reduce((sum, { count = 0 }) => sum + count, 0)).toBe(expected.length);
  });

  it("ends when it is cancelled", async () => {
    const { status } = await finished(["Condition"]);
    await bulk.cancel(status, call);
    await expect(bulk.poll(status, call)).rejects.toMatchObject({ code: "upstream-refused" });
  });
});

/** A client of a server that answers every file with this text. */
function reading(text: string, options: { ranges: boolean; maximumResourceBytes?: number }): UpstreamBulk {
  const bytes = new TextEncoder().encode(text);
  const fetcher = async (_: unknown, init?: RequestInit): Promise<Response> => {
    const [, first = "0", last = ""] =
      /bytes=(\d+)-(\d+)/.exec(new Headers(init?.headers).get("Range") ?? "") ?? [];
    if (!options.ranges)
      return new Response(bytes, { headers: { "Content-Type": "application/fhir+ndjson" } });
    const start = Number(first);
    if (start >= bytes.length) return new Response(null, { status: 416 });
    const end = Math.min(bytes.length, Number(last) + 1);
    const headers = { "Content-Range": `bytes ${start}-${end - 1}/${bytes.length}` };
    return new Response(bytes.slice(start, end), { status: 206, headers });
  };
  const { maximumResourceBytes = 4_000_000 } = options;
  return createUpstreamBulk(
    { baseUrl: "https://fhir.example/fhir", credentials: { kind: "none" }, maximumResourceBytes },
    { fetch: fetcher as typeof fetch },
  );
}

describe.each([true, false])("a file of many megabytes, with ranges: %s", (ranges) => {
  const long = Array.from(
    { length: 30_000 },
    (_, index) => `{"resourceType":"Observation","id":"${index}","é":"${"x".repeat(index % 400)}"}`,
  );

  it("comes line by line, whatever ends it", async () => {
    for (const text of [`${long.join("\n")}\n`, long.join("\n"), `\n\n${long.join("\n\n")}\n`]) {
      const client = reading(text, { ranges });
      expect(await allLines((offset) => client.lines("/f.ndjson", offset, call))).toEqual(long);
    }
  });

  it("is empty where it is", async () => {
    const client = reading("", { ranges });
    expect(await client.lines("/f.ndjson", 0, call)).toMatchObject({ lines: [], next: undefined });
  });

  it("has lines passed over that are longer than a resource may be, and the others as they are", async () => {
    const huge = `{"huge":"${"y".repeat(40_000)}"}`;
    const client = reading([long[0], huge, long[1], huge].join("\n"), {
      ranges,
      maximumResourceBytes: 20_000,
    });
    let oversized = 0;
    const lines = await allLines(async (offset) => {
      const batch = await client.lines("/f.ndjson", offset, call);
      oversized += batch.oversized;
      return batch;
    });
    expect(lines).toEqual([long[0], long[1]]);
    expect(oversized).toBe(2);
  });
});

describe("a manifest", () => {
  const answering = (body: unknown, status = 200) =>
    createUpstreamBulk(
      { baseUrl: "https://fhir.example/fhir", credentials: { kind: "none" } },
      { fetch: (async () => Response.json(body, { status })) as typeof fetch },
    );
  const transactionTime = "2026-11-23T00:00:00Z";

  it.each([
    [
      "of another host",
      { transactionTime, output: [{ type: "Patient", url: "https://evil.example/fhir/x" }] },
    ],
    ["above the base", { transactionTime, output: [{ type: "Patient", url: "https://fhir.example/other" }] }],
    ["without a time", { output: [] }],
    ["without files", { transactionTime }],
    ["of files without types", { transactionTime, output: [{ url: "https://fhir.example/fhir/x" }] }],
  ])("is refused: %s", async (_, body) => {
    await expect(answering(body).poll("/status", call)).rejects.toMatchObject({ code: "upstream-malformed" });
  });

  it("says when to come again, where the server is busy", async () => {
    await expect(answering({}, 429).poll("/status", call)).rejects.toMatchObject({
      code: "upstream-throttled",
    });
    await expect(answering({}, 500).poll("/status", call)).rejects.toMatchObject({ code: "upstream-failed" });
  });
});
