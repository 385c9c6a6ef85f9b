import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DemoStack, startDemoStack, startTokenMint, type TokenMint } from "@aarohan/devkit";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { type ExportClient, exportClient } from "../src/export-client.ts";

/** The same programme before and after other settings were deployed; an older key still opens what it has made. */
const FIRST = `1:${Buffer.alloc(32, 1).toString("base64url")}`;
const SECOND = `2:${Buffer.alloc(32, 2).toString("base64url")},${FIRST}`;
const folder = mkdtempSync(join(tmpdir(), "aarohan-test-"));

let mint: TokenMint;
let stack: DemoStack;
const logs: string[] = [];
beforeAll(async () => {
  mint = await startTokenMint();
});
afterEach(() => stack.close());
afterAll(async () => {
  await mint.close();
  rmSync(folder, { recursive: true });
});

async function start(settings: Readonly<Record<string, string>>): Promise<void> {
  stack = await startDemoStack({
    patients: 20,
    stateFolder: folder,
    furtherIssuers: [{ issuer: mint.issuer, jwksUri: mint.jwksUri, audiences: ["aarohan-edge"] }],
    onLog: (line) => logs.push(line),
    settings: { PSEUDONYM_KEYS: FIRST, EXPORT_JOBS_PER_HOUR: "10", ...settings },
  });
}

const as = (role: "analyst" | "administrator", sub: string): Promise<ExportClient> =>
  exportClient({ mint, fhirUrl: stack.fhirUrl }, role, { sub });

/** An export that is under way when the programme ends: its state, below the base. */
async function interrupted(client: ExportClient): Promise<string> {
  if (stack.upstream !== undefined) stack.upstream.fault = { kind: "hang", matching: /Condition/ };
  const accepted = await client.kickOff("/$export?_type=Condition");
  expect(accepted.status).toBe(202);
  await expect.poll(() => stack.upstream?.requests.some((line) => /Condition/.test(line))).toBe(true);
  await stack.close();
  const { search } = new URL(String(accepted.headers["content-location"]));
  return `/$export-poll-status${search}`;
}

/** Code of the refusal that an answer is. */
function codeOf(answer: { json(): Record<string, unknown> }): string {
  return Object(answer.json().issue)[0].details.coding[0].code;
}

it("a new key ends what goes on, refuses changes to what has older pseudonyms, and nothing else", async () => {
  await start({});
  const before = await (await as("analyst", "one")).run("/$export?_type=Patient");
  await (await as("administrator", "two")).run("/$export?_type=Patient");
  const job = await interrupted(await as("analyst", "three"));

  await start({ PSEUDONYM_KEYS: SECOND });
  const since = `/$export?_type=Patient&_since=${before.transactionTime}`;
  const analyst = await as("analyst", "one");
  const refused = await analyst.kickOff(since);
  expect([refused.status, codeOf(refused)]).toEqual([409, "pseudonym-key-changed"]);
  // Everything once more, and from there on changes.
  const whole = await analyst.run("/$export?_type=Patient");
  expect(whole.extension).toMatchObject({ keyId: 2 });
  await analyst.run(`/$export?_type=Patient&_since=${whole.transactionTime}`);
  // Who sees true ids, and who has never exported, is not concerned.
  await (await as("administrator", "two")).run(since);
  await (await as("analyst", "four")).run(since);

  const ended = await (await as("analyst", "three")).settle(`${stack.fhirUrl}${job}`);
  expect([ended.status, codeOf(ended)]).toEqual([500, "export-failed"]);
  expect(ended.body).toContain("export-policy-changed");
}, 60_000);

it("a policy with other pseudonyms refuses changes to what was exported by the one before", async () => {
  await start({});
  const before = await (await as("analyst", "six")).run("/$export?_type=Patient");
  await stack.close();
  await start({ EXPORT_MINIMUM_CLASS_SIZE: "2" });
  const since = `/$export?_type=Patient&_since=${before.transactionTime}`;
  const refused = await (await as("analyst", "six")).kickOff(since);
  expect([refused.status, codeOf(refused)]).toEqual([409, "pseudonym-key-changed"]);
}, 60_000);

it("a provider whose token authorises others by now gets nothing of what was ordered before", async () => {
  await start({});
  const team = (id: string) =>
    exportClient({ mint, fhirUrl: stack.fhirUrl }, "provider", {
      sub: "seven",
      practitioner_id: id,
      care_team_id: undefined,
    });
  const own = await team("first");
  const accepted = await own.kickOff("/$export?_type=Patient");
  expect(accepted.status).toBe(202);
  const location = String(accepted.headers["content-location"]);
  expect((await own.settle(location)).status).toBe(200);
  expect((await (await team("second")).ask(location)).status).toBe(404);
  expect((await (await team("first")).ask(location)).status).toBe(200);
}, 60_000);

it("settings that cannot be used keep an export waiting, and it goes on with those that can", async () => {
  await start({});
  const job = await interrupted(await as("administrator", "five"));

  await start({ EXPORT_PART_KIB: "none" });
  const waiting = await as("administrator", "five");
  const said = () => logs.filter((line) => line.includes("export-unconfigured")).length;
  await expect.poll(said, { timeout: 10_000 }).toBeGreaterThan(0);
  expect((await waiting.kickOff(job)).status).toBe(202);
  // The job and its share each look again after ten seconds, and not by the platform's repetitions, which come to an end.
  await new Promise((done) => setTimeout(done, 5000));
  expect(said()).toBeLessThanOrEqual(2);
  await stack.close();

  await start({});
  const settled = await (await as("administrator", "five")).settle(`${stack.fhirUrl}${job}`);
  expect(settled.status).toBe(200);
}, 60_000);
