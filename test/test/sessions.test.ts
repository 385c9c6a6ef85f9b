import { type DemoRole, startIssuer } from "@aarohan/devkit";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { type RawRequest, rawRequest } from "../src/raw-client.ts";
import { confirmSignOut, ScriptedBrowser, signIn } from "../src/scripted-browser.ts";
import { startTestStack, type TestStack } from "../src/test-stack.ts";

const COOKIE = "__Host-session";
const NOT_SIGNED_IN = { signedIn: false };

let stack: TestStack;
let gateway: string;
beforeAll(async () => {
  stack = await startTestStack({ patients: 20 });
  gateway = stack.edge.url;
});
afterAll(() => stack.close());

async function signedIn(username: string, at = gateway): Promise<ScriptedBrowser> {
  const browser = new ScriptedBrowser();
  await signIn(browser, at, username);
  return browser;
}

function withCookie(browser: ScriptedBrowser, headers: RawRequest["headers"] = {}): RawRequest {
  return { headers: { Cookie: `${COOKIE}=${browser.cookie(COOKIE)}`, ...headers } };
}

describe("a session", () => {
  it("asks as a bearer does: the same rows, limits and trail", async () => {
    const browser = await signedIn("asha");
    const response = await browser.fetch(`${gateway}/fhir/Patient?_count=1`);
    expect(response.status).toBe(200);
    expect(response.body).toContain("PSEUDED");
    expect(response.headers["cache-control"]).toContain("no-store");
    expect(response.headers.ratelimit).toMatch(/"requests";r=\d+/);
    const trail = await stack.ask("administrator", "/AuditEvent?agent=asha&entity-type=Patient");
    expect(trail.body).toContain('"altId":"dashboard"');
  });

  it("serves the role that the person picks among the token's own", async () => {
    const both = await signedIn("meera");
    const as = (role: string) => ({ headers: { "Aarohan-Role": role } });
    const rows = (role?: string) =>
      both.fetch(`${gateway}/fhir/Patient?_count=1`, role === undefined ? {} : as(role));
    expect((await rows()).body).toContain("PSEUDED");
    const identified = await rows("system-administrator");
    expect(identified.status).toBe(200);
    expect(identified.body).not.toContain("PSEUDED");
    const roles = ["data-analyst", "system-administrator"];
    expect((await both.fetch(`${gateway}/auth/session`)).json()).toMatchObject({ role: roles[0], roles });
    const picked = await both.fetch(`${gateway}/auth/session`, as("system-administrator"));
    expect(picked.json()).toMatchObject({ role: roles[1], roles });
  });

  it("serves no role that the token does not hold", async () => {
    const browser = await signedIn("anil");
    const refused = await browser.fetch(`${gateway}/fhir/Patient`, {
      headers: { "Aarohan-Role": "data-analyst" },
    });
    expect(refused.status).toBe(403);
    expect(refused.body).toContain("role-not-held");
    const session = await browser.fetch(`${gateway}/auth/session`, {
      headers: { "Aarohan-Role": "data-analyst" },
    });
    expect(session.status).toBe(403);
  });

  it("is refused when an administrator has denied the person, and signing in is, too", async () => {
    const browser = await signedIn("vikram");
    const issuer = stack.issuer?.issuer ?? "";
    const subject = { issuer, subject: "vikram" };
    await operate("administrator", "deny-access", subject);
    try {
      expect((await browser.fetch(`${gateway}/fhir/Measure`)).body).toContain("token-revoked");
      expect((await browser.fetch(`${gateway}/auth/session`)).json()).toEqual(NOT_SIGNED_IN);
      const again = new ScriptedBrowser();
      expect((await signIn(again, gateway, "vikram")).url).toBe(`${gateway}/?sign-in=token-revoked`);
      expect(again.cookie(COOKIE)).toBeUndefined();
      const trail = await stack.ask("administrator", "/AuditEvent?subtype=110122&agent=vikram&outcome=4");
      expect(trail.body).toContain('"outcomeDesc":"token-revoked"');
    } finally {
      await operate("administrator", "restore-access", subject);
    }
  });
});

