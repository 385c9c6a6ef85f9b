import { generatePopulation } from "@aarohan/devkit";
import type { AnyResource } from "@aarohan/fhir";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type ExportClient, exportClient, type Manifest } from "../src/export-client.ts";
import { isEmbedded, startTestStack, type TestStack } from "../src/test-stack.ts";
import { removeUpstream, writeUpstream } from "../src/upstream-writer.ts";
import { withheldByConsent } from "../src/withheld-by-consent.ts";

const population = [...generatePopulation({ patients: 80 })];
const TYPES = "_type=Patient,Observation,Condition";
const SINCE = new Date(Date.now() - 86_400_000).toISOString();

let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack({ patients: 80, settings: { EXPORT_JOBS_PER_HOUR: "50" } });
});
afterAll(() => stack.close());
afterEach(() => {
  if (stack.upstream !== undefined) stack.upstream.fault = undefined;
});

const withheld = withheldByConsent(population, "opt-out");
const subjectOf = ({ subject }: Readonly<Record<string, unknown>>) =>
  String(Object(subject).reference).replace("Patient/", "");
const ofType = (type: string) => population.filter(({ resourceType }) => resourceType === type);
const named = ({ resourceType, id }: Readonly<Record<string, unknown>>) => `${resourceType}/${id}`;

/** `Type/id` of everything that the manifest's deleted files delete. */
async function deletedBy(client: ExportClient, manifest: Manifest): Promise<string[]> {
  const urls: string[] = [];
  for (const { type, url, count } of manifest.deleted) {
    expect(type).toBe("Bundle");
    const answer = await client.ask(url);
    expect(answer.status).toBe(200);
    expect(answer.headers["content-type"]).toBe("application/fhir+ndjson");
    const lines = String(answer.body).trimEnd().split("\n");
    expect(lines).toHaveLength(count);
    for (const line of lines) {
      const bundle = JSON.parse(line);
      expect(bundle).toMatchObject({ resourceType: "Bundle", type: "transaction" });
      for (const { request, ...rest } of bundle.entry) {
        expect(rest).toEqual({});
        expect(request.method).toBe("DELETE");
        urls.push(request.url);
      }
    }
  }
  return urls;
}

async function noticesOf(client: ExportClient, manifest: Manifest): Promise<string[]> {
  const lines: string[] = [];
  for (const { url } of manifest.error)
    lines.push(
      ...String((await client.ask(url)).body)
        .trimEnd()
        .split("\n"),
    );
  return lines.map((line) => JSON.parse(line).issue[0].diagnostics);
}

/** Removes some that everybody may see, and returns them. */
async function removeSome(own: ExportClient, type: string, count: number): Promise<AnyResource[]> {
  const shown = new Set((await own.resources(await own.run(`/$export?_type=${type}`))).map(named));
  const some = ofType(type)
    .filter((resource) => shown.has(named(resource)) && !withheld.has(subjectOf(resource)))
    .slice(0, count);
  for (const { id } of some) await removeUpstream(stack, type, String(id));
  await nextSecond();
  return some;
}

/** The server's clock is known by the second: an export tells of what happened in those that are over. */
async function nextSecond(): Promise<void> {
  await new Promise((done) => setTimeout(done, 1000 - (Date.now() % 1000)));
}

