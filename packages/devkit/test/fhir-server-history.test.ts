import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { FhirServer } from "../src/fhir-server/index.ts";
import { ask, observations, patients, send, startSample } from "./fhir-server-sample.ts";

interface HistoryEntry {
  readonly fullUrl: string;
  readonly resource?: { readonly id: string };
  readonly request: { readonly method: string; readonly url: string };
  readonly response: { readonly status: string; readonly etag: string; readonly lastModified?: string };
}

let folder: string;
let journal: string;
let server: FhirServer;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "history-"));
  journal = join(folder, "journal.ndjson");
  server = await startSample({ journal });
});
afterEach(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

async function restart(): Promise<void> {
  await server.close();
  server = await startSample({ journal });
}

/** All pages, in turn. */
async function history(path: string): Promise<HistoryEntry[]> {
  const entries: HistoryEntry[] = [];
  for (let url: string | undefined = path; url !== undefined; ) {
    const { status, body } = await ask(server, url);
    expect(status).toBe(200);
    expect(body).toMatchObject({ resourceType: "Bundle", type: "history" });
    entries.push(...((body.entry ?? []) as unknown as HistoryEntry[]));
    url = body.link.find(({ relation }) => relation === "next")?.url;
  }
  return entries;
}

const requests = (entries: readonly HistoryEntry[]) =>
  entries.map(({ request }) => `${request.method} ${request.url}`);

const remove = (path: string) => ask(server, path, { method: "DELETE" });

describe("the history of a type", () => {
  it("begins with the newest, and has deletions without resource", async () => {
    const before = Date.now();
    await send(server, "PUT", "Observation/o2", observations[2]);
    await send(server, "PUT", "Observation/new", { resourceType: "Observation", id: "new" });
    await remove("Observation/o1");
    const entries = await history(`Observation/_history?_since=${new Date(before).toISOString()}`);
    expect(requests(entries).toSorted()).toEqual([
      "DELETE Observation/o1",
      "POST Observation",
      "PUT Observation/o2",
    ]);
    const times = entries.map(({ response }) => Date.parse(response.lastModified ?? ""));
    expect(times).toEqual(times.toSorted((a, b) => b - a));
    const deletion = entries.find(({ request }) => request.method === "DELETE");
    expect(deletion).not.toHaveProperty("resource");
    expect(deletion).toMatchObject({
      fullUrl: `${server.url}/Observation/o1`,
      response: { status: "204 No Content", etag: 'W/"4"' },
    });
    expect(Date.parse(deletion?.response.lastModified ?? "")).toBeGreaterThanOrEqual(before);
    const update = entries.find(({ request }) => request.method === "PUT");
    expect(update).toMatchObject({ resource: { id: "o2" }, response: { status: "200 OK", etag: 'W/"4"' } });
  });

  it("is paged, each entry once, whatever is written in between", async () => {
    await remove("Observation/o7");
    const first = await ask(server, "Observation/_history?_count=7");
    expect(first.body.total).toBe(50);
    expect(first.body.entry).toHaveLength(7);
    await remove("Observation/o8");
    await send(server, "PUT", "Observation/newer", { resourceType: "Observation", id: "newer" });
    const next = first.body.link.find(({ relation }) => relation === "next")?.url ?? "";
    const rest = await history(next);
    const names = [...(first.body.entry as unknown as HistoryEntry[]), ...rest].map(({ fullUrl }) => fullUrl);
    expect(new Set(names).size).toBe(names.length);
    const untouched = observations.map(({ id }) => `${server.url}/Observation/${id}`);
    expect(names.toSorted()).toEqual(untouched.filter((url) => !url.endsWith("/o8")).toSorted());
  });

  it("shows what came back as written, and not as deleted", async () => {
    await remove("Observation/o1");
    await send(server, "PUT", "Observation/o1", observations[1]);
    const since = "2026-01-01T00:00:00Z";
    expect(requests(await history(`Observation/_history?_since=${since}`))).toEqual(["PUT Observation/o1"]);
  });

  it("knows nothing of a transaction that was taken back", async () => {
    const entry = [
      { request: { method: "DELETE", url: "Observation/o1" } },
      { request: { method: "GET", url: "Observation/nope" } },
    ];
    const bundle = { resourceType: "Bundle", type: "transaction", entry };
    expect((await send(server, "POST", "", bundle)).status).toBe(404);
    expect(await history("Observation/_history?_since=2026-01-01T00:00:00Z")).toEqual([]);
  });

  it("has resources that do not say when they were written at its end, and in no span", async () => {
    expect(await history("Patient/_history?_since=2000-01-01T00:00:00Z")).toEqual([]);
    await remove("Patient/p3");
    const entries = await history("Patient/_history?_count=4");
    expect(requests(entries)[0]).toBe("DELETE Patient/p3");
    expect(entries).toHaveLength(patients.length);
    expect(entries.at(-1)?.response).not.toHaveProperty("lastModified");
  });

  it.each([
    ["Observation/_history?_since=yesterday", 400],
    ["Observation/_history?_at=2025", 400],
    ["Observation/_history?_count=x", 400],
    ["Observation/_history?_after=x", 400],
    ["Nonsense/_history", 404],
    ["Observation/o1/_history", 404],
    ["_history", 404],
  ])("%s is refused with %d", async (path, status) => {
    expect((await ask(server, path)).status).toBe(status);
  });

  it("is said to be there", async () => {
    expect(JSON.stringify((await ask(server, "metadata")).body)).toContain('{"code":"history-type"}');
  });
});

describe("deletions", () => {
  it("keep their time over a restart", async () => {
    await remove("Observation/o1");
    const [before] = await history("Observation/_history?_since=2026-01-01T00:00:00Z");
    await restart();
    const [after] = await history("Observation/_history?_since=2026-01-01T00:00:00Z");
    expect(after?.request).toEqual({ method: "DELETE", url: "Observation/o1" });
    expect(after?.response).toEqual(before?.response);
  });

  it("of a journal that is older than their time count as of the start", async () => {
    await remove("Observation/o1");
    const lines = readFileSync(journal, "utf8");
    writeFileSync(journal, "");
    appendFileSync(journal, lines.replace(/,"at":"[^"]+"/, ""));
    const started = Date.now();
    await restart();
    const [deletion] = await history("Observation/_history?_since=2026-01-01T00:00:00Z");
    expect(deletion?.request).toEqual({ method: "DELETE", url: "Observation/o1" });
    expect(Date.parse(deletion?.response.lastModified ?? "")).toBeGreaterThanOrEqual(started);
  });
});
