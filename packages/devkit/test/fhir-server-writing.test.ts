import { appendFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { FhirServer } from "../src/fhir-server/index.ts";
import { ask, observations, patients, type Reply, send, startSample } from "./fhir-server-sample.ts";

let folder: string;
let journal: string;
let server: FhirServer;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "journal-"));
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

describe("a resource", () => {
  it("is read as it was loaded, with its version and time", async () => {
    const { body, headers } = await ask(server, "Observation/o1");
    expect(body).toEqual(observations[1]);
    expect(headers.get("ETag")).toBe('W/"3"');
    expect(headers.get("Last-Modified")).toBe("Thu, 02 Jan 2025 00:00:00 GMT");
  });

  it("is created under an id and version of the server's own", async () => {
    const { status, body, headers } = await send(server, "POST", "Patient", {
      resourceType: "Patient",
      id: "mine",
      gender: "other",
    });
    expect(status).toBe(201);
    expect(body.id).not.toBe("mine");
    expect(headers.get("Location")).toBe(`${server.url}/Patient/${body.id}/_history/1`);
    expect(headers.get("ETag")).toBe('W/"1"');
    expect((await ask(server, `Patient/${body.id}`)).body).toEqual(body);
    expect((await ask(server, "Patient?gender=other")).body.total).toBe(1);
  });

  it("is updated to the next version, found at once by what it says now", async () => {
    const changed = { ...observations[1], status: "entered-in-error" };
    expect((await ask(server, "Observation?status=amended")).body.total).toBe(25);
    const { status, headers } = await send(server, "PUT", "Observation/o1", changed);
    expect(status).toBe(200);
    expect(headers.get("ETag")).toBe('W/"4"');
    expect((await ask(server, "Observation?status=amended")).body.total).toBe(24);
    expect((await ask(server, "Observation?status=entered-in-error")).body.total).toBe(1);
  });

  it("that was searched a moment ago is found as it was then, unless the client wants no earlier answer", async () => {
    const search = "Observation?status=amended&_summary=count";
    const before = (await ask(server, search)).body.total;
    await send(server, "PUT", "Observation/o1", { ...observations[1], status: "entered-in-error" });
    const earlier = await ask(server, search, { headers: { "Cache-Control": "max-age=60" } });
    expect(earlier.body.total).toBe(before);
    expect((await ask(server, search)).body.total).toBe(before - 1);
  });

  it("is gone when deleted, and counts its versions on when it comes back", async () => {
    expect((await ask(server, "Observation/nope")).status).toBe(404);
    expect((await ask(server, "Observation/o1", { method: "DELETE" })).status).toBe(204);
    expect((await ask(server, "Observation/o1")).status).toBe(410);
    expect((await ask(server, "Observation?_id=o1,o2")).body.total).toBe(1);
    expect((await ask(server, "Observation?code:not=x")).body.total).toBe(49);
    expect((await ask(server, "Observation?subject=Patient/p1")).body.total).toBe(4);
    const back = await send(server, "PUT", "Observation/o1", observations[1]);
    expect(back.status).toBe(201);
    expect(back.body.meta.versionId).toBe("5");
    expect((await ask(server, "Observation")).body.total).toBe(50);
  });

  it.each([
    ["POST", "Observation", "not JSON", 400],
    ["POST", "Observation", "{}", 400],
    ["POST", "Observation", "null", 400],
    ["POST", "Observation", '{"resourceType":"Patient"}', 400],
    ["POST", "Observation", '{"resourceType":"Nonsense"}', 400],
    ["PUT", "Patient/p1", '{"resourceType":"Patient","id":"p2"}', 400],
    ["PUT", "Patient/p1", '{"resourceType":"Patient"}', 400],
    ["PUT", "Patient/a_b", '{"resourceType":"Patient","id":"a_b"}', 400],
    ["PUT", "Patient?gender=male", '{"resourceType":"Patient","id":"p1"}', 405],
    ["PATCH", "Patient/p1", "[]", 405],
    ["DELETE", "Patient?gender=male", undefined, 405],
    ["POST", "Nonsense", '{"resourceType":"Patient"}', 404],
    ["GET", "Patient/p1/_history", undefined, 404],
    ["GET", "/Patient", undefined, 404],
  ])("%s %s with %s is refused with %d", async (method, path, body, status) => {
    const reply = await ask(server, path, { method, ...(body === undefined ? {} : { body }) });
    expect(reply.status).toBe(status);
    expect(reply.body.resourceType).toBe("OperationOutcome");
  });

  it("is not created under a condition that would be ignored", async () => {
    const reply = await ask(server, "Patient", {
      method: "POST",
      headers: { "If-None-Exist": "gender=male" },
      body: '{"resourceType":"Patient"}',
    });
    expect(reply.status).toBe(400);
  });
});

describe("a restart", () => {
  it("keeps what was written and deleted, versions too", async () => {
    await send(server, "PUT", "Patient/p1", { ...patients[1], gender: "other" });
    await send(server, "PUT", "Patient/new", { resourceType: "Patient", id: "new" });
    await ask(server, "Patient/p2", { method: "DELETE" });
    await ask(server, "Patient/p2", { method: "DELETE" });
    const before = (await ask(server, "Patient?_count=50&_sort=_id")).body.entry.map((e) => e.resource);
    await restart();
    const after = (await ask(server, "Patient?_count=50&_sort=_id")).body.entry.map((e) => e.resource);
    expect(after).toEqual(before);
    expect((await ask(server, "Patient/p2")).status).toBe(410);
    expect((await send(server, "PUT", "Patient/p2", patients[2])).body.meta.versionId).toBe("2");
  });

  it("forgets a line that was cut off, and writes on after it", async () => {
    await send(server, "PUT", "Patient/new", { resourceType: "Patient", id: "new" });
    appendFileSync(journal, '[{"put":{"resourceType":"Patient","id":"half');
    await restart();
    await send(server, "PUT", "Patient/newer", { resourceType: "Patient", id: "newer" });
    await restart();
    expect((await ask(server, "Patient")).body.total).toBe(12);
  });

  it("refuses a damaged journal by its line, without its contents", async () => {
    appendFileSync(journal, '{"name":"Lakshmi"\n');
    const failed = await startSample({ journal }).then(
      () => "",
      (error: unknown) => String(error),
    );
    expect(failed).toContain("line 1");
    expect(failed).not.toContain("Lakshmi");
  });
});

