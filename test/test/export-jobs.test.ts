import { userKeyOf } from "@aarohan/access";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type ExportClient, exportClient } from "../src/export-client.ts";
import { startTestStack, type TestStack } from "../src/test-stack.ts";

/** As much of a user's desk as a kick-off asks before the job begins. */
interface Desk {
  reserve(entry: { readonly summary: object; readonly keyId: number }, since: undefined): Promise<object>;
}

let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack({ patients: 5 });
});
afterAll(() => stack.close());

/** A kick-off so many seconds ago that broke off between the user's place and the job's begin. */
async function breakOff(subject: string, secondsAgo: number): Promise<string> {
  const desks = await stack.edge.runtime.getDurableObjectNamespace("EXPORT_DESK", "aarohan-gateway");
  const key = await userKeyOf(stack.mint.issuer, subject, "default");
  const desk: Desk = Object(desks.get(desks.idFromName(key)));
  const id = crypto.randomUUID();
  const created = Date.now() - secondsAgo * 1000;
  const summary = { id, state: "queued", created, level: "system", format: "ndjson", role: "data-analyst" };
  const counts = { types: ["Patient"], percent: 0, resources: 0, files: 0, bytes: 0 };
  expect(await desk.reserve({ summary: { ...summary, ...counts }, keyId: 1 }, undefined)).toEqual({
    kind: "reserved",
  });
  return id;
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
