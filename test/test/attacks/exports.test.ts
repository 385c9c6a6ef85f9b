import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectNobodyIn, expectRefusal, population } from "../../src/attack.ts";
import { type ExportClient, exportClient, type Manifest } from "../../src/export-client.ts";
import type { RawResponse } from "../../src/raw-client.ts";
import type { TestStack } from "../../src/test-stack.ts";
import { startTwoTenants } from "../../src/two-tenants.ts";
import { victimsOf } from "../../src/victims.ts";

const victim = victimsOf(population);

let stack: TestStack;
beforeAll(async () => {
  stack = await startTwoTenants(population);
});
afterAll(() => stack.close());

const client = (role: "analyst" | "provider" | "administrator", claims: Record<string, unknown> = {}) =>
  exportClient(stack, role, { partition_id: "north", ...claims });

const filter = (text: string) => `_typeFilter=${encodeURIComponent(text)}`;

async function kickOff(path: string, claims: Record<string, unknown> = {}): Promise<RawResponse> {
  return (await client("analyst", claims)).kickOff(path);
}

async function idsOf(own: ExportClient, path: string): Promise<string[]> {
  const manifest = await own.run(path);
  return (await own.resources(manifest)).map(({ id }) => String(id)).toSorted();
}

describe("an export is no search for what is hidden", () => {
  it.each([
    ["by name", "Patient", `Patient?name=${victim.given}`, "403 parameter-hidden"],
    ["by telephone", "Patient", `Patient?phone=${victim.phone}`, "403 parameter-hidden"],
    ["by identifier", "Patient", `Patient?identifier=${victim.abha}`, "403 parameter-hidden"],
    ["by date of birth", "Patient", `Patient?birthdate=${victim.birthDate}`, "403 precision-hidden"],
    ["by village", "Patient", `Patient?address-city=${victim.village}`, "403 parameter-hidden"],
    ["by postal code", "Patient", `Patient?address-postalcode=${victim.pincode}`, "403 parameter-hidden"],
    ["by text", "Patient", `Patient?_text=${victim.given}`, "403 parameter-hidden"],
    ["by content", "Patient", `Patient?_content=${victim.given}`, "403 parameter-hidden"],
    ["by a filter", "Patient", `Patient?_filter=name eq ${victim.given}`, "403 parameter-hidden"],
    ["by tag", "Patient", "Patient?_tag=x", "403 parameter-hidden"],
    ["by source", "Patient", "Patient?_source=x", "403 parameter-hidden"],
    ["by a chain", "Observation", `Observation?subject.name=${victim.given}`, "403 parameter-hidden"],
    ["by a reverse chain", "Patient", "Patient?_has:Observation:subject:code=x", "403 parameter-hidden"],
    ["by a modifier", "Patient", "Patient?gender:not=male", "403 parameter-hidden"],
    ["by staff", "Encounter", `Encounter?participant=${victim.practitionerId}`, "403 parameter-hidden"],
    ["by a moment", "Observation", `Observation?date=${victim.screenedAt}`, "403 precision-hidden"],
    [
      "with others included",
      "Observation",
      "Observation?_include=Observation:subject",
      "400 parameter-invalid",
    ],
    [
      "with others included the other way",
      "Patient",
      "Patient?_revinclude=Observation:subject",
      "400 parameter-invalid",
    ],
    ["in an order", "Patient", "Patient?_sort=birthdate", "400 parameter-invalid"],
    ["in pages", "Patient", "Patient?_count=1", "400 parameter-invalid"],
  ])("%s", async (_, type, search, refusal) => {
    const heard = stack.upstream?.requests ?? [];
    heard.splice(0);
    expectRefusal(await kickOff(`/$export?_type=${type}&${filter(search)}`), refusal, [
      victim.given,
      victim.phone,
    ]);
    expect(heard).toEqual([]);
  });

  it("not even leniently: a filter that is passed over narrows nothing", async () => {
    const strict = await client("analyst");
    const everybody = await idsOf(strict, "/$export?_type=Patient");
    const lenient = await client("analyst");
    const manifest = await lenient.run(`/$export?_type=Patient&${filter(`Patient?name=${victim.given}`)}`, {
      headers: { Prefer: "respond-async, handling=lenient" },
    });
    const found = (await lenient.resources(manifest)).map(({ id }) => String(id)).toSorted();
    expect(found).toEqual(everybody);
    for (const { url } of manifest.error) expectNobodyIn(await lenient.ask(url), [victim.given]);
  });

  it("by two moments of one day, which select the same", async () => {
    const [morning, evening] = [await client("analyst"), await client("analyst")];
    const early = await idsOf(morning, "/$export?_type=Observation&_since=2025-06-15T00:30:00%2B05:30");
    const late = await idsOf(evening, "/$export?_type=Observation&_since=2025-06-15T23:30:00%2B05:30");
    expect(early.length).toBeGreaterThan(5);
    expect(late).toEqual(early);
  });

  it("by a true id, or another recipient's pseudonym", async () => {
    const own = await client("analyst");
    const [pseudonym] = await idsOf(own, "/$export?_type=Patient");
    for (const id of [victim.patientId, `Patient/${victim.patientId}`]) {
      expectRefusal(await kickOff(`/Patient/$export?patient=${id}`), "400 parameter-invalid", [
        victim.patientId,
      ]);
    }
    const another = { azp: "somebody-else" };
    expectRefusal(
      await kickOff(`/Patient/$export?patient=Patient/${pseudonym}`, another),
      "400 parameter-invalid",
    );
    expect((await kickOff(`/Patient/$export?patient=Patient/${pseudonym}`)).status).toBe(202);
    for (const group of [victim.patientId, String(pseudonym), "..%2fPatient", "x%2f$export"]) {
      expect((await kickOff(`/Group/${group}/$export`)).status).toBe(404);
    }
  });
});

