import { describe, expect, it } from "vitest";
import { assertAvailable } from "../src/exports/available-file.ts";
import { createExportList, STILL_MILLISECONDS, untilNextLook } from "../src/exports/create-export-list.ts";
import { createPreflight, MOST_COUNTED, roughly } from "../src/exports/create-preflight.ts";
import { type ListedExport, readExportJobs } from "../src/exports/export-job.ts";
import {
  isRepeatable,
  kickOffPath,
  newExportHref,
  requestOfJob,
  requestOfQuery,
  searchesOf,
} from "../src/exports/export-request.ts";
import { readLimits } from "../src/exports/limits.ts";
import { readManifest } from "../src/exports/manifest.ts";
import { createGateway } from "../src/gateway/create-gateway.ts";
import { GatewayError } from "../src/gateway/gateway-error.ts";

/** As `$export-jobs` writes a job. */
function listed(state: string, percent: number, byType: Record<string, number> = {}) {
  return {
    resourceType: "Parameters",
    parameter: [
      {
        name: "job",
        part: [
          { name: "id", valueId: "job-1" },
          { name: "state", valueCode: state },
          { name: "created", valueInstant: "2026-11-28T10:00:00.000Z" },
          { name: "level", valueCode: "system" },
          { name: "format", valueCode: "csv" },
          { name: "role", valueCode: "data-analyst" },
          { name: "type", valueCode: "Patient" },
          { name: "type", valueCode: "Task" },
          { name: "percent", valueInteger: percent },
          ...Object.entries(byType).map(([type, each]) => ({
            name: "progress",
            part: [
              { name: "type", valueCode: type },
              { name: "percent", valueInteger: each },
            ],
          })),
          { name: "resources", valueUnsignedInt: 0 },
          { name: "files", valueUnsignedInt: 0 },
          { name: "bytes", valueDecimal: 0 },
        ],
      },
    ],
  };
}

function gatewayOf(answer: (path: string, init: RequestInit) => Response) {
  return createGateway({
    fetch: async (path, init) => answer(path, init),
    role: () => undefined,
    onSignedOut: () => {},
  });
}

function listThatAnswers(answers: object[]) {
  const time = { now: 0 };
  const gateway = gatewayOf(() => Response.json(answers.shift()));
  return { list: createExportList({ gateway, now: () => time.now }), time };
}

describe("progress of an export", () => {
  it("never goes back, as a whole and by type", async () => {
    const { list } = listThatAnswers([
      listed("running", 40, { Patient: 80, Task: 10 }),
      listed("running", 30, { Patient: 60, Task: 20 }),
    ]);
    await list.refresh();
    await list.refresh();
    expect(list.jobs.value.value?.[0]).toMatchObject({
      percent: 40,
      progress: [
        { type: "Patient", percent: 80 },
        { type: "Task", percent: 20 },
      ],
    });
  });

  it("is 100 % once it is complete, and no sooner", async () => {
    const { list } = listThatAnswers([listed("running", 100), listed("complete-with-errors", 100)]);
    await list.refresh();
    expect(list.jobs.value.value?.[0]?.percent).toBe(99);
    await list.refresh();
    expect(list.jobs.value.value?.[0]?.percent).toBe(100);
  });

  it.each(["failed", "cancelled", "expired"])("of one that is %s stays where it was", async (state) => {
    const { list } = listThatAnswers([listed("running", 60), listed(state, 60)]);
    await list.refresh();
    await list.refresh();
    expect(list.jobs.value.value?.[0]?.percent).toBe(60);
  });

  it("is told to stand still after minutes without a change, until it moves", async () => {
    const { list, time } = listThatAnswers([
      listed("running", 10),
      listed("running", 10),
      listed("running", 10),
      listed("running", 11),
    ]);
    await list.refresh();
    time.now = STILL_MILLISECONDS - 1;
    await list.refresh();
    expect(list.still.value.size).toBe(0);
    time.now = STILL_MILLISECONDS;
    await list.refresh();
    expect([...list.still.value]).toEqual(["job-1"]);
    await list.refresh();
    expect(list.still.value.size).toBe(0);
  });

  it("refuses a state that it does not know", async () => {
    const { list } = listThatAnswers([listed("paused", 1)]);
    await list.refresh();
    expect(list.jobs.value).toMatchObject({ state: "failed", error: expect.any(GatewayError) });
  });
});

