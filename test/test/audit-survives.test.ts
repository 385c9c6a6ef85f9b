import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import {
  DEMO_ROLE_MAPPINGS,
  demoSecrets,
  effort,
  type FhirServer,
  generatePopulation,
  startFhirServer,
  startTokenMint,
  type TokenMint,
} from "@aarohan/devkit";
import { afterAll, beforeAll, expect, it } from "vitest";
import { rawRequest } from "../src/raw-client.ts";

const ROUNDS = effort(6);
const CLIENTS = 6;
/** More than so many answers arrive between two kills. */
const ANSWERS = 5;

let upstream: FhirServer;
let mint: TokenMint;
let edge: ChildProcess | undefined;
const state = mkdtempSync(join(tmpdir(), "aarohan-test-"));
const secrets = demoSecrets(undefined);

beforeAll(async () => {
  upstream = await startFhirServer({ port: 0, resources: generatePopulation({ patients: 20 }) });
  mint = await startTokenMint();
});
afterAll(async () => {
  kill();
  await upstream.close();
  await mint.close();
  rmSync(state, { recursive: true });
});

/** Workers and Durable Objects in a process group of their own, on the state that the one before left. */
async function start(): Promise<string> {
  const options = {
    stateFolder: state,
    settings: {
      ...secrets,
      UPSTREAM_BASE_URL: upstream.url,
      OIDC_ISSUERS: JSON.stringify([
        { issuer: mint.issuer, jwksUri: mint.jwksUri, audiences: ["aarohan-edge"] },
      ]),
      ROLE_MAPPINGS: JSON.stringify(DEMO_ROLE_MAPPINGS),
      CONSENT_MODE: "none",
    },
  };
  const child = spawn(process.execPath, [resolve(import.meta.dirname, "../src/edge-process.ts")], {
    detached: true,
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, EDGE_OPTIONS: JSON.stringify(options) },
  });
  edge = child;
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.startsWith("http")) return `${line}/fhir`;
  }
  throw new Error("the edge did not start");
}

function kill(): void {
  if (edge?.pid !== undefined) process.kill(-edge.pid, "SIGKILL");
  edge = undefined;
}

/** Asks until the edge is gone; ids of the requests whose answers arrived whole. */
async function load(base: string, answered: Set<string>): Promise<void> {
  for (;;) {
    const token = await mint.mint("analyst");
    try {
      const { status, headers, json } = await rawRequest(`${base}/Patient?_count=5`, {
        headers: { Authorization: `Bearer ${token}` },
      });
      expect(status).toBe(200);
      expect(json()).toMatchObject({ resourceType: "Bundle" });
      answered.add(String(headers["x-request-id"]));
    } catch (error) {
      if (error instanceof Error && /ECONNRESET|ECONNREFUSED|socket hang up|aborted|EPIPE/.test(`${error}`))
        return;
      throw error;
    }
  }
}

async function recorded(base: string): Promise<Set<string>> {
  const token = await mint.mint("administrator");
  const ask = async (path: string) => {
    const answer = await rawRequest(path, { headers: { Authorization: `Bearer ${token}` } });
    expect(answer.status).toBe(200);
    return answer.json();
  };
  const ids = new Set<string>();
  let next: string | undefined = `${base}/AuditEvent?_count=1000`;
  while (next !== undefined) {
    const { entry = [], link } = (await ask(next)) as {
      entry?: { resource: { id: string } }[];
      link: { relation: string; url: string }[];
    };
    for (const { resource } of entry) ids.add(resource.id);
    next = link.find(({ relation }) => relation === "next")?.url;
  }
  expect(await ask(`${base}/AuditEvent/$verify`)).toMatchObject({
    parameter: expect.arrayContaining([{ name: "whole", valueBoolean: true }]),
  });
  return ids;
}

it("has a record of every answer, and a whole chain, however often the process is killed", async () => {
  const answered = new Set<string>();
  for (let round = 0; round < ROUNDS; round += 1) {
    const base = await start();
    const before = answered.size;
    const loads = Array.from({ length: CLIENTS }, () => load(base, answered));
    // The first time perhaps before anything was answered.
    if (round > 0) await expect.poll(() => answered.size - before).toBeGreaterThan(ANSWERS);
    await new Promise((done) => setTimeout(done, Math.random() * 500));
    kill();
    await Promise.all(loads);
  }
  const ids = await recorded(await start());
  console.log(`${answered.size} answers over ${ROUNDS} kills, ${ids.size} records`);
  expect(answered.size).toBeGreaterThan((ROUNDS - 1) * ANSWERS);
  expect([...answered].filter((id) => !ids.has(id))).toEqual([]);
});
