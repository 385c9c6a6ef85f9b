import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generatePopulation } from "@aarohan/devkit";
import type { AnyResource } from "@aarohan/fhir";
import { exportClient } from "@aarohan/test/export-client";
import { rawRequest } from "@aarohan/test/raw-client";
import { startTestStack, type TestStack } from "@aarohan/test/test-stack";
import { afterAll, beforeAll, describe, expect, inject, it, vi } from "vitest";
import { load, startHapi } from "../src/hapi.ts";

/** Of the populations that the partitions hold. */
const SEEDS = { north: 1, south: 3 } as const;
type Tenant = keyof typeof SEEDS;
const north = [...generatePopulation({ patients: 12, seed: SEEDS.north })];
const nameOf = ({ resourceType, id }: AnyResource) => `${resourceType}/${id}`;
const taken = new Set(north.map(nameOf));
const populations = {
  north,
  // HAPI has an id that a client gives in one partition alone.
  south: [...generatePopulation({ patients: 12, seed: SEEDS.south })].filter(
    (resource) => !taken.has(nameOf(resource)),
  ),
};
const idsIn = (tenant: Tenant, type: string) =>
  populations[tenant].filter(({ resourceType }) => resourceType === type).map(({ id }) => String(id));

/** HAPI keeps these in the partition DEFAULT alone, and shows them in all. */
const isShared = ({ resourceType }: AnyResource) => resourceType === "Questionnaire";

const folder = mkdtempSync(join(tmpdir(), "aarohan-partitions-"));
let hapi: Awaited<ReturnType<typeof startHapi>> | undefined;
let stack: TestStack;
let base: string;

beforeAll(async () => {
  const server = await startHapi(inject("hapi"), join(folder, "hapi.log"), true);
  hapi = server;
  base = `http://localhost:${server.port}/fhir`;
  for (const tenant of ["north", "south"] as const) {
    await createPartition(base, tenant);
    const [shared, own] = [isShared, (resource: AnyResource) => !isShared(resource)];
    await load(`${base}/DEFAULT`, populations[tenant].filter(shared));
    await load(`${base}/${tenant}`, populations[tenant].filter(own));
  }
  stack = await startTestStack({
    settings: { UPSTREAM_BASE_URL: `${base}/{tenant}`, CONSENT_MODE: "none" },
  });
}, 300_000);
afterAll(async () => {
  await stack.close();
  await hapi?.close();
  rmSync(folder, { recursive: true });
});

async function createPartition(base: string, name: Tenant): Promise<void> {
  const parameter = [
    { name: "id", valueInteger: SEEDS[name] },
    { name: "name", valueCode: name },
  ];
  const response = await rawRequest(`${base}/DEFAULT/$partition-management-create-partition`, {
    method: "POST",
    headers: { "Content-Type": "application/fhir+json" },
    body: JSON.stringify({ resourceType: "Parameters", parameter }),
  });
  expect(response.status).toBe(200);
}

interface Bundle {
  readonly link: readonly { readonly relation: string; readonly url: string }[];
  readonly entry?: readonly { readonly resource: { readonly id: string } }[];
}

describe.each(["north", "south"] as const)("a partition of HAPI's, %s", (tenant) => {
  it("is what its tenant sees, over all pages", async () => {
    const token = await stack.mint.mint("administrator", { partition_id: tenant });
    const ids: string[] = [];
    for (let url: string | undefined = `${stack.fhirUrl}/Observation?_count=10`; url !== undefined; ) {
      const answer = await rawRequest(url, { headers: { Authorization: `Bearer ${token}` } });
      expect(answer.status).toBe(200);
      const { entry = [], link } = answer.json() as unknown as Bundle;
      ids.push(...entry.map(({ resource }) => resource.id));
      url = link.find(({ relation }) => relation === "next")?.url;
    }
    expect(ids.toSorted()).toEqual(idsIn(tenant, "Observation").toSorted());
  });

  it("is what its tenant exports", async () => {
    const client = await exportClient(stack, "administrator", { partition_id: tenant });
    const resources = await client.resources(await client.run("/$export?_type=Patient"));
    expect(resources.map(({ id }) => id).toSorted()).toEqual(idsIn(tenant, "Patient").toSorted());
  });

  it("has the Questionnaires of the server", async () => {
    const [id] = idsIn("north", "Questionnaire");
    const token = await stack.mint.mint("administrator", { partition_id: tenant });
    const answer = await rawRequest(`${stack.fhirUrl}/Questionnaire/${id}`, {
      headers: { Authorization: `Bearer ${token}` },
    });
    expect(answer.status).toBe(200);
  });

  it("shows no other's patient, read by its id", async () => {
    const [foreign] = idsIn(tenant === "north" ? "south" : "north", "Patient");
    const token = await stack.mint.mint("administrator", { partition_id: tenant });
    const answer = await rawRequest(`${stack.fhirUrl}/Patient/${foreign}`, {
      headers: { Authorization: `Bearer ${token}` },
    });
    expect(answer.status).toBe(404);
  });
});

it("is not what HAPI's own export gives: its job fails, and shows nobody's data", async () => {
  const kickOff = await rawRequest(`${base}/north/$export?_type=Patient`, {
    headers: { Prefer: "respond-async", "Cache-Control": "no-cache" },
  });
  expect(kickOff.status).toBe(202);
  const job = await vi.waitUntil(
    async () => {
      const answer = await rawRequest(String(kickOff.headers["content-location"]));
      return answer.status === 202 ? undefined : answer;
    },
    { timeout: 60_000, interval: 1000 },
  );
  expect(job.status).toBe(500);
  expect(job.json().resourceType).toBe("OperationOutcome");
});