describe("the list of exports", () => {
  async function after(answer: () => Response | Promise<Response>): Promise<number | undefined> {
    const gateway = createGateway({
      fetch: async () => answer(),
      role: () => undefined,
      onSignedOut: () => {},
    });
    const list = createExportList({ gateway, now: () => 0 });
    expect(untilNextLook(list.jobs.value, Date.now())).toBeUndefined();
    await list.refresh();
    return untilNextLook(list.jobs.value, Date.now());
  }

  it("is asked for again while something goes on, and not after", async () => {
    expect(await after(() => Response.json(listed("queued", 0)))).toBe(4000);
    expect(await after(() => Response.json(listed("complete", 100)))).toBeUndefined();
    expect(await after(() => Response.json({ resourceType: "Parameters", parameter: [] }))).toBeUndefined();
  });

  it("waits as long as the gateway says, tries again by itself, and leaves refusals to the user", async () => {
    const wait = await after(() => new Response("", { status: 429, headers: { "Retry-After": "30" } }));
    expect(wait).toBeGreaterThan(29_000);
    expect(wait).toBeLessThanOrEqual(30_000);
    expect(await after(() => Promise.reject(new TypeError("offline")))).toBe(15_000);
    expect(await after(() => new Response("", { status: 500 }))).toBe(15_000);
    expect(await after(() => new Response("", { status: 403 }))).toBeUndefined();
    expect(await after(() => new Response("", { status: 401 }))).toBeUndefined();
  });
});

const REQUEST = {
  of: "Group/g-1",
  types: ["Patient", "Task"],
  format: "csv" as const,
  since: "2025-03-01",
  filters: ["Task?status=completed&code=a", "Task?status=rejected"],
};

describe("request of an export", () => {
  it("stands in the form's address", () => {
    const { search } = new URL(newExportHref(REQUEST), "http://gateway");
    expect(requestOfQuery(new URLSearchParams(search))).toEqual(REQUEST);
  });

  it("comes back from the gateway's list, so that an export can be duplicated", () => {
    const job: ListedExport = {
      id: "job-1",
      state: "failed",
      created: 0,
      level: "group",
      format: "csv",
      role: "data-analyst",
      types: REQUEST.types,
      requestUrl: `https://edge.example${kickOffPath(REQUEST)}`,
      percent: 0,
      resources: 0,
      files: 0,
      bytes: 0,
    };
    expect(requestOfJob(job)).toEqual(REQUEST);
    const tenants = { ...job, requestUrl: job.requestUrl?.replace("/fhir/", "/fhir/north/") };
    expect(requestOfJob(tenants)).toEqual(REQUEST);
    expect(requestOfJob({ ...job, requestUrl: undefined })).toEqual({
      ...REQUEST,
      of: "",
      since: "",
      filters: [],
    });
  });

  it.each([
    [
      "?_outputFormat=text/csv&_type=Patient&_since=2025-03-01T00:00:00Z&_typeFilter=Patient?gender=male",
      true,
    ],
    ["?_since=2025-03-01&_format=json", true],
    ["", true],
    ["?_type=Patient&_until=2025-04-01", false],
    ["?_type=Patient&_elements=gender", false],
    ["?_type=Patient&patient=Patient/1", false],
    ["?_since=2025-03-01T10:00:00Z", false],
    ["?_since=2025-03-01T00:00:00+05:30", false],
    ["?colour=x", false],
  ])("is duplicated where the form has all of it: %s", (query, expected) => {
    const [job] = readExportJobs(listed("complete", 100));
    if (job === undefined) throw new Error("no job");
    const requestUrl = `https://edge.example/fhir/$export${query}`;
    expect(isRepeatable({ ...job, requestUrl })).toBe(expected);
    expect(isRepeatable({ ...job, requestUrl, hasBody: true })).toBe(false);
    expect(isRepeatable({ ...job, requestUrl: undefined })).toBe(false);
  });

  it("is counted by the searches that it stands for", () => {
    expect(searchesOf(REQUEST, "Patient")).toEqual(["/fhir/Patient?_lastUpdated=ge2025-03-01"]);
    expect(searchesOf(REQUEST, "Task")).toEqual([
      "/fhir/Task?status=completed&code=a&_lastUpdated=ge2025-03-01",
      "/fhir/Task?status=rejected&_lastUpdated=ge2025-03-01",
    ]);
  });
});

