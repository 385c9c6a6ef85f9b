import { createHash } from "node:crypto";
import { createPseudonymCodec } from "@aarohan/deid";
import { createLeakFinder, generatePopulation } from "@aarohan/devkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ExportClient, exportClient, type Manifest } from "../src/export-client.ts";
import { startTestStack, type TestStack } from "../src/test-stack.ts";
import { startTwoTenants } from "../src/two-tenants.ts";

const PATIENTS = 150;
const population = [...generatePopulation({ patients: PATIENTS })];
const finder = createLeakFinder(population);
const SECRET = Buffer.alloc(32, 9);
const KEYS = `1:${SECRET.toString("base64url")}`;
const ASYNC = { headers: { Prefer: "respond-async", Accept: "application/fhir+json" } };

let stack: TestStack;
let client: ExportClient;
let manifest: Manifest;
beforeAll(async () => {
  // Small pages, parts and windows: many slices and shards of few resources.
  stack = await startTestStack({
    settings: {
      PSEUDONYM_KEYS: KEYS,
      EXPORT_PAGE_SIZE: "40",
      EXPORT_PART_KIB: "16",
      EXPORT_WINDOW_RESOURCES: "300",
    },
  });
  client = await exportClient(stack, "analyst");
  manifest = await client.run("/$export", ASYNC);
});
afterAll(() => stack.close());

/** Ids of all that a search shows, page by page. */
async function searched(type: string, query = ""): Promise<string[]> {
  const searcher = await exportClient(stack, "analyst");
  const ids: string[] = [];
  let next: string | undefined = `${stack.fhirUrl}/${type}?_count=1000${query}`;
  while (next !== undefined) {
    const page = (await searcher.ask(next)).json() as {
      entry?: { resource: { id: string } }[];
      link: { relation: string; url: string }[];
    };
    ids.push(...(page.entry ?? []).map(({ resource }) => resource.id));
    next = page.link.find(({ relation }) => relation === "next")?.url;
  }
  return ids.toSorted();
}

/** The newest of the list of jobs: its state, and its progress of `all` and by type. */
async function newestJob(own: ExportClient): Promise<{ state: string; progress: Map<string, number> }> {
  interface Part {
    readonly name: string;
    readonly valueCode: string;
    readonly valueInteger: number;
    readonly part: readonly Part[];
  }
  const { parameter } = (await own.kickOff("/$export-jobs")).json() as unknown as { parameter: Part[] };
  const parts = parameter[0]?.part ?? [];
  const find = (some: readonly Part[], name: string) => some.find((one) => one.name === name);
  const progress = new Map([["all", find(parts, "percent")?.valueInteger ?? -1]]);
  for (const { name, part } of parts) {
    if (name !== "progress") continue;
    progress.set(find(part, "type")?.valueCode ?? "", find(part, "percent")?.valueInteger ?? -1);
  }
  return { state: find(parts, "state")?.valueCode ?? "", progress };
}

