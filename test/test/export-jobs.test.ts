import { userKeyOf } from "@aarohan/access";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ExportClient, exportClient } from "../src/export-client.ts";
import { startTestStack, type TestStack } from "../src/test-stack.ts";

/** As much of a user's desk as a kick-off asks before the job begins. */
interface Desk {
  reserve(
    entry: { readonly summary: object; readonly keyId: number },
    since: number | undefined,
  ): Promise<object>;
  update(summary: object, counts: boolean): Promise<void>;
  list(asking: object): Promise<readonly { readonly id: string }[]>;
}

let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack({ patients: 5 });
});
afterAll(() => stack.close());

async function deskOf(subject: string): Promise<Desk> {
  const desks = await stack.edge.runtime.getDurableObjectNamespace("EXPORT_DESK", "aarohan-gateway");
  const key = await userKeyOf(stack.mint.issuer, subject, "default");
  return Object(desks.get(desks.idFromName(key)));
}

function summaryOf(created: number, by = { clientId: "client-analyst", recipient: "own" }) {
  const id = crypto.randomUUID();
  const summary = { id, state: "queued", created, level: "system", format: "ndjson", role: "data-analyst" };
  const counts = { types: ["Patient"], percent: 0, resources: 0, files: 0, bytes: 0 };
  return { ...summary, ...counts, policyName: "programme", ...by };
}

/** A kick-off so many seconds ago that broke off between the user's place and the job's begin. */
async function breakOff(subject: string, secondsAgo: number): Promise<string> {
  const desk = await deskOf(subject);
  const summary = summaryOf(Date.now() - secondsAgo * 1000);
  expect(await desk.reserve({ summary, keyId: 1 }, undefined)).toEqual({ kind: "reserved" });
  return summary.id;
}

async function listed(client: ExportClient): Promise<string> {
  return (await client.kickOff("/$export-jobs")).body;
}

it("a kick-off that broke off leaves the list, and gives the hour back", async () => {
  const client = await exportClient(stack, "analyst", { sub: "interrupted" });
  const id = await breakOff("interrupted", 120);
  expect((await client.kickOff("/$export?_type=Patient")).status).toBe(429);
  expect(await listed(client)).not.toContain(id);
  expect((await client.kickOff("/$export?_type=Patient")).status).toBe(202);
});

it("one that may still begin stays in it", async () => {
  const client = await exportClient(stack, "analyst", { sub: "beginning" });
  const id = await breakOff("beginning", 5);
  expect(await listed(client)).toContain(id);
});

it("the list tells a request that had a body from one that is its address alone", async () => {
  const body = { resourceType: "Parameters", parameter: [{ name: "_type", valueString: "Patient" }] };
  for (const [sub, request] of [
    ["by a body", { method: "POST", body: JSON.stringify(body) }],
    ["by the address", { method: "POST" }],
  ] as const) {
    const client = await exportClient(stack, "analyst", { sub });
    const headers = { "Content-Type": "application/fhir+json" };
    expect((await client.kickOff("/$export", { headers, ...request })).status).toBe(202);
    expect((await listed(client)).includes('{"name":"hasBody","valueBoolean":true}')).toBe(
      sub === "by a body",
    );
  }
});

const DAY = 86_400_000;
const now = Date.now();

it("the list is of 30 days, whatever was ordered since", async () => {
  const desk = await deskOf("of long standing");
  // Of a job whose 30 days end in a moment, the alarm of one that was ordered later is long to come.
  const ends = Date.now() + 3000;
  const [old, young] = [summaryOf(ends - 30 * DAY), summaryOf(ends - DAY)];
  await desk.reserve({ summary: old, keyId: 1 }, undefined);
  await desk.reserve({ summary: young, keyId: 1 }, undefined);
  const listed = async () => (await desk.list(young)).map(({ id }) => id);
  expect(await listed()).toEqual([young.id, old.id]);
  await expect.poll(listed, { timeout: 6000, interval: 500 }).toEqual([young.id]);
});

it("an export may be ordered as soon as everything before is forgotten", async () => {
  const desk = await deskOf("of old");
  const old = summaryOf(Date.now() - 30 * DAY + 1500);
  await desk.reserve({ summary: old, keyId: 1 }, undefined);
  await expect.poll(async () => (await desk.list(old)).length, { timeout: 6000, interval: 100 }).toBe(0);
  expect(await desk.reserve({ summary: summaryOf(Date.now()), keyId: 1 }, undefined)).toEqual({
    kind: "reserved",
  });
});

describe("an export since another", () => {
  const own = { clientId: "one", recipient: "client:one" };

  /** A desk with a complete export of three days ago. */
  async function deskWith(subject: string): Promise<Desk> {
    const desk = await deskOf(subject);
    const summary = summaryOf(now - 3 * DAY, own);
    await desk.reserve({ summary, keyId: 1 }, undefined);
    await desk.update({ ...summary, state: "complete", transactionTime: now - 3 * DAY }, true);
    return desk;
  }

  it.each([
    ["goes on where its pseudonyms are as they were", own, 1, "reserved"],
    ["is refused where they have another key", own, 2, "key-changed"],
    [
      "is refused where the client's data are for another recipient",
      { ...own, recipient: "group:lab" },
      1,
      "key-changed",
    ],
    [
      "is not held against what another recipient has",
      { clientId: "two", recipient: "client:two" },
      2,
      "reserved",
    ],
  ] as const)("%s", async (name, by, keyId, kind) => {
    const desk = await deskWith(name);
    expect(await desk.reserve({ summary: summaryOf(now, by), keyId }, now - 3 * DAY)).toEqual({ kind });
  });
});
