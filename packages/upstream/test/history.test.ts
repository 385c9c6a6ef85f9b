import { type FhirServer, startFhirServer } from "@aarohan/devkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createUpstream, type HistoryVersion, type Upstream } from "../src/index.ts";
import { BASE, bundle, CALL, refusalOf, status, upstreamWith } from "./scripted-upstream.ts";

const SINCE = { since: Date.parse("2026-01-01T00:00:00Z") };

const history = (entry: readonly unknown[], link: readonly unknown[] = []) =>
  bundle(JSON.stringify({ resourceType: "Bundle", type: "history", entry, link }));

describe("the history of a type", () => {
  let server: FhirServer;
  let upstream: Upstream;
  beforeAll(async () => {
    const resources = Array.from({ length: 1200 }, (_, index) => ({
      resourceType: "Observation",
      id: `o${index}`,
      meta: { lastUpdated: "2026-03-01T00:00:00Z" },
    }));
    server = await startFhirServer({ port: 0, resources });
    upstream = createUpstream({ baseUrl: server.url, credentials: { kind: "none" } });
  });
  afterAll(() => server.close());

  it("is read page by page, with what was deleted", async () => {
    const started = Date.now();
    for (const id of ["o3", "o700"]) await fetch(`${server.url}/Observation/${id}`, { method: "DELETE" });
    const versions: HistoryVersion[] = [];
    let page = await upstream.history("Observation", SINCE, CALL);
    for (;;) {
      versions.push(...(page?.versions ?? []));
      if (page?.next === undefined) break;
      page = await upstream.history("Observation", { cursor: page.next }, CALL);
    }
    expect(new Set(versions.map(({ id }) => id)).size).toBe(1200);
    const deleted = versions.filter(({ isDeletion }) => isDeletion);
    expect(deleted.map(({ id }) => id).toSorted()).toEqual(["o3", "o700"]);
    for (const { at = 0 } of deleted) expect(at).toBeGreaterThanOrEqual(started);
  });
});

it("asks for the time, and takes ids wherever servers write them", async () => {
  const { upstream, requests } = upstreamWith([
    history(
      [
        {
          request: { method: "DELETE", url: "Patient/a/_history/3" },
          response: { lastModified: "2026-05-01T00:00:00Z" },
        },
        { fullUrl: `${BASE}/Patient/b`, request: { method: "DELETE", url: "Patient" } },
        { request: { method: "PUT", url: "Patient/c" }, resource: { resourceType: "Patient", id: "c" } },
        { resource: { id: "d", meta: { lastUpdated: "2026-04-01T00:00:00Z" } }, request: { method: "POST" } },
      ],
      [{ relation: "next", url: `${BASE}?_getpages=7` }],
    ),
  ]);
  expect(await upstream.history("Patient", SINCE, CALL)).toEqual({
    versions: [
      { id: "a", isDeletion: true, at: Date.parse("2026-05-01T00:00:00Z") },
      { id: "b", isDeletion: true, at: undefined },
      { id: "c", isDeletion: false, at: undefined },
      { id: "d", isDeletion: false, at: Date.parse("2026-04-01T00:00:00Z") },
    ],
    next: "?_getpages=7",
  });
  expect(requests[0]?.url).toBe(`${BASE}/Patient/_history?_since=2026-01-01T00:00:00.000Z&_count=500`);
});

it.each([400, 404, 405, 422, 501])("is unknown where the server answers %d", async (code) => {
  expect(await upstreamWith([status(code)]).upstream.history("Patient", SINCE, CALL)).toBeUndefined();
});

it.each([
  [500, "upstream-failed"],
  [403, "upstream-refused"],
  [429, "upstream-throttled"],
])("is a fault where the server answers %d", async (code, expected) => {
  const { upstream } = upstreamWith([status(code, code === 429 ? { "Retry-After": "30" } : {})]);
  expect((await refusalOf(upstream.history("Patient", SINCE, CALL))).code).toBe(expected);
});

it("says that a later page is forgotten", async () => {
  const { upstream } = upstreamWith([status(410)]);
  const asked = upstream.history("Patient", { cursor: "?_getpages=7" }, CALL);
  expect((await refusalOf(asked)).code).toBe("page-expired");
});

it.each([
  ["no JSON", bundle("Lakshmi")],
  ["another Bundle", bundle('{"resourceType":"Bundle","type":"searchset"}')],
  ["an entry without id", history([{ request: { method: "DELETE", url: "Patient" } }])],
  ["an id that is none", history([{ request: { method: "DELETE", url: "Patient/a b" } }])],
  ["a link that leads away", history([], [{ relation: "next", url: "https://elsewhere.example/fhir?x" }])],
])("refuses %s", async (_, answer) => {
  const refusal = await refusalOf(upstreamWith([answer]).upstream.history("Patient", SINCE, CALL));
  expect(refusal.code).toBe("upstream-malformed");
  expect(refusal.message).not.toContain("Lakshmi");
});