describe("the status of a job", () => {
  it("is 202 at first, with progress and whole seconds, and is 429 for who asks too soon", async () => {
    if (stack.upstream !== undefined)
      stack.upstream.fault = { kind: "delay", milliseconds: 3000, matching: /GET/, times: 1 };
    const own = await exportClient(stack, "analyst");
    const location = String((await own.kickOff("/$export", ASYNC)).headers["content-location"]);
    const polls = await Promise.all(Array.from({ length: 5 }, () => own.ask(location)));
    const first = polls.find(({ status }) => status === 202);
    expect(String(first?.headers["x-progress"]).length).toBeLessThan(100);
    expect(String(first?.headers["retry-after"])).toMatch(/^[1-9]\d*$/);
    expect(first?.body).toBe("");
    const early = polls.find(({ status }) => status === 429);
    expect(String(early?.headers["retry-after"])).toMatch(/^[1-9]\d*$/);
    expect((await own.settle(location)).status).toBe(200);
  });

  it("never goes back, of all or of a type, and is 100 only once it is complete, in the list of jobs too", async () => {
    if (stack.upstream !== undefined)
      stack.upstream.fault = {
        kind: "delay",
        milliseconds: 150,
        matching: /Observation|Encounter|_getpages/,
      };
    const own = await exportClient(stack, "analyst");
    const location = String((await own.kickOff("/$export", ASYNC)).headers["content-location"]);
    const told: number[] = [];
    const listed = new Map<string, number[]>();
    for (let state = "queued"; state !== "complete"; ) {
      const { headers, status } = await own.ask(location);
      if (status === 202) told.push(Number(/^(\d+) %/.exec(String(headers["x-progress"]))?.[1]));
      const job = await newestJob(own);
      state = job.state;
      for (const [type, percent] of job.progress) listed.set(type, [...(listed.get(type) ?? []), percent]);
      if (state !== "complete") expect(job.progress.get("all")).toBeLessThan(100);
      await new Promise((done) => setTimeout(done, 500));
    }
    if (stack.upstream !== undefined) stack.upstream.fault = undefined;
    expect(new Set(told).size).toBeGreaterThan(2);
    expect(listed.size).toBeGreaterThan(5);
    expect(listed.get("all")?.at(-1)).toBe(100);
    for (const row of [told, ...listed.values()]) expect(row).toEqual(row.toSorted((a, b) => a - b));
  });

  it("is read by HAPI's spelling, too, and from the tenant's own address", async () => {
    const job = new URL(String(manifest.output[0]?.url)).pathname.split("/")[2];
    expect((await client.ask(`${stack.fhirUrl}/$export-poll-status?_jobId=${job}`)).status).toBe(200);
    expect((await client.ask(`${stack.fhirUrl}/default/$export-poll-status?job=${job}`)).status).toBe(200);
  });

  it.each([
    ["another user", "analyst"],
    ["an administrator", "administrator"],
  ] as const)("is 404 for %s, and so are the files and the removal", async (_, role) => {
    const job = new URL(String(manifest.output[0]?.url)).pathname.split("/")[2];
    const other = await exportClient(stack, role);
    const location = `${stack.fhirUrl}/$export-poll-status?job=${job}`;
    for (const answer of [
      await other.ask(location),
      await other.ask(location, { method: "DELETE" }),
      await other.ask(String(manifest.output[0]?.url)),
    ]) {
      expect(answer.status).toBe(404);
      expect(answer.json()).toMatchObject({ resourceType: "OperationOutcome" });
    }
    expect((await client.ask(location)).status).toBe(200);
  });

  it.each(["", "?job=", "?job=nothing", `?job=${crypto.randomUUID()}`, "?job=../../x", "?_jobId=%00"])(
    "is refused where there is no such job: %s",
    async (query) => {
      const answer = await client.ask(`${stack.fhirUrl}/$export-poll-status${query}`);
      expect([400, 404]).toContain(answer.status);
      expect(answer.json()).toMatchObject({ resourceType: "OperationOutcome" });
    },
  );

  it("is 404 once the job is removed, and its files are gone from the store", async () => {
    const own = await exportClient(stack, "analyst");
    const accepted = await own.kickOff("/$export?_type=Patient,Observation", ASYNC);
    const location = String(accepted.headers["content-location"]);
    const done = (await own.settle(location)).json() as unknown as Manifest;
    const removed = await own.ask(location, { method: "DELETE" });
    expect(removed.status).toBe(202);
    for (const url of [location, ...done.output.map(({ url }) => url)])
      expect((await own.ask(url)).status).toBe(404);
    expect((await own.ask(location, { method: "DELETE" })).status).toBe(404);
    const bucket = await stack.edge.runtime.getR2Bucket("EXPORT_FILES", "aarohan-exporter");
    const job = new URL(location).searchParams.get("job");
    await expect.poll(async () => (await bucket.list({ prefix: `${job}/` })).objects.length).toBe(0);
    const jobs = JSON.stringify((await own.ask(`${stack.fhirUrl}/$export-jobs`)).json());
    expect(jobs).toContain('"valueCode":"cancelled"');
  });

  it("is 404 where it is removed while it runs, and nothing is left behind", async () => {
    const own = await exportClient(stack, "administrator");
    const location = String((await own.kickOff("/$export", ASYNC)).headers["content-location"]);
    await expect.poll(async () => (await own.ask(location)).status, { timeout: 5000 }).not.toBe(404);
    expect((await own.ask(location, { method: "DELETE" })).status).toBe(202);
    expect((await own.ask(location)).status).toBe(404);
  });
});

