import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DemoStack, startDemoStack, startTokenMint, type TokenMint } from "@aarohan/devkit";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type ExportClient, exportClient } from "../src/export-client.ts";

/** The same programme before and after its pseudonyms get a new key; the old one still opens what it has made. */
const FIRST = `1:${Buffer.alloc(32, 1).toString("base64url")}`;
const SECOND = `2:${Buffer.alloc(32, 2).toString("base64url")},${FIRST}`;
const folder = mkdtempSync(join(tmpdir(), "aarohan-test-"));

let mint: TokenMint;
let stack: DemoStack;
beforeAll(async () => {
  mint = await startTokenMint();
});
afterAll(async () => {
  await stack.close();
  await mint.close();
  rmSync(folder, { recursive: true });
});

async function start(keys: string): Promise<void> {
  stack = await startDemoStack({
    patients: 20,
    stateFolder: folder,
    furtherIssuers: [{ issuer: mint.issuer, jwksUri: mint.jwksUri, audiences: ["aarohan-edge"] }],
    settings: { PSEUDONYM_KEYS: keys, EXPORT_JOBS_PER_HOUR: "10" },
  });
}

const as = (role: "analyst" | "administrator", sub: string): Promise<ExportClient> =>
  exportClient({ mint, fhirUrl: stack.fhirUrl }, role, { sub });

/** Code of the refusal that an answer is. */
function codeOf(answer: { json(): Record<string, unknown> }): string {
  return Object(answer.json().issue)[0].details.coding[0].code;
}

it("a new key ends what goes on, refuses changes to what has older pseudonyms, and nothing else", async () => {
  await start(FIRST);
  const before = await (await as("analyst", "one")).run("/$export?_type=Patient");
  await (await as("administrator", "two")).run("/$export?_type=Patient");
  if (stack.upstream !== undefined) stack.upstream.fault = { kind: "hang", matching: /Condition/ };
  const interrupted = await (await as("analyst", "three")).kickOff("/$export?_type=Condition");
  expect(interrupted.status).toBe(202);
  const job = new URL(String(interrupted.headers["content-location"])).search;
  await expect.poll(() => stack.upstream?.requests.some((line) => /Condition/.test(line))).toBe(true);
  await stack.close();

  await start(SECOND);
  const since = `/$export?_type=Patient&_since=${before.transactionTime}`;
  const analyst = await as("analyst", "one");
  const refused = await analyst.kickOff(since);
  expect([refused.status, codeOf(refused)]).toEqual([409, "pseudonym-key-changed"]);
  // Everything once more, and from there on changes.
  const whole = await analyst.run("/$export?_type=Patient");
  expect(whole.extension).toMatchObject({ keyId: 2 });
  const changes = await analyst.kickOff(`/$export?_type=Patient&_since=${whole.transactionTime}`);
  expect(changes.status).toBe(202);
  // Who sees true ids, and who has never exported, is not concerned.
  expect((await (await as("administrator", "two")).kickOff(since)).status).toBe(202);
  expect((await (await as("analyst", "four")).kickOff(since)).status).toBe(202);

  const ended = await (await as("analyst", "three")).settle(`${stack.fhirUrl}/$export-poll-status${job}`);
  expect([ended.status, codeOf(ended)]).toEqual([500, "export-failed"]);
  expect(ended.body).toContain("export-policy-changed");
}, 60_000);