function operate(role: DemoRole, operation: string, parameters: Record<string, string>) {
  const parameter = Object.entries(parameters).map(([name, valueString]) => ({ name, valueString }));
  return stack.ask(role, `/$${operation}`, {
    method: "POST",
    headers: { "Content-Type": "application/fhir+json" },
    body: JSON.stringify({ resourceType: "Parameters", parameter }),
  });
}

describe("a cookie does not count", () => {
  const FOREIGN: readonly (readonly [string, RawRequest["headers"]])[] = [
    ["from another site", { "Sec-Fetch-Site": "cross-site" }],
    ["from another port or host of the same site", { "Sec-Fetch-Site": "same-site" }],
    ["from the address bar", { "Sec-Fetch-Site": "none" }],
    ["from a client that does not say where from", {}],
    ["where the word is written otherwise", { "Sec-Fetch-Site": "Same-Origin" }],
    ["where it is said twice", { "Sec-Fetch-Site": ["same-origin", "cross-site"] }],
    ["with an Origin alone", { Origin: "http://localhost" }],
  ];
  let browser: ScriptedBrowser;
  beforeAll(async () => {
    browser = await signedIn("anil");
  });

  it.each(FOREIGN)("%s, for reads, exports, files or settings, and it stays", async (_, headers) => {
    for (const [method, path] of [
      ["GET", "/fhir/Patient"],
      ["GET", "/fhir/$export"],
      ["POST", "/fhir/$export"],
      ["POST", "/fhir/$settings"],
      ["DELETE", "/fhir/$export-poll-status?job=x"],
      ["GET", "/files/00000000-0000-4000-8000-000000000000/Patient.0.0.ndjson"],
    ] as const) {
      const response = await rawRequest(`${gateway}${path}`, { method, ...withCookie(browser, headers) });
      expect([path, response.status]).toEqual([path, 401]);
      expect(response.body).toContain("token-missing");
      expect(response.headers["set-cookie"]).toBeUndefined();
    }
    const session = await rawRequest(`${gateway}/auth/session`, withCookie(browser, headers));
    expect(session.json()).toEqual(NOT_SIGNED_IN);
    expect(session.headers["set-cookie"]).toBeUndefined();
    const jobs = await browser.fetch(`${gateway}/fhir/$export-jobs`);
    expect(jobs.json().parameter).toEqual([]);
  });

  it.each(FOREIGN)("%s, to sign the person out", async (_, headers) => {
    const request = { method: "POST", ...withCookie(browser, headers) };
    const response = await rawRequest(`${gateway}/auth/logout`, request);
    expect(response.status).toBe(403);
    expect(response.body).toContain("origin-refused");
    expect((await browser.fetch(`${gateway}/auth/session`)).json()).toMatchObject({ signedIn: true });
  });

  it("beside an Authorization header, whatever that is worth", async () => {
    for (const authorization of ["Bearer x.y.z", "Basic YTpi"]) {
      const headers = { Authorization: authorization, "Sec-Fetch-Site": "same-origin" };
      const response = await rawRequest(`${gateway}/fhir/Patient`, withCookie(browser, headers));
      expect(response.status).toBe(401);
      expect(response.headers["set-cookie"]).toBeUndefined();
    }
    const bearer = `Bearer ${await stack.mint.mint("analyst")}`;
    const headers = { Authorization: bearer, "Sec-Fetch-Site": "same-origin" };
    const asked = await rawRequest(`${gateway}/fhir/Patient?_count=1`, withCookie(browser, headers));
    expect(asked.body).toContain("PSEUDED");
    const session = await rawRequest(`${gateway}/auth/session`, withCookie(browser, headers));
    expect(session.json()).toEqual(NOT_SIGNED_IN);
  });

  it.each([
    "",
    "x",
    "A".repeat(42),
    "A".repeat(44),
    "A".repeat(43),
    `${"A".repeat(42)}=`,
    `${"A".repeat(42)}%`,
    "../../".repeat(8),
    "A".repeat(5000),
  ])("when it is none of ours (%j), and it is taken away", async (value) => {
    const response = await rawRequest(`${gateway}/fhir/Patient`, {
      headers: { Cookie: `${COOKIE}=${value}`, "Sec-Fetch-Site": "same-origin" },
    });
    expect(response.status).toBe(401);
    expect(response.body).toContain("session-ended");
    expect(response.headers["set-cookie"]?.join()).toMatch(/^__Host-session=;.*Max-Age=0/);
  });

  it("under the name that the ledger keeps it by", async () => {
    const id = browser.cookie(COOKIE) ?? "";
    const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(id));
    const name = Buffer.from(digest).toString("base64url");
    const response = await rawRequest(`${gateway}/fhir/Patient`, {
      headers: { Cookie: `${COOKIE}=${name}`, "Sec-Fetch-Site": "same-origin" },
    });
    expect(response.status).toBe(401);
  });
});

