import { type Fault, generatePopulation } from "@aarohan/devkit";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { expectNobodyIn } from "../src/attack.ts";
import { exportClient } from "../src/export-client.ts";
import { startTestStack, type TestStack } from "../src/test-stack.ts";

const population = [...generatePopulation({ patients: 150 })];
const TYPES = "Patient,Observation,QuestionnaireResponse,Condition";
/** Where the server's own export has its files: HAPI has them as Binaries. */
const FILES = /\/(?:bulk-files|Binary)\//;

let bySearch: TestStack;
let byBulk: TestStack;
beforeAll(async () => {
  const mint = { PSEUDONYM_KEYS: `1:${Buffer.alloc(32, 7).toString("base64url")}` };
  bySearch = await startTestStack({ settings: mint });
  byBulk = await startTestStack({ settings: { ...mint, EXPORT_SOURCE: "bulk", EXPORT_PART_KIB: "16" } });
});
afterAll(async () => {
  await bySearch.close();
  await byBulk.close();
});
afterEach(() => fail(undefined));

function fail(fault: Fault | undefined): void {
  if (byBulk.upstream !== undefined) byBulk.upstream.fault = fault;
}

async function exported(
  stack: TestStack,
  role: "analyst" | "administrator" | "provider",
  path: string,
  claims = {},
) {
  // The same recipient at both: another issuer would have other pseudonyms.
  const client = await exportClient(stack, role, claims);
  const manifest = await client.run(path);
  const resources = await client.resources(manifest);
  return { manifest, resources, client };
}

const namesOf = (resources: readonly Record<string, unknown>[]) =>
  resources.map(({ resourceType, id }) => `${resourceType}/${id}`).toSorted();

describe("an export from the server's own", () => {
  it("holds everything once, as it is", async () => {
    const { resources, manifest } = await exported(byBulk, "administrator", `/$export?_type=${TYPES}`);
    const expected = population.filter(({ resourceType }) => TYPES.split(",").includes(resourceType));
    expect(namesOf(resources)).toEqual(namesOf(expected));
    expect(manifest.error).toEqual([]);
    expect(byBulk.upstream?.requests.some((line) => FILES.test(line))).toBe(true);
    expect(byBulk.upstream?.requests.some((line) => /Observation\?.*_sort/.test(line))).toBe(false);
  });

  it("holds what an export by searches holds, anonymised, without those who have not agreed", async () => {
    const one = await exported(byBulk, "analyst", `/$export?_type=${TYPES}`);
    const other = await exported(bySearch, "analyst", `/$export?_type=${TYPES}`);
    const count = (all: readonly Record<string, unknown>[]) =>
      Object.fromEntries(
        Object.entries(Object.groupBy(all, ({ resourceType }) => String(resourceType))).map(
          ([type, some]) => [type, some?.length],
        ),
      );
    expect(count(one.resources)).toEqual(count(other.resources));
    const disclosed = ({ extension }: { extension: Readonly<Record<string, unknown>> }) =>
      extension.disclosure;
    expect(disclosed(one.manifest)).toEqual(disclosed(other.manifest));
    for (const { url } of one.manifest.output.slice(0, 8)) expectNobodyIn(await one.client.ask(url));
  });

  it("is narrowed by _since", async () => {
    const path = "/$export?_type=Observation&_since=2025-06-15T00:00:00Z";
    const one = await exported(byBulk, "analyst", path);
    const other = await exported(bySearch, "analyst", path);
    expect(one.resources.length).toBeGreaterThan(10);
    expect(one.resources.length).toBe(other.resources.length);
  });

  it("goes by searches where it is narrowed otherwise", async () => {
    byBulk.upstream?.requests.splice(0);
    const filter = encodeURIComponent("Observation?status=final");
    const one = await exported(byBulk, "analyst", `/$export?_type=Observation&_typeFilter=${filter}`);
    expect(one.resources.length).toBeGreaterThan(10);
    const patient = population.find(({ resourceType }) => resourceType === "Patient")?.id;
    const own = await exported(byBulk, "provider", "/$export?_type=Patient,Observation", { patient });
    expect(
      own.resources.filter(({ resourceType }) => resourceType === "Patient").map(({ id }) => id),
    ).toEqual([patient]);
    expect(byBulk.upstream?.requests.some((line) => line.includes("$export"))).toBe(false);
  });

  it.each<[string, Fault]>([
    [
      "is busy",
      {
        kind: "answer",
        status: 429,
        headers: { "Retry-After": "1" },
        body: "{}",
        matching: FILES,
        times: 3,
      },
    ],
    ["breaks off in a file", { kind: "break", body: '{"resourceType":"Observ', matching: FILES, times: 4 }],
    [
      "fails for a while",
      { kind: "answer", status: 500, body: "Lakshmi", matching: /\$export|bulk-files|Binary/, times: 4 },
    ],
  ])("arrives whole where the server %s", async (_, fault) => {
    fail(fault);
    const { resources, manifest } = await exported(byBulk, "administrator", "/$export?_type=Observation");
    expect(namesOf(resources)).toEqual(
      namesOf(population.filter(({ resourceType }) => resourceType === "Observation")),
    );
    expect(manifest.error).toEqual([]);
  });

  it("is removed at the server, too", async () => {
    const client = await exportClient(byBulk, "analyst");
    const accepted = await client.kickOff("/$export?_type=Condition");
    const location = String(accepted.headers["content-location"]);
    expect((await client.settle(location)).status).toBe(200);
    await client.ask(location, { method: "DELETE" });
    await expect
      .poll(() => byBulk.upstream?.requests.some((line) => /^DELETE .*_jobId=/.test(line)))
      .toBe(true);
  });
});