function post(type: string, entry: unknown): Promise<Reply> {
  return ask(server, server.url, {
    method: "POST",
    body: JSON.stringify({ resourceType: "Bundle", type, entry }),
  });
}

const CREATED = "urn:uuid:61ebe359-bfdc-4613-8bf2-c5e300945f0a";

describe("a transaction", () => {
  it("reads, creates, updates and deletes, with references between its entries resolved", async () => {
    const { status, body } = await post("transaction", [
      { request: { method: "GET", url: "Patient/p3" } },
      {
        request: { method: "POST", url: "Observation" },
        resource: { resourceType: "Observation", subject: { reference: CREATED } },
      },
      {
        fullUrl: CREATED,
        request: { method: "POST", url: "Patient" },
        resource: { resourceType: "Patient", gender: "other" },
      },
      {
        request: { method: "PUT", url: "Patient/p3" },
        resource: { resourceType: "Patient", id: "p3", gender: "unknown" },
      },
      { request: { method: "DELETE", url: "Patient/p4" } },
      { request: { method: "GET", url: "Patient?gender=other" } },
    ]);
    expect(status).toBe(200);
    expect(body.entry.map(({ response }) => response.status)).toEqual([
      "200 OK",
      "201 Created",
      "201 Created",
      "200 OK",
      "204 No Content",
      "200 OK",
    ]);
    expect(body.entry[0]?.resource).toMatchObject({ gender: "unknown" });
    expect(body.entry[5]?.resource).toMatchObject({ total: 1 });
    const patient = body.entry[2]?.resource.id;
    expect((await ask(server, `Observation?subject=Patient/${patient}`)).body.total).toBe(1);
    expect((await ask(server, "Patient/p4")).status).toBe(410);
    expect(readFileSync(journal, "utf8").trimEnd().split("\n")).toHaveLength(1);
  });

  it.each([
    ["an entry that is not found", { request: { method: "GET", url: "Patient/nope" } }],
    ["an entry without a request", { resource: { resourceType: "Patient" } }],
    ["a method that is not supported", { request: { method: "PATCH", url: "Patient/p1" } }],
    ["another id than the URL's", putting("Patient/p5", { resourceType: "Patient", id: "p6" })],
    ["another type than the URL's", putting("Patient/p5", { resourceType: "Observation", id: "p5" })],
    ["a resource twice", putting("Patient/p1", { resourceType: "Patient", id: "p1" })],
    [
      "a condition",
      {
        request: { method: "POST", url: "Patient", ifNoneExist: "gender=male" },
        resource: patients[0],
      },
    ],
    [
      "a Bundle in the Bundle",
      {
        request: { method: "POST", url: "" },
        resource: { resourceType: "Bundle", type: "transaction", entry: [] },
      },
    ],
  ])("with %s changes nothing, neither now nor after a restart", async (_, entry) => {
    const { status, body } = await post("transaction", [
      { request: { method: "DELETE", url: "Patient/p2" } },
      putting("Patient/p1", { resourceType: "Patient", id: "p1", gender: "other" }),
      putting("Patient/new", { resourceType: "Patient", id: "new", gender: "other" }),
      entry,
    ]);
    expect([400, 404]).toContain(status);
    expect(body.resourceType).toBe("OperationOutcome");
    for (const again of [false, true]) {
      if (again) await restart();
      expect((await ask(server, "Patient/p2")).status).toBe(200);
      expect((await ask(server, "Patient/new")).status).toBe(404);
      expect((await ask(server, "Patient?gender=other")).body.total).toBe(0);
      expect((await ask(server, "Patient")).body.total).toBe(10);
    }
  });

  it.each([
    ["no Bundle", { resourceType: "Patient" }],
    ["a Bundle of another type", { resourceType: "Bundle", type: "collection", entry: [] }],
    ["entries that are no list", { resourceType: "Bundle", type: "transaction", entry: {} }],
  ])("that is %s is refused", async (_, bundle) => {
    expect((await send(server, "POST", "", bundle)).status).toBe(400);
  });
});

function putting(url: string, resource: unknown) {
  return { request: { method: "PUT", url }, resource };
}

describe("a batch", () => {
  it("does each entry for itself", async () => {
    const { status, body } = await post("batch", [
      { request: { method: "GET", url: "Patient/nope" } },
      putting("Patient/new", { resourceType: "Patient", id: "new" }),
      { request: { method: "GET", url: "Patient?frobnicate=1" } },
    ]);
    expect(status).toBe(200);
    expect(body.entry.map(({ response }) => response.status)).toEqual([
      "404 Not Found",
      "201 Created",
      "400 Bad Request",
    ]);
    expect(body.entry[0]?.response).toMatchObject({ outcome: { resourceType: "OperationOutcome" } });
    expect((await ask(server, "Patient/new")).status).toBe(200);
  });
});