describe("a token's scopes hold for exports", () => {
  it("as types that are granted, filters that are demanded, and nothing beside", async () => {
    const scope = "openid system/Patient.rs system/Observation.rs?status=final";
    const own = await client("administrator", { scope });
    const manifest = await own.run("/$export");
    expect(new Set(manifest.output.map(({ type }) => type))).toEqual(new Set(["Patient", "Observation"]));
    const observations = (await own.resources(manifest)).filter(
      ({ resourceType }) => resourceType === "Observation",
    );
    expect(observations.length).toBeGreaterThan(10);
    expect(new Set(observations.map(({ status }) => status))).toEqual(new Set(["final"]));
    const other = await client("administrator", { scope });
    expectRefusal(await other.kickOff("/$export?_type=Condition"), "403 scope-missing");
    const chained = filter("Observation?subject.name=x");
    expectRefusal(await other.kickOff(`/$export?_type=Observation&${chained}`), "403 scope-missing");
  });
});

describe("a provider", () => {
  it("exports nobody without an authorisation, and no more than it names with any filter", async () => {
    const nobody = await client("provider");
    expectRefusal(await nobody.kickOff("/$export"), "403 role-not-served");
    const own = await client("provider", { patient: victim.patientId });
    const ids = await idsOf(own, "/$export?_type=Patient");
    expect(ids).toEqual([victim.patientId]);
    for (const search of [
      "Observation?_has:Provenance:target:agent=x",
      "Observation?subject.name=x",
      "Observation?_list=x",
    ]) {
      const asking = await client("provider", { patient: victim.patientId });
      expectRefusal(
        await asking.kickOff(`/$export?_type=Observation&${filter(search)}`),
        "403 parameter-hidden",
      );
    }
    const asking = await client("provider", { patient: victim.patientId });
    expectRefusal(await asking.kickOff("/$export?_type=Practitioner"), "403 resource-type-hidden");
  });
});

describe("what is told of a job", () => {
  it("has no count of what is hidden, no header of the caller's making, and nobody's name", async () => {
    const own = await client("analyst");
    const accepted = await own.kickOff("/$export");
    const location = String(accepted.headers["content-location"]);
    const first = await own.ask(location);
    expect(String(first.headers["x-progress"])).toMatch(/^\d{1,2} %/);
    const list = await own.kickOff("/$export-jobs");
    expect(list.body).toMatch(/"name":"resources","valueUnsignedInt":0/);
    const settled = await own.settle(location);
    expectNobodyIn(settled);
    const manifest = settled.json() as unknown as Manifest;
    for (const { url } of manifest.output.slice(0, 5)) expectNobodyIn(await own.ask(url));
    expectNobodyIn(await own.kickOff("/$export-jobs"));
    for (const line of stack.logs)
      for (const secret of [victim.given, victim.patientId]) expect(line).not.toContain(secret);
    for (const job of ["x%0d%0aX-Injected:1", "x\u0000", "1".repeat(5000)]) {
      const answer = await own.kickOff(`/$export-poll-status?job=${encodeURIComponent(job)}`);
      expect(answer.status).toBe(404);
      expect(answer.headers["x-injected"]).toBeUndefined();
    }
  });

  it("is of the types that were ordered, and not of those of which something was found", async () => {
    const types: Set<string>[] = [];
    for (const status of ["final", "cancelled"]) {
      const own = await client("analyst");
      const manifest = await own.run(`/$export?${filter(`Observation?status=${status}`)}`);
      expect(manifest.output.some(({ type }) => type === "Observation")).toBe(status === "final");
      const { body } = await own.kickOff("/$export-jobs");
      types.push(
        new Set([...body.matchAll(/"name":"type","valueCode":"([^"]+)"/g)].map(([, type]) => `${type}`)),
      );
    }
    expect(types[1]?.has("Observation")).toBe(true);
    expect(types[1]).toEqual(types[0]);
  });

  it("stands in the trail: the order, whose data were released, and each download", async () => {
    const own = await client("analyst");
    const manifest = await own.run("/$export?_type=Patient");
    await own.ask(String(manifest.output[0]?.url));
    const job = new URL(String(manifest.output[0]?.url)).pathname.split("/")[2];
    const administrator = await client("administrator");
    const seen = await administrator.kickOff(`/AuditEvent?patient=${victim.patientId}&_count=100`);
    const { entry = [] } = seen.json() as { entry?: { resource: { id: string } }[] };
    expect(entry.map(({ resource }) => resource.id).filter((id) => id.startsWith(`${job}.`))).toHaveLength(1);
    const trail = await administrator.kickOff("/AuditEvent?_count=200");
    expect(trail.body).toContain(`"valueString":"${job}/Patient.1.0.ndjson"`);
    expect(trail.body).not.toContain(victim.patientId);
  });
});