describe("estimate before an export", () => {
  it("adds the filters of a type, and asks nothing twice", async () => {
    const asked: string[] = [];
    const gateway = gatewayOf((path) => {
      asked.push(path);
      return Response.json({ resourceType: "Bundle", total: 1234 });
    });
    const preflight = createPreflight(gateway);
    await preflight.estimate({ ...REQUEST, of: "" });
    await preflight.estimate({ ...REQUEST, of: "" });
    expect(asked).toHaveLength(3);
    expect(preflight.estimates.value.get("Patient")).toMatchObject({ isUpperBound: false });
    expect(preflight.estimates.value.get("Task")).toEqual({ state: "known", rows: 2468, isUpperBound: true });
    expect(roughly(2468)).toBe(2500);
  });

  it("counts no more types than a minute's requests bear", async () => {
    const asked: string[] = [];
    const gateway = gatewayOf((path) => {
      asked.push(path);
      return Response.json({ resourceType: "Bundle", total: 1 });
    });
    const preflight = createPreflight(gateway);
    const types = Array.from({ length: 120 }, (_, index) => `Type${index}`);
    await preflight.estimate({ ...REQUEST, types, filters: [] });
    expect(asked).toHaveLength(MOST_COUNTED);
    expect(preflight.estimates.value.get("Type119")).toEqual({ state: "skipped" });
  });

  it("says which type could not be counted, and counts the others", async () => {
    const gateway = gatewayOf((path) =>
      path.startsWith("/fhir/Task")
        ? new Response("", { status: 403 })
        : Response.json({ resourceType: "Bundle", total: 3 }),
    );
    const preflight = createPreflight(gateway);
    await preflight.estimate(REQUEST);
    expect(preflight.estimates.value.get("Patient")).toMatchObject({ state: "known", rows: 3 });
    expect(preflight.estimates.value.get("Task")).toMatchObject({ state: "failed" });
  });
});

describe("manifest", () => {
  it("lists files on this origin, with rows and checksum", () => {
    const manifest = readManifest({
      transactionTime: "2026-11-28T10:00:00Z",
      output: [
        {
          type: "Patient",
          url: "https://public.example/files/job-1/Patient.1.csv",
          count: 7,
          fileSize: 99,
          extension: { "sha-256": "ab" },
        },
      ],
      deleted: [],
      error: [],
    });
    expect(manifest.output).toEqual([
      {
        type: "Patient",
        path: "/files/job-1/Patient.1.csv",
        name: "Patient.1.csv",
        count: 7,
        fileSize: 99,
        sha256: "ab",
      },
    ]);
  });

  it("refuses a file elsewhere", () => {
    const file = { type: "Patient", url: "https://other.example/x", count: 1, fileSize: 1 };
    const document = { transactionTime: "2026-11-28T10:00:00Z", output: [file] };
    expect(() => readManifest(document)).toThrow(GatewayError);
  });
});

describe("limits", () => {
  const limit = (name: string, left: number) => ({
    name: "limit",
    part: [
      { name: "name", valueCode: name },
      { name: "most", valueUnsignedInt: 100 },
      { name: "left", valueUnsignedInt: left },
      { name: "resetSeconds", valueUnsignedInt: 12 },
    ],
  });

  it("tell what is left and when there is more", () => {
    const parameter = [limit("requests", 93), limit("download-bytes", 7), limit("exports", 0)];
    expect(readLimits({ resourceType: "Parameters", parameter })).toEqual({
      requests: { most: 100, left: 93, resetSeconds: 12 },
      downloads: { most: 100, left: 7, resetSeconds: 12 },
      exports: { most: 100, left: 0, resetSeconds: 12 },
    });
  });

  it("that are not told are no limits", () => {
    const parameter = [limit("requests", 93)];
    expect(() => readLimits({ resourceType: "Parameters", parameter })).toThrow(GatewayError);
  });
});

describe("a download", () => {
  const limits = (left: number) => ({
    resourceType: "Parameters",
    parameter: ["requests", "exports", "download-bytes"].map((name) => ({
      name: "limit",
      part: [
        { name: "name", valueCode: name },
        { name: "most", valueUnsignedInt: 10 },
        { name: "left", valueUnsignedInt: left },
        { name: "resetSeconds", valueUnsignedInt: 9 },
      ],
    })),
  });

  it("is told how long to wait where the allowance is used up, and the file is not touched", async () => {
    const asked: string[] = [];
    const gateway = gatewayOf((path) => {
      asked.push(path);
      return Response.json(limits(0));
    });
    await expect(assertAvailable(gateway, "/files/job-1/Patient.1.csv")).rejects.toMatchObject({
      kind: "throttled",
      details: { retryAt: expect.any(Number) },
    });
    expect(asked).toEqual(["/fhir/$limits"]);
  });

  it("of a file that is gone is refused before the browser tries", async () => {
    const gateway = gatewayOf((path) =>
      path.startsWith("/files/") ? new Response("", { status: 404 }) : Response.json(limits(5)),
    );
    await expect(assertAvailable(gateway, "/files/job-1/Patient.1.csv")).rejects.toMatchObject({
      kind: "refused",
    });
  });
});