describe("an export since a time", () => {
  it("lists what was deleted since, under the ids that earlier files have", async () => {
    const analyst = await exportClient(stack, "analyst");
    const administrator = await exportClient(stack, "administrator");
    const before = (await analyst.resources(await analyst.run(`/$export?${TYPES}`))).map(named);
    const removed = await removeSome(administrator, "Observation", 5);
    const [back, ...gone] = removed;
    if (back === undefined) throw new Error("the population has no Observation");
    await writeUpstream(stack, back);
    await nextSecond();
    const plain = await administrator.run(`/$export?${TYPES}&_since=${SINCE}`);
    expect((await deletedBy(administrator, plain)).toSorted()).toEqual(gone.map(named).toSorted());
    expect((await administrator.resources(plain)).map(named)).toContain(named(back));
    const manifest = await analyst.run(`/$export?${TYPES}&_since=${SINCE}`);
    const deleted = await deletedBy(analyst, manifest);
    expect(deleted).toHaveLength(gone.length);
    for (const url of deleted) expect(before).toContain(url);
    const left = (await analyst.resources(await analyst.run(`/$export?${TYPES}`))).map(named);
    expect(before.filter((name) => !left.includes(name)).toSorted()).toEqual(deleted.toSorted());
    const text = JSON.stringify(deleted);
    for (const { id } of gone) expect(text).not.toContain(String(id));
  });

  it("lists all that was exported of who has withdrawn consent since, and nobody who is new", async () => {
    const analyst = await exportClient(stack, "analyst");
    const before = await analyst.resources(await analyst.run(`/$export?${TYPES}`));
    const patient = ofType("Patient").find(({ id }) => !withheld.has(String(id)));
    const base = ofType("Consent")[0];
    if (patient === undefined || base === undefined) throw new Error("the population has no such patient");
    const newcomer = { ...patient, id: crypto.randomUUID() };
    await writeUpstream(stack, newcomer);
    for (const { id } of [patient, newcomer]) {
      await writeUpstream(stack, {
        ...base,
        id: crypto.randomUUID(),
        status: "active",
        dateTime: new Date().toISOString(),
        patient: { reference: `Patient/${id}` },
        provision: { type: "deny" },
      });
    }
    await nextSecond();
    const manifest = await analyst.run(`/$export?${TYPES}&_since=${SINCE}`);
    const deleted = await deletedBy(analyst, manifest);
    const left = new Set((await analyst.resources(await analyst.run(`/$export?${TYPES}`))).map(named));
    const missing = before.map(named).filter((name) => !left.has(name));
    expect(missing.filter((name) => name.startsWith("Patient/"))).toHaveLength(1);
    expect(missing.length).toBeGreaterThan(1);
    for (const name of missing) expect(deleted).toContain(name);
    expect(deleted.filter((name) => name.startsWith("Patient/"))).toHaveLength(1);
    const output = (await analyst.resources(manifest)).map(named);
    for (const name of deleted) expect(output).not.toContain(name);
  });

  it("lists nothing of who never agreed, whose refusal is written again as it was or in another Consent", async () => {
    const [refusal, other] = ofType("Consent").filter(
      ({ status, provision, patient }) =>
        status === "active" &&
        Object(provision).type === "deny" &&
        withheld.has(String(Object(patient).reference).replace("Patient/", "")),
    );
    if (refusal === undefined || other === undefined) throw new Error("the population has no two refusals");
    const analyst = await exportClient(stack, "analyst");
    await writeUpstream(stack, { ...other, id: crypto.randomUUID(), dateTime: new Date().toISOString() });
    await nextSecond();
    const told = await analyst.run(`/$export?${TYPES}&_since=${SINCE}`);
    const listed = await deletedBy(analyst, told);
    expect((await noticesOf(analyst, told)).join()).not.toContain("Withdrawals");
    await writeUpstream(stack, refusal);
    await nextSecond();
    const manifest = await analyst.run(`/$export?${TYPES}&_since=${SINCE}`);
    expect((await deletedBy(analyst, manifest)).toSorted()).toEqual(listed.toSorted());
    // The embedded server forgets what the Consent said before; HAPI keeps its versions.
    const isNoticed = (await noticesOf(analyst, manifest))
      .join()
      .includes("Withdrawals of consent are not all listed");
    expect(isNoticed).toBe(isEmbedded());
    const patients = listed.filter((name) => name.startsWith("Patient/"));
    expect(patients).toHaveLength(1);
  });

  it("looks after every type that an analyst has, those that are nobody's too", async () => {
    const own = await exportClient(stack, "analyst");
    const manifest = await own.run(`/$export?_since=${SINCE}`);
    expect(manifest.deleted).toHaveLength(1);
    expect((await noticesOf(own, manifest)).filter((text) => text.startsWith("Deletions"))).toEqual([]);
  });

  it("lists nothing where nothing was deleted, and without a time", async () => {
    const own = await exportClient(stack, "administrator");
    const whole = await own.run("/$export?_type=Encounter");
    expect(whole.deleted).toEqual([]);
    const since = await own.run(`/$export?_since=${SINCE}&_type=Encounter,Medication,Organization`);
    expect(since.deleted).toEqual([]);
    expect(since.error).toEqual([]);
  });

  it("says that it cannot tell deletions where it is narrowed, or the server keeps no history", async () => {
    const own = await exportClient(stack, "administrator");
    await removeSome(own, "Condition", 1);
    const filter = encodeURIComponent("Condition?clinical-status=active");
    const narrowed = await own.run(`/$export?_type=Condition&_typeFilter=${filter}&_since=${SINCE}`);
    expect(narrowed.deleted).toEqual([]);
    expect((await noticesOf(own, narrowed)).join()).toMatch(
      /Deletions are not listed: the export is narrowed/,
    );
    if (stack.upstream !== undefined)
      stack.upstream.fault = { kind: "answer", status: 501, body: "{}", matching: /_history/ };
    const unknown = await own.run(`/$export?_type=Condition&_since=${SINCE}`);
    expect(unknown.deleted).toEqual([]);
    expect((await noticesOf(own, unknown)).join()).toMatch(
      /Deletions are not listed: the programme's server/,
    );
  });

  it("goes on where the history fails for a while", async () => {
    const own = await exportClient(stack, "administrator");
    const [gone] = await removeSome(own, "Observation", 1);
    if (stack.upstream !== undefined && gone !== undefined)
      stack.upstream.fault = { kind: "answer", status: 500, body: "{}", matching: /_history/, times: 3 };
    const manifest = await own.run(`/$export?_type=Observation&_since=${SINCE}`);
    expect(await deletedBy(own, manifest)).toContain(`Observation/${gone?.id}`);
  });
});
