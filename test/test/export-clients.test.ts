import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ExportClient, exportClient, type Manifest } from "../src/export-client.ts";
import { startTestStack, type TestStack } from "../src/test-stack.ts";

let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack({
    patients: 20,
    settings: {
      RECIPIENTS: JSON.stringify({ "lab-one": "lab", "lab-two": "lab", "lab-quality": "lab" }),
      CONSENT_PURPOSES: JSON.stringify({ "lab-quality": "HQUALIMP" }),
    },
  });
});
afterAll(() => stack.close());

/** The same person at each of their clients. */
const at = (azp: string) => exportClient(stack, "analyst", { sub: "one-person", azp });

async function asked(client: ExportClient, location: string, file: string): Promise<number[]> {
  const statuses: number[] = [];
  for (const url of [location, file]) statuses.push((await client.ask(url)).status);
  return statuses;
}

describe("an export is for the recipient and the purpose that it was ordered for", () => {
  let location: string;
  let job: string;
  let file: string;
  beforeAll(async () => {
    const own = await at("lab-one");
    location = String((await own.kickOff("/$export?_type=Patient")).headers["content-location"]);
    job = String(new URL(location).searchParams.get("job"));
    const manifest = (await own.settle(location)).json() as unknown as Manifest;
    file = String(manifest.output[0]?.url);
  });

  it.each([
    ["another recipient", "elsewhere"],
    ["the same recipient, for another purpose", "lab-quality"],
  ])("not for the same person's client that is %s", async (_, azp) => {
    const other = await at(azp);
    expect(await asked(other, location, file)).toEqual([404, 404]);
    expect((await other.ask(location, { method: "DELETE" })).status).toBe(404);
    expect((await other.kickOff("/$export-jobs")).body).not.toContain(job);
    expect(await asked(await at("lab-one"), location, file)).toEqual([200, 200]);
  });

  it("and for the person's other client of both", async () => {
    const other = await at("lab-two");
    expect(await asked(other, location, file)).toEqual([200, 200]);
    expect((await other.kickOff("/$export-jobs")).body).toContain(job);
  });

  it("while the hour is the person's, by whatever client", async () => {
    expect((await (await at("elsewhere")).kickOff("/$export?_type=Patient")).status).toBe(429);
  });
});
