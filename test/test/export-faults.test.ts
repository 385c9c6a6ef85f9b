import { setTimeout as delay } from "node:timers/promises";
import { type Fault, generatePopulation } from "@aarohan/devkit";
import type { AnyResource } from "@aarohan/fhir";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type ExportClient, exportClient, type Manifest } from "../src/export-client.ts";
import { startTestStack, type TestStack } from "../src/test-stack.ts";
import { removeUpstream, writeUpstream } from "../src/upstream-writer.ts";
import { withheldByConsent } from "../src/withheld-by-consent.ts";

const population = [...generatePopulation({ patients: 150 })];
const SMALL = { EXPORT_PAGE_SIZE: "40", EXPORT_PART_KIB: "16" };

let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack({
    settings: { ...SMALL, UPSTREAM_TIMEOUT_SECONDS: "1", EXPORT_GIVE_UP_SECONDS: "30" },
  });
});
afterAll(() => stack.close());
afterEach(() => repair(stack));

function fail(broken: TestStack, fault: Fault): void {
  if (broken.upstream !== undefined) broken.upstream.fault = fault;
}
function repair(broken: TestStack): void {
  if (broken.upstream !== undefined) broken.upstream.fault = undefined;
}

const idsOf = (type: string, resources: readonly AnyResource[] = population) =>
  resources
    .filter(({ resourceType }) => resourceType === type)
    .map(({ id }) => String(id))
    .toSorted();

async function exported(client: ExportClient, manifest: Manifest, type: string): Promise<string[]> {
  const resources = await client.resources(manifest);
  return resources
    .filter(({ resourceType }) => resourceType === type)
    .map(({ id }) => String(id))
    .toSorted();
}

async function stateOf(client: ExportClient): Promise<string> {
  const { parameter } = (await client.kickOff("/$export-jobs")).json() as {
    parameter: { part: { name: string; valueCode?: string }[] }[];
  };
  return parameter[0]?.part.find(({ name }) => name === "state")?.valueCode ?? "";
}

const HALF = '{"resourceType":"Bundle","type":"searchset","entry":[{"resource":{"resourceType":"Observ';

describe("an export arrives whole where the programme's server", () => {
  it.each<[string, Fault]>([
    [
      "is busy and says for how long",
      {
        kind: "answer",
        status: 429,
        headers: { "Retry-After": "1" },
        body: "{}",
        matching: /Observation/,
        times: 3,
      },
    ],
    [
      "is unavailable and says for how long",
      {
        kind: "answer",
        status: 503,
        headers: { "Retry-After": "1" },
        body: "{}",
        matching: /Observation/,
        times: 3,
      },
    ],
    [
      "fails some times in a row",
      { kind: "answer", status: 500, body: "Lakshmi", matching: /Observation/, times: 5 },
    ],
    ["does not answer", { kind: "hang", matching: /Observation/, times: 2 }],
    ["drops connections", { kind: "close", matching: /Observation/, times: 5 }],
    ["breaks off in the middle of a body", { kind: "break", body: HALF, matching: /Observation/, times: 5 }],
    ["cuts a page off", { kind: "answer", status: 200, body: HALF, matching: /Observation/, times: 3 }],
    ["forgets its cursors", { kind: "answer", status: 410, body: "{}", matching: /_getpages/, times: 4 }],
    [
      "has never heard of its cursors",
      { kind: "answer", status: 404, body: "{}", matching: /_getpages/, times: 4 },
    ],
    [
      "fails before anything is planned",
      { kind: "answer", status: 500, body: "", matching: /metadata/, times: 3 },
    ],
  ])("%s", async (_, fault) => {
    const client = await exportClient(stack, "administrator");
    fail(stack, fault);
    const manifest = await client.run("/$export?_type=Observation,Condition");
    expect(await exported(client, manifest, "Observation")).toEqual(idsOf("Observation"));
    expect(manifest.error).toEqual([]);
    expect(await stateOf(client)).toBe("complete");
  });
});