describe("the manifest", () => {
  it("says what the specification wants, and who made the data anonymous by what", () => {
    expect(manifest).toMatchObject({ requiresAccessToken: true, deleted: [], error: [], outcome: [] });
    expect(manifest.request).toBe(`${stack.fhirUrl}/$export`);
    expect(manifest.transactionTime).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(Date.parse(manifest.transactionTime)).toBeLessThanOrEqual(Date.now());
    expect(manifest.extension).toMatchObject({
      policy: {
        name: "programme",
        version: expect.any(String),
        hash: expect.stringMatching(/^[0-9a-f]{12}$/),
      },
      keyId: 1,
      format: "application/fhir+ndjson",
    });
  });

  it("counts lines, bytes and digests as they are", async () => {
    expect(manifest.output.length).toBeGreaterThan(10);
    expect(new Set(manifest.output.map(({ url }) => url)).size).toBe(manifest.output.length);
    const checker = await exportClient(stack, "analyst");
    const own = await checker.run("/$export?_type=Patient,Observation", ASYNC);
    for (const { type, url, count, fileSize, extension } of own.output) {
      const { status, bytes, headers } = await checker.ask(url);
      expect(status).toBe(200);
      expect(headers["content-type"]).toBe("application/fhir+ndjson");
      expect(bytes.length).toBe(fileSize);
      expect(createHash("sha256").update(bytes).digest("hex")).toBe(extension["sha-256"]);
      const lines = bytes.toString().trimEnd().split("\n");
      expect(lines).toHaveLength(count);
      for (const line of lines) expect(JSON.parse(line).resourceType).toBe(type);
    }
  });
});