describe("signing out", () => {
  it("ends the session here and at the issuer, at once and for every copy of the cookie", async () => {
    const browser = await signedIn("asha");
    const copy = withCookie(browser, { "Sec-Fetch-Site": "same-origin" });
    const response = await browser.fetch(`${gateway}/auth/logout`, { method: "POST" });
    const { endSession, ...answer } = response.json();
    expect(answer).toEqual(NOT_SIGNED_IN);
    expect(browser.cookie(COOKIE)).toBeUndefined();
    expect((await rawRequest(`${gateway}/fhir/Patient`, copy)).status).toBe(401);
    expect(String(endSession)).not.toMatch(/id_token|eyJ/);
    const page = await browser.visit(String(endSession));
    expect((await confirmSignOut(browser, page)).url).toBe(`${gateway}/`);
    const again = await browser.visit(`${gateway}/auth/login`);
    expect(again.response.body).toContain('name="password"');
  });

  it("without a session is answered alike", async () => {
    const response = await new ScriptedBrowser().fetch(`${gateway}/auth/logout`, { method: "POST" });
    expect(response.json()).toMatchObject(NOT_SIGNED_IN);
  });

  it.each(["GET", "PUT", "DELETE"])("is no %s", async (method) => {
    const browser = await signedIn("asha");
    expect((await browser.fetch(`${gateway}/auth/logout`, { method })).status).toBe(404);
    expect((await browser.fetch(`${gateway}/auth/session`)).json()).toMatchObject({ signedIn: true });
  });
});

describe("a session whose access token runs out", () => {
  let short: TestStack | undefined;
  afterEach(async () => {
    await short?.close();
    short = undefined;
  });

  async function startShort(accessTokenSeconds: number) {
    short = await startTestStack({ patients: 5, accessTokenSeconds });
    return short;
  }

  /** A token of a second is to be refreshed from half a second on. */
  async function untilStale(): Promise<void> {
    const signed = Date.now();
    await vi.waitUntil(() => Date.now() - signed > 600, { timeout: 5000, interval: 50 });
  }

  it("has it refreshed once for all who ask at the same time: a refresh token is used once", async () => {
    const { edge } = await startShort(1);
    const browser = await signedIn("asha", edge.url);
    for (let round = 0; round < 3; round += 1) {
      await untilStale();
      const answers = await Promise.all(
        Array.from({ length: 20 }, () => browser.fetch(`${edge.url}/auth/session`)),
      );
      // The issuer revokes all of a grant when a refresh token is used twice.
      expect(answers.map((answer) => answer.json().signedIn)).toEqual(Array(20).fill(true));
    }
    expect((await browser.fetch(`${edge.url}/fhir/Patient?_count=1`)).status).toBe(200);
  });

  it("ends when the issuer refuses to refresh, is told so, and its end is in the trail", async () => {
    const { edge, issuer, ask } = await startShort(1);
    const browser = await signedIn("asha", edge.url);
    const { port = 0 } = issuer ?? {};
    await issuer?.close();
    // Another start knows none of the tokens.
    const other = await startIssuer({ port });
    try {
      await untilStale();
      const refused = await browser.fetch(`${edge.url}/fhir/Patient`);
      expect(refused.status).toBe(401);
      expect(refused.body).toContain("session-ended");
      expect(browser.cookie(COOKIE)).toBeUndefined();
      const trail = await ask("administrator", "/AuditEvent?subtype=110123&agent=asha&outcome=4");
      expect(trail.body).toContain('"outcomeDesc":"refresh-refused"');
    } finally {
      await other.close();
    }
  });

  it("waits for an issuer that does not answer, and goes on", async () => {
    const { edge, issuer } = await startShort(1);
    const browser = await signedIn("asha", edge.url);
    await issuer?.close();
    const signed = Date.now();
    await vi.waitUntil(() => Date.now() - signed > 1100, { timeout: 5000, interval: 50 });
    const unavailable = await browser.fetch(`${edge.url}/fhir/Patient`);
    expect(unavailable.status).toBe(503);
    expect(unavailable.body).toContain("issuer-unreachable");
    expect(unavailable.headers["retry-after"]).toBeDefined();
    expect(browser.cookie(COOKIE)).toBeDefined();
  });
});

