import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AnyResource } from "@aarohan/fhir";
import { afterEach, describe, expect, it } from "vitest";
import { type FhirServer, startFhirServer } from "../src/fhir-server/index.ts";

const servers: FhirServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

const observations: AnyResource[] = Array.from({ length: 50 }, (_, index) => ({
  resourceType: "Observation",
  id: `o${index}`,
  meta: { lastUpdated: `2025-01-${String((index % 28) + 1).padStart(2, "0")}T00:00:00Z`, versionId: "3" },
  status: index % 2 === 0 ? "final" : "amended",
  code: { coding: [{ system: "http://loinc.org", code: index % 5 === 0 ? "62596-2" : "63638-1" }] },
  category: [{ coding: [{ code: "oral-cancer-screening" }] }],
  subject: { reference: `Patient/p${index % 10}` },
  effectiveDateTime: `2025-${String((index % 12) + 1).padStart(2, "0")}-15`,
  valueCodeableConcept: { coding: [{ system: "urn:uuid:x", code: index % 3 === 0 ? "yes" : "no" }] },
}));
const patients: AnyResource[] = Array.from({ length: 10 }, (_, index) => ({
  resourceType: "Patient",
  id: `p${index}`,
  gender: index < 4 ? "male" : "female",
  birthDate: `${1960 + index}-06-01`,
  name: [{ family: index === 0 ? "Ravikumár" : "Other", given: ["A"] }],
}));
const encounters: AnyResource[] = [
  { resourceType: "Encounter", id: "e1", period: { start: "2025-01-31T20:00:00Z" } },
  {
    resourceType: "Encounter",
    id: "e2",
    period: { start: "2025-03-01T00:00:00Z", end: "2025-03-02T00:00:00Z" },
  },
];
const responses: AnyResource[] = [
  {
    resourceType: "QuestionnaireResponse",
    id: "q1",
    questionnaire: "Questionnaire/A",
    authored: "2025-01-01T00:00:00+05:30",
  },
  {
    resourceType: "QuestionnaireResponse",
    id: "q2",
    questionnaire: "https://x/Questionnaire/A|2",
    authored: "2025-12-31T23:59:59+05:30",
  },
];

async function start(options: Partial<Parameters<typeof startFhirServer>[0]> = {}): Promise<FhirServer> {
  const server = await startFhirServer({
    port: 0,
    resources: [...patients, ...observations, ...encounters, ...responses],
    ...options,
  });
  servers.push(server);
  return server;
}

interface Body {
  readonly resourceType: string;
  readonly total: number;
  readonly link: readonly { readonly relation: string; readonly url: string }[];
  readonly entry: readonly { readonly resource: AnyResource; readonly search: { readonly mode: string } }[];
}

async function get(server: FhirServer, path: string): Promise<{ status: number; body: Body }> {
  const response = await fetch(path.startsWith("http") ? path : `${server.url}/${path}`);
  const body: unknown = await response.json();
  return { status: response.status, body: body as Body };
}

describe("a search", () => {
  it.each([
    ["Observation", 50],
    ["Observation?code=62596-2", 10],
    ["Observation?code=http://loinc.org|62596-2", 10],
    ["Observation?code=http://loinc.org|", 50],
    ["Observation?code=http://snomed.info/sct|62596-2", 0],
    ["Observation?code:not=62596-2", 40],
    ["Observation?code=62596-2,63638-1", 50],
    ["Observation?code=62596-2&status=final", 5],
    ["Observation?category=oral-cancer-screening", 50],
    ["Observation?category=|oral-cancer-screening", 50],
    ["Observation?value-concept=yes", 17],
    ["Observation?subject=Patient/p1", 5],
    ["Observation?patient=p1", 5],
    ["Observation?date=2025-01", 5],
    ["Observation?date=ge2025-06-15&date=lt2025-08-15", 8],
    ["Observation?date=gt2025-12-14", 4],
    ["Observation?date=sa2025-12-15", 0],
    ["Observation?date=eb2025-02", 5],
    ["Observation?date=ne2025-01", 45],
    ["Observation?_lastUpdated=ge2025-01-27", 2],
    ["Observation?_id=o1,o2,nope", 2],
    ["Patient?gender=male", 4],
    ["Patient?birthdate=ge1965-01-01", 5],
    ["Patient?name=ravi", 1],
    ["Patient?name:exact=ravikumar", 1],
    ["Patient?name:contains=kum", 1],
    ["Encounter?date=ge2025-02-01T00:00:00%2B05:30", 2],
    ["Encounter?date=lt2025-02-01T00:00:00%2B05:30", 0],
    ["QuestionnaireResponse?questionnaire=Questionnaire/A", 1],
    ["QuestionnaireResponse?questionnaire=https://x/Questionnaire/A", 1],
    ["QuestionnaireResponse?questionnaire=Questionnaire/A,https://x/Questionnaire/A", 2],
    [
      "QuestionnaireResponse?authored=ge2025-01-01T00:00:00%2B05:30&authored=lt2026-01-01T00:00:00%2B05:30",
      2,
    ],
  ])("%s finds %d", async (query, total) => {
    const { status, body } = await get(await start(), query);
    expect(status).toBe(200);
    expect(body.total).toBe(total);
  });

  it.each([
    "Observation?frobnicate=1",
    "Observation?subject.name=x",
    "Observation?subject:Patient.name=x",
    "Patient?_has:Observation:patient:code=1",
    "Observation?code:text=x",
    "Observation?code:in=x",
    "Observation?value-quantity=gt5",
    "Patient?_filter=x",
    "Patient?_text=x",
    "QuestionnaireResponse?date=2025",
    "Observation?date=yesterday",
    "Observation?performer=x",
    "Observation?_sort=frobnicate",
    "Observation?_count=x",
  ])("%s is refused loudly", async (query) => {
    const { status, body } = await get(await start(), query);
    expect(status).toBe(400);
    expect(body.resourceType).toBe("OperationOutcome");
  });

  it("is sorted, both ways and by several keys", async () => {
    const server = await start();
    const ids = async (query: string) => (await get(server, query)).body.entry.map((e) => e.resource.id);
    expect(await ids("Patient?_sort=-birthdate&_count=3")).toEqual(["p9", "p8", "p7"]);
    expect(await ids("Patient?_sort=gender,-_id&_count=3")).toEqual(["p9", "p8", "p7"]);
    expect(await ids("Observation?_sort=-_lastUpdated,_id&_count=2")).toEqual(["o27", "o26"]);
  });

  it("gives pages that miss and repeat nothing, by absolute links, until they expire", async () => {
    const server = await start();
    const ids: unknown[] = [];
    let url = "Observation?_count=7&_sort=-_lastUpdated";
    for (;;) {
      const { body } = await get(server, url);
      ids.push(...body.entry.map((e) => e.resource.id));
      const next = body.link.find((link) => link.relation === "next")?.url;
      if (next === undefined) break;
      expect(next).toContain(`${server.url}?_getpages=`);
      url = next;
    }
    expect(new Set(ids).size).toBe(50);
    expect(ids).toHaveLength(50);
    const forgetful = await start({ cursorMilliseconds: -1 });
    const { body } = await get(forgetful, "Observation?_count=7");
    expect((await get(forgetful, body.link[1]?.url ?? "")).status).toBe(410);
  });

  it("includes and revincludes, marked as such", async () => {
    const server = await start();
    const modes = async (query: string) =>
      (await get(server, query)).body.entry.map((e) => `${e.search.mode} ${e.resource.resourceType}`);
    expect(await modes("Observation?_id=o1&_include=Observation:subject")).toEqual([
      "match Observation",
      "include Patient",
    ]);
    expect(await modes("Patient?_id=p1&_revinclude=Observation:subject")).toHaveLength(6);
  });

  it("counts alone with _summary=count and _count=0, and answers POST like GET", async () => {
    const server = await start();
    expect((await get(server, "Patient?_summary=count")).body).toEqual({
      resourceType: "Bundle",
      type: "searchset",
      total: 10,
    });
    expect((await get(server, "Patient?_count=0")).body.entry).toBeUndefined();
    const posted = await fetch(`${server.url}/Patient/_search`, {
      method: "POST",
      body: new URLSearchParams({ gender: "male" }),
    });
    expect(await posted.json()).toMatchObject({ total: 4 });
  });
});