describe("the manifest says so where the programme's server", () => {
  async function complaints(client: ExportClient, manifest: Manifest): Promise<string> {
    expect(manifest.error).toHaveLength(1);
    return (await client.ask(String(manifest.error[0]?.url))).body;
  }

  it("does not serve a type that was asked for; the rest goes on", async () => {
    const client = await exportClient(stack, "administrator");
    fail(stack, { kind: "answer", status: 400, body: '{"issue":"Lakshmi"}', matching: /Condition/ });
    const manifest = await client.run("/$export?_type=Observation,Condition");
    expect(await exported(client, manifest, "Observation")).toEqual(idsOf("Observation"));
    const text = await complaints(client, manifest);
    expect(text).toContain("Condition: not all could be read (search-refused)");
    expect(text).not.toContain("Lakshmi");
    expect(await stateOf(client)).toBe("complete-with-errors");
  });

  it("counts more than it gives", async () => {
    const client = await exportClient(stack, "administrator");
    const total = JSON.stringify({ resourceType: "Bundle", type: "searchset", total: 999_999 });
    fail(stack, { kind: "answer", status: 200, body: total, matching: /Condition.*_summary=count/ });
    const manifest = await client.run("/$export?_type=Observation,Condition");
    expect(await exported(client, manifest, "Condition")).toEqual(idsOf("Condition"));
    expect(await complaints(client, manifest)).toContain("Condition: the programme's server counts more");
  });

  it("counts nothing, though it has something", async () => {
    const client = await exportClient(stack, "administrator");
    const total = JSON.stringify({ resourceType: "Bundle", type: "searchset", total: 0 });
    fail(stack, { kind: "answer", status: 200, body: total, matching: /_summary=count/ });
    const manifest = await client.run("/$export?_type=Condition");
    expect(await exported(client, manifest, "Condition")).toEqual(idsOf("Condition"));
    expect(manifest.error).toEqual([]);
  });

  it("gives something that is no resource; the rest goes on", async () => {
    const client = await exportClient(stack, "administrator");
    const entry = [{ resource: { resourceType: "Condition", id: 7 } }, { resource: { id: "no-type" } }];
    const body = JSON.stringify({ resourceType: "Bundle", type: "searchset", total: 2, entry });
    fail(stack, { kind: "answer", status: 200, body, matching: /Condition.*_sort/, times: 1 });
    const manifest = await client.run("/$export?_type=Condition");
    expect(await exported(client, manifest, "Condition")).toEqual(idsOf("Condition"));
    expect(await complaints(client, manifest)).toContain("Condition: some resources could not be read");
  });
});

describe("an export that cannot be done", () => {
  it("fails after the time that is set, says so, and does not use up the hour", async () => {
    const impatient = await startTestStack({ patients: 5, settings: { EXPORT_GIVE_UP_SECONDS: "1" } });
    try {
      const client = await exportClient(impatient, "administrator");
      fail(impatient, { kind: "answer", status: 500, body: "Lakshmi", matching: /Observation/ });
      const accepted = await client.kickOff("/$export?_type=Observation");
      const failed = await client.settle(String(accepted.headers["content-location"]));
      expect(failed.status).toBe(500);
      expect(failed.json()).toMatchObject({
        resourceType: "OperationOutcome",
        issue: [{ details: { coding: [{ code: "export-failed" }] } }],
      });
      expect(failed.body).not.toContain("Lakshmi");
      expect(await stateOf(client)).toBe("failed");
      repair(impatient);
      expect((await client.run("/$export?_type=Observation")).output.length).toBeGreaterThan(0);
    } finally {
      await impatient.close();
    }
  });
});

describe("an export that had to wait for its place", () => {
  it("has as much time as any other from when it has it", async () => {
    const settings = { ...SMALL, EXPORT_JOBS_AT_ONCE: "1", EXPORT_GIVE_UP_SECONDS: "2" };
    const busy = await startTestStack({ settings });
    try {
      fail(busy, { kind: "delay", milliseconds: 1000, matching: /Observation|_getpages/ });
      const first = await exportClient(busy, "administrator");
      const going = await first.kickOff("/$export?_type=Observation");
      const second = await exportClient(busy, "administrator");
      const waiting = await second.kickOff("/$export?_type=Condition");
      await new Promise((done) => setTimeout(done, 4000));
      expect(await stateOf(second)).toBe("queued");
      fail(busy, { kind: "answer", status: 500, body: "{}", matching: /metadata/, times: 1 });
      expect((await first.settle(String(going.headers["content-location"]))).status).toBe(200);
      expect((await second.settle(String(waiting.headers["content-location"]))).status).toBe(200);
    } finally {
      await busy.close();
    }
  });
});

describe("what changes while it is exported", () => {
  it("is in the next export, and nothing else is missing or twice", async () => {
    const own = await startTestStack({ settings: SMALL });
    try {
      const client = await exportClient(own, "administrator");
      fail(own, { kind: "delay", milliseconds: 60, matching: /Observation|_getpages/ });
      const accepted = await client.kickOff("/$export?_type=Observation");
      await expect.poll(() => own.upstream?.requests.some((line) => /_getpages/.test(line))).toBe(true);
      const observations = population.filter(({ resourceType }) => resourceType === "Observation");
      const changed = observations.filter((_, index) => index % 40 === 7);
      const deleted = observations.filter((_, index) => index % 40 === 9);
      for (const resource of changed) await writeUpstream(own, resource);
      for (const { id } of deleted) await removeUpstream(own, "Observation", String(id));
      repair(own);
      const settled = await client.settle(String(accepted.headers["content-location"]));
      const ids = await exported(client, settled.json() as unknown as Manifest, "Observation");
      expect(new Set(ids).size).toBe(ids.length);
      const touched = new Set([...changed, ...deleted].map(({ id }) => String(id)));
      const untouched = observations.map(({ id }) => String(id)).filter((id) => !touched.has(id));
      expect(untouched.filter((id) => !ids.includes(id))).toEqual([]);
      const { transactionTime } = settled.json();
      const next = await exportClient(own, "administrator");
      const later = await next.run(`/$export?_type=Observation&_since=${transactionTime}`);
      expect(await exported(next, later, "Observation")).toEqual(idsOf("Observation", changed));
    } finally {
      await own.close();
    }
  });

  it.each([
    ["behind", -3_600_000],
    ["ahead", 3_600_000],
  ])("counts by the earlier clock where the server's is %s", async (_, skew) => {
    const client = await exportClient(stack, "administrator");
    const theirs = new Date(Math.floor((Date.now() + skew) / 1000) * 1000);
    const headers = { Date: theirs.toUTCString() };
    fail(stack, { kind: "answer", status: 200, headers, body: "{}", matching: /metadata/, times: 1 });
    const { transactionTime } = await client.run("/$export?_type=Condition");
    if (skew < 0) expect(transactionTime).toBe(theirs.toISOString());
    else expect(Date.parse(transactionTime)).toBeLessThanOrEqual(Date.now());
  });
});