describe("what is kept and told of sessions", () => {
  it("is no token, no name and no id, in bodies, headers and logs", async () => {
    const browser = await signedIn("asha");
    const id = browser.cookie(COOKIE) ?? "";
    const answers = [
      await browser.fetch(`${gateway}/auth/session`),
      await browser.fetch(`${gateway}/fhir/Patient?_count=1`),
      await browser.fetch(`${gateway}/fhir/$limits`),
      await browser.fetch(`${gateway}/auth/login?return=//x`),
      await browser.fetch(`${gateway}/auth/callback?code=secret-code&state=${"B".repeat(43)}`),
      await browser.fetch(`${gateway}/auth/logout`, { method: "POST" }),
    ];
    for (const { body, headers } of answers) {
      const { "set-cookie": _, ...others } = headers;
      const text = body + JSON.stringify(others);
      expect(text).not.toMatch(/eyJ[A-Za-z0-9_-]{10}|demo-secret|demo-password/);
      expect(text).not.toContain(id);
    }
    const lines = stack.logs.join("\n");
    expect(lines).toMatch(/"route":"\/auth\/callback","status":303,"code":"sign-in-refused"/);
    expect(lines).not.toMatch(/eyJ[A-Za-z0-9_-]{10}|asha|secret-code|demo-password/);
    expect(lines).not.toContain(id);
  });
});

describe("a file of an export", () => {
  it("is had by a link of the page, in the session of who ordered it, and by nobody else's", async () => {
    const browser = await signedIn("asha");
    const started = await browser.fetch(`${gateway}/fhir/$export?_type=Patient`, {
      headers: { Prefer: "respond-async" },
    });
    expect(started.status).toBe(202);
    const status = String(started.headers["content-location"]);
    const manifest = await vi.waitUntil(
      async () => {
        const answer = await browser.fetch(status);
        return answer.status === 200 ? answer : undefined;
      },
      { timeout: 20_000, interval: 300 },
    );
    const [{ url }] = manifest.json().output as [{ url: string }];
    const link = {
      "Sec-Fetch-Site": "same-origin",
      "Sec-Fetch-Mode": "navigate",
      "Sec-Fetch-Dest": "document",
    };
    const file = await browser.fetch(url, { headers: link });
    expect(file.status).toBe(200);
    expect(file.headers["content-disposition"]).toContain("attachment");
    expect(file.body).toContain('"resourceType":"Patient"');
    const other = await signedIn("anil");
    expect((await other.fetch(url, { headers: link })).status).toBe(404);
    const foreign = await browser.fetch(url, { headers: { ...link, "Sec-Fetch-Site": "cross-site" } });
    expect(foreign.status).toBe(401);
  });
});

describe("who guesses sessions", () => {
  it("is refused after 300 a minute; a hundred ended sessions are not, and whoever is signed in stays so", async () => {
    const browser = await signedIn("asha");
    const headers = { Cookie: `${COOKIE}=${"A".repeat(43)}`, "Sec-Fetch-Site": "same-origin" };
    const statuses: number[] = [];
    // More than two minutes' worth: the minute may turn while they are sent.
    for (let sent = 0; sent < 620; sent += 20) {
      const some = Array.from({ length: 20 }, () => rawRequest(`${gateway}/auth/session`, { headers }));
      statuses.push(...(await Promise.all(some)).map(({ status }) => status));
    }
    expect(statuses.slice(0, 100)).toEqual(Array(100).fill(200));
    const answered = statuses.filter((status) => status === 200).length;
    expect(answered).toBeLessThanOrEqual(600);
    expect(statuses.filter((status) => status === 429)).toHaveLength(620 - answered);
    expect((await browser.fetch(`${gateway}/auth/session`)).json()).toMatchObject({ signedIn: true });
    expect((await rawRequest(`${gateway}/auth/session`)).json()).toEqual(NOT_SIGNED_IN);
  });
});