describe("a resource", () => {
  it("is read with what was loaded, meta included; 404 and 410 tell missing from deleted", async () => {
    const server = await start();
    expect((await get(server, "Observation/o1")).body).toEqual(observations[1]);
    expect((await get(server, "Observation/nope")).status).toBe(404);
    await fetch(`${server.url}/Observation/o1`, { method: "DELETE" });
    expect((await get(server, "Observation/o1")).status).toBe(410);
    expect((await get(server, "Observation?_id=o1,o2")).body.total).toBe(1);
  });

  it("is written, found at once, and there after a restart with the journal", async () => {
    const folder = mkdtempSync(join(tmpdir(), "journal-"));
    const journal = join(folder, "journal.ndjson");
    const first = await start({ journal });
    const put = await fetch(`${first.url}/Patient/p1`, {
      method: "PUT",
      body: JSON.stringify({ ...patients[1], gender: "other" }),
    });
    expect(put.headers.get("ETag")).toBe('W/"1"');
    await fetch(first.url, {
      method: "POST",
      body: JSON.stringify({
        resourceType: "Bundle",
        type: "transaction",
        entry: [{ resource: { resourceType: "Patient", id: "new" } }],
      }),
    });
    const created = await fetch(`${first.url}/Patient`, {
      method: "POST",
      body: JSON.stringify({ resourceType: "Patient" }),
    });
    expect(created.status).toBe(201);
    await fetch(`${first.url}/Patient/p2`, { method: "DELETE" });
    expect((await get(first, "Patient?gender=other")).body.total).toBe(1);
    const second = await start({ journal });
    expect((await get(second, "Patient?gender=other")).body.total).toBe(1);
    expect((await get(second, "Patient/new")).status).toBe(200);
    expect((await get(second, "Patient/p2")).status).toBe(410);
    expect((await get(second, "Patient")).body.total).toBe(11);
    rmSync(folder, { recursive: true });
  });

  it.each([
    ["not JSON", "x"],
    ["no resource", "{}"],
    ["another type", '{"resourceType":"Patient"}'],
  ])("is refused where it is %s", async (_, body) => {
    const server = await start();
    expect((await fetch(`${server.url}/Observation`, { method: "POST", body })).status).toBe(400);
  });
});

describe("a fault", () => {
  it("happens until it is taken back", async () => {
    const server = await start();
    server.fault = { kind: "answer", status: 503, headers: { "Retry-After": "1" }, body: "{}" };
    expect((await get(server, "Patient")).status).toBe(503);
    server.fault = { kind: "close" };
    await expect(fetch(`${server.url}/Patient`)).rejects.toThrow();
    server.fault = { kind: "break", body: '{"resourceType":' };
    await expect(fetch(`${server.url}/Patient`).then((response) => response.text())).rejects.toThrow();
    server.fault = { kind: "flood", bytes: 100_000, resourceBytes: 1000 };
    const flood = await fetch(`${server.url}/Patient`);
    expect(((await flood.json()) as { entry: unknown[] }).entry.length).toBeGreaterThan(50);
    server.fault = undefined;
    expect((await get(server, "Patient")).status).toBe(200);
  });
});