describe("consent that is withdrawn", () => {
  const withheld = withheldByConsent(population, "opt-out");
  const [someone] = idsOf("Patient").filter((id) => !withheld.has(id));
  const refusal = {
    resourceType: "Consent",
    id: "withdrawal",
    status: "active",
    scope: { coding: [{ system: "http://terminology.hl7.org/CodeSystem/consentscope", code: "research" }] },
    category: [{ coding: [{ system: "http://loinc.org", code: "59284-0" }] }],
    patient: { reference: `Patient/${someone}` },
    dateTime: new Date(Date.now() - 60_000).toISOString(),
    policyRule: { coding: [{ system: "http://terminology.hl7.org/CodeSystem/v3-ActCode", code: "OPTOUT" }] },
    provision: { type: "deny" },
  };

  it("while the job runs keeps the patient's data out of every file", async () => {
    const own = await startTestStack({ settings: SMALL });
    try {
      const before = await exportClient(own, "analyst");
      const all = await before.resources(await before.run("/$export?_type=Patient"));
      const client = await exportClient(own, "analyst");
      // Patients are read at once, Observations are slow: the withdrawal comes between.
      fail(own, { kind: "delay", milliseconds: 3000, matching: /Observation/ });
      const accepted = await client.kickOff("/$export?_type=Patient,Observation");
      await expect
        .poll(() => own.upstream?.requests.some((line) => /Observation\?.*_sort/.test(line)))
        .toBe(true);
      await delay(1500);
      await writeUpstream(own, refusal);
      repair(own);
      const settled = await client.settle(String(accepted.headers["content-location"]));
      const resources = await client.resources(settled.json() as unknown as Manifest);
      const patients = resources.filter(({ resourceType }) => resourceType === "Patient");
      expect(patients).toHaveLength(all.length - 1);
      const left = all.find(({ id }) => !patients.some((patient) => patient.id === id));
      expect(JSON.stringify(resources)).not.toContain(String(left?.id));
      expect(own.logs.some((line) => line.includes("export-shard-anew"))).toBe(true);
    } finally {
      await own.close();
    }
  });

  it("after the job has ended takes the files away that the patient's data are in", async () => {
    const own = await startTestStack({ settings: { ...SMALL, EXPORT_WITHDRAWAL_SECONDS: "1" } });
    try {
      const client = await exportClient(own, "analyst");
      const accepted = await client.kickOff("/$export?_type=Patient,Condition");
      const location = String(accepted.headers["content-location"]);
      const manifest = (await client.settle(location)).json() as unknown as Manifest;
      await writeUpstream(own, refusal);
      await expect
        .poll(async () => ((await client.ask(location)).json() as unknown as Manifest).error.length, {
          timeout: 10_000,
          interval: 500,
        })
        .toBe(1);
      const after = (await client.ask(location)).json() as unknown as Manifest;
      const gone = manifest.output.filter(({ url }) => !after.output.some((file) => file.url === url));
      expect(gone.length).toBeGreaterThan(0);
      expect(after.output.length).toBeGreaterThan(0);
      for (const { url } of gone) expect((await client.ask(url)).status).toBe(404);
      expect((await client.ask(String(after.error[0]?.url))).body).toContain("withdrawn");
    } finally {
      await own.close();
    }
  });
});

describe("an export that has expired", () => {
  it("is gone: manifest, files, store; the list says so", async () => {
    const own = await startTestStack({ patients: 10, settings: { EXPORT_RETENTION_SECONDS: "2" } });
    try {
      const client = await exportClient(own, "analyst");
      const accepted = await client.kickOff("/$export?_type=Patient");
      const location = String(accepted.headers["content-location"]);
      const settled = await client.settle(location);
      const [file] = (settled.json() as unknown as Manifest).output;
      expect(Date.parse(String(settled.headers.expires))).toBeLessThan(Date.now() + 3000);
      expect((await client.ask(String(file?.url))).status).toBe(200);
      await expect
        .poll(async () => (await client.ask(location)).status, { timeout: 8000, interval: 300 })
        .toBe(404);
      expect((await client.ask(String(file?.url))).status).toBe(404);
      const bucket = await own.edge.runtime.getR2Bucket("EXPORT_FILES", "aarohan-exporter");
      await expect.poll(async () => (await bucket.list()).objects.length).toBe(0);
      expect(await stateOf(client)).toBe("expired");
    } finally {
      await own.close();
    }
  });
});