describe("what an analyst exports", () => {
  it("is what searches show, each resource once, and nobody's identity", async () => {
    // As a fresh user each: a hundred requests a minute are fewer than there are files.
    const counts = new Map<string, string[]>();
    const types = [...new Set(manifest.output.map((file) => file.type))];
    const exports = types.map(async (type) => {
      const own = await exportClient(stack, "analyst");
      const done = await own.run(`/$export?_type=${type}`, ASYNC);
      const resources = await own.resources(done);
      expect(finder.leaksIn(JSON.stringify(resources))).toEqual([]);
      counts.set(type, resources.map(({ id }) => String(id)).toSorted());
    });
    await Promise.all(exports);
    expect(counts.size).toBeGreaterThan(5);
    for (const [type, ids] of counts) {
      expect(new Set(ids).size).toBe(ids.length);
      expect(ids).toEqual(await searched(type));
      const listed = manifest.output.filter((file) => file.type === type);
      expect(listed.reduce((sum, { count }) => sum + count, 0)).toBe(ids.length);
    }
  });

  it("is only what has changed since, from the begin of the day on", async () => {
    const own = await exportClient(stack, "analyst");
    const done = await own.run("/$export?_type=Observation&_since=2025-06-15T10:00:00Z", ASYNC);
    const ids = (await own.resources(done)).map(({ id }) => String(id)).toSorted();
    const expected = await searched("Observation", "&_lastUpdated=ge2025-06-15");
    expect(expected.length).toBeGreaterThan(10);
    expect(ids).toEqual(expected);
    expect(JSON.stringify(await own.ask(String(done.error[0]?.url)))).toContain("begin of their day");
  });

  it("is only what _typeFilter selects, of several filters each once", async () => {
    const own = await exportClient(stack, "analyst");
    const filters = ["Observation?date=ge2025-01-01", "Observation?date=lt2025-03-01"].map(
      (filter) => `_typeFilter=${encodeURIComponent(filter)}`,
    );
    const done = await own.run(`/$export?_type=Observation&${filters.join("&")}`, ASYNC);
    const ids = (await own.resources(done)).map(({ id }) => String(id)).toSorted();
    expect(ids).toEqual(await searched("Observation"));
    const narrow = await exportClient(stack, "analyst");
    const some = await narrow.run(`/$export?_type=Observation&${filters[1]}`, ASYNC);
    expect((await narrow.resources(some)).map(({ id }) => String(id)).toSorted()).toEqual(
      await searched("Observation", "&date=lt2025-03-01"),
    );
  });

  it("has the elements that were asked for, those that FHIR requires, and the tag", async () => {
    const own = await exportClient(stack, "analyst");
    const done = await own.run("/$export?_type=Observation&_elements=Observation.subject", ASYNC);
    for (const resource of await own.resources(done)) {
      expect(Object.keys(resource).toSorted()).toEqual([
        "code",
        "id",
        "meta",
        "resourceType",
        "status",
        "subject",
      ]);
      expect(Object(resource.meta).tag).toEqual([
        { system: "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", code: "SUBSETTED" },
      ]);
    }
  });

  it("is about the patients who were named, by their pseudonyms", async () => {
    const own = await exportClient(stack, "analyst");
    const [one, two] = await searched("Patient");
    const done = await own.run(`/Patient/$export?patient=Patient/${one},Patient/${two}`, ASYNC);
    const resources = await own.resources(done);
    const text = JSON.stringify(resources);
    const patients = resources.filter(({ resourceType }) => resourceType === "Patient").map(({ id }) => id);
    expect(patients.toSorted()).toEqual([one, two]);
    const named = new Set([...text.matchAll(/"Patient\/([^"]+)"/g)].map(([, id]) => id));
    expect(named).toEqual(new Set([one, two]));
    expect(resources.length).toBeGreaterThan(10);
  });
});

describe("what a provider exports", () => {
  it("is about the patients whom the token authorises", async () => {
    const [patient, other] = population.filter(({ resourceType }) => resourceType === "Patient");
    const own = await exportClient(stack, "provider", { patient: patient?.id });
    const done = await own.run("/$export", ASYNC);
    const resources = await own.resources(done);
    const named = new Set(
      [...JSON.stringify(resources).matchAll(/"Patient\/([^"/]+)"/g)].map(([, id]) => id),
    );
    expect(named).toEqual(new Set([patient?.id]));
    expect(resources.find(({ resourceType }) => resourceType === "Patient")).toMatchObject({
      name: patient?.name,
    });
    const stranger = await exportClient(stack, "provider", { patient: patient?.id });
    const answers = await Promise.all(
      [other?.id, "nobody"].map((id) => stranger.kickOff(`/Patient/$export?patient=Patient/${id}`, ASYNC)),
    );
    expect(answers.map(({ status }) => status)).toEqual([400, 400]);
    expect(answers[0]?.json()).toEqual(answers[1]?.json());
  });
});

describe("what an administrator exports", () => {
  it("is everything, but for images and documents", async () => {
    const own = await exportClient(stack, "administrator");
    const done = await own.run("/$export?_type=Patient,QuestionnaireResponse,Practitioner", ASYNC);
    const resources = await own.resources(done);
    for (const type of ["Patient", "QuestionnaireResponse", "Practitioner"]) {
      const expected = population
        .filter(({ resourceType }) => resourceType === type)
        .map(({ id }) => String(id));
      const found = resources.filter(({ resourceType }) => resourceType === type).map(({ id }) => String(id));
      expect(found.toSorted()).toEqual(expected.toSorted());
    }
    expect(JSON.stringify(population)).toMatch(/"valueAttachment":\{[^}]*"(?:url|data)"/);
    expect(JSON.stringify(resources)).not.toMatch(/"valueAttachment":\{[^}]*"(?:url|data|title|hash)"/);
    for (const type of ["Media", "Binary", "DocumentReference"]) {
      expect((await own.kickOff(`/$export?_type=${type}`, ASYNC)).status).toBe(403);
    }
    expect(done.output.some(({ type }) => type === "Media")).toBe(false);
  });
});

describe("a Group", () => {
  it("limits an export to its members, who are no longer in it left out", async () => {
    const [one, two, three] = population
      .filter(({ resourceType }) => resourceType === "Patient")
      .map(({ id }) => String(id));
    const member = (id: string | undefined, rest = {}) => ({
      entity: { reference: `Patient/${id}` },
      ...rest,
    });
    const group = {
      resourceType: "Group",
      id: "ward-7",
      type: "person",
      actual: true,
      member: [member(one), member(two), member(three, { inactive: true })],
    };
    const put = await fetch(`${stack.upstream?.url}/Group/ward-7`, {
      method: "PUT",
      headers: { "Content-Type": "application/fhir+json" },
      body: JSON.stringify(group),
    });
    expect(put.status).toBeLessThan(300);
    const own = await exportClient(stack, "administrator");
    const done = await own.run("/Group/ward-7/$export?_type=Patient,Observation", ASYNC);
    const resources = await own.resources(done);
    const patients = resources.filter(({ resourceType }) => resourceType === "Patient").map(({ id }) => id);
    expect(patients.toSorted()).toEqual([one, two].toSorted());
    expect(resources.length).toBeGreaterThan(2);
    // By the pseudonym that an operator gives, an analyst exports what is anonymised of its members.
    const pseudonyms = createPseudonymCodec({
      keys: [{ id: 1, secret: SECRET }],
      domain: {
        tenant: "default",
        recipient: `client:${stack.mint.issuer}#client-analyst`,
        policy: "programme",
      },
    });
    const reader = await exportClient(stack, "analyst");
    const group7 = pseudonyms.seal("Group", "ward-7");
    const anonymised = await reader.resources(
      await reader.run(`/Group/${group7}/$export?_type=Patient`, ASYNC),
    );
    const members = [one, two].map((id) => pseudonyms.seal("Patient", String(id)));
    expect(anonymised.length).toBeGreaterThan(0);
    for (const { id } of anonymised) expect(members).toContain(id);
    expect(finder.leaksIn(JSON.stringify(anonymised))).toEqual([]);
    // By its true id an analyst does not find it.
    const analyst = await exportClient(stack, "analyst");
    expect((await analyst.kickOff("/Group/ward-7/$export", ASYNC)).status).toBe(404);
  });
});

describe("tenants", () => {
  it("have jobs of their own, at addresses of their own", async () => {
    const two = await startTwoTenants(population.slice(0, 400));
    try {
      const north = await exportClient(two, "analyst", { partition_id: "north", sub: "one" });
      const accepted = await north.kickOff("/north/$export?_type=Patient", ASYNC);
      const location = String(accepted.headers["content-location"]);
      expect(location).toContain("/fhir/north/$export-poll-status");
      const done = (await north.settle(location)).json() as unknown as Manifest;
      expect(done.output.length).toBeGreaterThan(0);
      expect((await north.ask(String(done.output[0]?.url))).status).toBe(200);
      const south = await exportClient(two, "analyst", { partition_id: "south", sub: "one" });
      expect((await south.ask(location)).status).toBe(403);
      expect((await south.ask(location.replace("/north", "/south"))).status).toBe(404);
      expect((await south.ask(String(done.output[0]?.url))).status).toBe(404);
      // The same user of another tenant is another.
      expect((await south.kickOff("/south/$export?_type=Patient", ASYNC)).status).toBe(202);
    } finally {
      await two.close();
    }
  });
});
