import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type DemoRole,
  type DemoStack,
  freshSecrets,
  startDemoStack,
  startTokenMint,
  type TokenMint,
} from "@aarohan/devkit";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type RawResponse, rawRequest } from "../src/raw-client.ts";

/** What a new key does to what the key before made: the same ledger, deployed again with other secrets. */
const FIRST = `1:${Buffer.alloc(32, 1).toString("base64url")}`;
const SECOND = `2:${Buffer.alloc(32, 2).toString("base64url")}`;
const folder = mkdtempSync(join(tmpdir(), "aarohan-test-"));

let mint: TokenMint;
let stack: DemoStack;
beforeAll(async () => {
  mint = await startTokenMint();
});
afterEach(() => stack.close());
afterAll(async () => {
  await mint.close();
  rmSync(folder, { recursive: true });
});

async function deployed(secrets: Readonly<Record<string, string>>): Promise<void> {
  stack = await startDemoStack({
    patients: 20,
    stateFolder: folder,
    furtherIssuers: [{ issuer: mint.issuer, jwksUri: mint.jwksUri, audiences: ["aarohan-edge"] }],
    settings: { PSEUDONYM_KEYS: FIRST, ...secrets },
  });
}

async function redeployed(secrets: Readonly<Record<string, string>>): Promise<void> {
  await stack.close();
  await deployed(secrets);
}

async function ask(role: DemoRole, path: string): Promise<RawResponse> {
  return follow(`/fhir${path}`, await mint.mint(role));
}

/** Ids on the first page, as the role sees them. */
async function patientIds(role: DemoRole): Promise<string[]> {
  const { entry = [] } = (await ask(role, "/Patient?_count=50")).json() as {
    entry?: { resource: { id: string } }[];
  };
  return entry.map(({ resource }) => resource.id);
}

function codeOf(answer: RawResponse): string {
  return Object(answer.json().issue)[0].details.coding[0].code;
}

async function requestsFor(patient: string): Promise<unknown[]> {
  const answer = await ask("administrator", `/AuditEvent?entity=Patient/${patient}`);
  return Object(answer.json()).entry ?? [];
}

describe("another pseudonym key", () => {
  it("makes new pseudonyms, opens those of the key before while it is in the list, and no longer", async () => {
    await deployed({});
    const [before = ""] = await patientIds("analyst");
    await redeployed({ PSEUDONYM_KEYS: `${SECOND},${FIRST}` });
    expect(await patientIds("analyst")).not.toContain(before);
    expect((await ask("analyst", `/Patient/${before}`)).status).toBe(200);
    await redeployed({ PSEUDONYM_KEYS: SECOND });
    expect((await ask("analyst", `/Patient/${before}`)).status).toBe(404);
  }, 90_000);

  it("leaves who saw a patient findable while the key before is in the list", async () => {
    await deployed({});
    const [patient = ""] = await patientIds("administrator");
    await ask("administrator", `/Patient/${patient}`);
    const before = await requestsFor(patient);
    expect(before.length).toBeGreaterThan(0);
    await redeployed({ PSEUDONYM_KEYS: `${SECOND},${FIRST}` });
    expect((await requestsFor(patient)).length).toBeGreaterThanOrEqual(before.length);
    await redeployed({ PSEUDONYM_KEYS: SECOND });
    const left = JSON.stringify(await requestsFor(patient));
    const lost = before.filter((event) => !left.includes(String(Object(Object(event).resource).id)));
    expect(lost.length).toBe(before.length);
  }, 90_000);
});

describe("another key of page links", () => {
  it("ends page links and embed tokens, and nothing that is asked with an access token", async () => {
    await deployed({});
    const token = await mint.mint("analyst");
    const next = await nextLink(token);
    expect((await follow(next, token)).status).toBe(200);
    const embedded = await embedToken();
    expect((await report(embedded)).body).not.toContain("embed-");
    await redeployed({ PAGE_LINK_KEY: freshSecrets().PAGE_LINK_KEY ?? "" });
    const again = await mint.mint("analyst");
    const refused = await follow(next, again);
    expect([refused.status, codeOf(refused)]).toEqual([410, "page-expired"]);
    expect((await report(embedded)).status).toBe(403);
    expect((await follow(await nextLink(again), again)).status).toBe(200);
  }, 90_000);
});

async function nextLink(token: string): Promise<string> {
  const answer = await rawRequest(`${stack.fhirUrl}/Observation?_count=2`, {
    headers: { Authorization: `Bearer ${token}` },
  });
  const { link = [] } = answer.json() as { link?: { relation: string; url: string }[] };
  const url = new URL(link.find(({ relation }) => relation === "next")?.url ?? "");
  return `${url.pathname}${url.search}`;
}

function follow(path: string, token: string): Promise<RawResponse> {
  return rawRequest(`${stack.edge.url}${path}`, { headers: { Authorization: `Bearer ${token}` } });
}

async function embedToken(): Promise<string> {
  const scope = { widget: "coverage", measure: "screening-coverage", origin: "https://health.example" };
  const answer = await rawRequest(`${stack.edge.url}/embed/tokens`, {
    method: "POST",
    headers: {
      Authorization: `Bearer ${await mint.mint("viewer")}`,
      "Content-Type": "application/json",
    },
    body: JSON.stringify(scope),
  });
  return String(answer.json().token);
}

function report(token: string): Promise<RawResponse> {
  return rawRequest(`${stack.edge.url}/embed/reports/coverage?measure=screening-coverage`, {
    headers: { Authorization: `Bearer ${token}`, Origin: "https://health.example" },
  });
}
