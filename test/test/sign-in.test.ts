import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { rawRequest } from "../src/raw-client.ts";
import { enterName, ScriptedBrowser, signIn } from "../src/scripted-browser.ts";
import { startTestStack, type TestStack } from "../src/test-stack.ts";

const COOKIE = "__Host-session";

let stack: TestStack;
let gateway: string;
beforeAll(async () => {
  stack = await startTestStack({ patients: 20 });
  gateway = stack.edge.url;
});
afterAll(() => stack.close());

async function signedIn(username: string): Promise<ScriptedBrowser> {
  const browser = new ScriptedBrowser();
  await signIn(browser, gateway, username);
  expect(browser.cookie(COOKIE)).toMatch(/^[A-Za-z0-9_-]{43}$/);
  return browser;
}

async function trailOf(query: string): Promise<string> {
  return (await stack.ask("administrator", `/AuditEvent?${query}&_count=100`)).body;
}

describe("signing in", () => {
  it.each([
    ["asha", "data-analyst"],
    ["prema", "healthcare-provider"],
    ["anil", "system-administrator"],
    ["vikram", "viewer"],
  ])("%s comes back to the page, as %s, with a cookie that holds an id alone", async (username, role) => {
    const browser = new ScriptedBrowser();
    const visit = await signIn(browser, gateway, username, "/coverage?state=Karnataka#table");
    expect(visit.url).toBe(`${gateway}/coverage?state=Karnataka#table`);
    expect(browser.cookieNames().filter((name) => name.startsWith("__Host-"))).toEqual([COOKIE]);
    const line = browser.cookieLine(COOKIE) ?? "";
    expect(line).toMatch(/^__Host-session=[A-Za-z0-9_-]{43}; /);
    for (const attribute of ["HttpOnly", "Secure", "SameSite=Lax", "Path=/"])
      expect(line).toContain(attribute);
    expect(line).not.toMatch(/Domain=/i);
    const session = await browser.fetch(`${gateway}/auth/session`);
    expect(session.headers["cache-control"]).toBe("no-store");
    expect(session.json()).toMatchObject({
      signedIn: true,
      name: username,
      role,
      roles: [role],
      tenant: "default",
    });
    const { expiresAt } = session.json();
    const hours = (Date.parse(String(expiresAt)) - Date.now()) / 3_600_000;
    expect(hours).toBeGreaterThan(7.9);
    expect(hours).toBeLessThanOrEqual(8);
  });

  it("brings no token and no code of this service into an address, but the code that the issuer itself sends", async () => {
    const { trail } = await signIn(new ScriptedBrowser(), gateway, "asha");
    expect(trail.join("\n")).not.toMatch(/access_token|id_token|refresh_token|eyJ[\w-]+\.[\w-]+\./);
    const login = await new ScriptedBrowser().visit(`${gateway}/auth/login`);
    const query = new URL(login.trail.find((url) => url.includes("code_challenge")) ?? "").searchParams;
    expect(query.get("code_challenge_method")).toBe("S256");
    expect(query.get("state")).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(query.get("nonce")).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(query.get("client_secret")).toBeNull();
  });

  it("is in the trail, and so is signing out", async () => {
    const browser = await signedIn("asha");
    await browser.fetch(`${gateway}/auth/logout`, { method: "POST" });
    const logins = await trailOf("type=110114&subtype=110122&agent=asha");
    expect(logins).toContain('"display":"Login"');
    expect(logins).toContain('"outcomeDesc":"signed-in"');
    const logouts = await trailOf("type=110114&subtype=110123&agent=asha");
    expect(logouts).toContain('"outcomeDesc":"signed-out"');
  });

  it("works in two tabs at the same time", async () => {
    const browser = new ScriptedBrowser();
    const one = await browser.visit(`${gateway}/auth/login?return=/one`);
    const other = await browser.visit(`${gateway}/auth/login?return=/other`);
    expect((await enterName(browser, one, "asha")).url).toBe(`${gateway}/one`);
    expect((await enterName(browser, other, "asha")).url).toBe(`${gateway}/other`);
  });
});

describe("where a sign-in leads", () => {
  it.each([
    "https://evil.example/",
    "//evil.example/",
    "/\\evil.example/",
    "\\\\evil.example",
    "/.//evil.example/",
    "/x/..//evil.example",
    "/%2e//evil.example",
    "javascript:alert(1)",
    "evil.example",
    "",
    "/\t/evil.example",
    "/\n/evil.example",
    "/fhir/$export",
    "/%66hir/$export",
    "/FHIR/Patient",
    "/x/../fhir/Patient",
    "/files/a/b",
    "/auth/logout",
    "/auth/login?return=/",
    `/${"a".repeat(3000)}`,
  ])("%j is refused", async (target) => {
    const response = await rawRequest(`${gateway}/auth/login?return=${encodeURIComponent(target)}`);
    expect(response.status).toBe(400);
    expect(response.headers.location).toBeUndefined();
    expect(response.headers["set-cookie"]).toBeUndefined();
  });

  it("is the start page where nothing is said", async () => {
    const browser = new ScriptedBrowser();
    const login = await browser.visit(`${gateway}/auth/login`);
    const { url } = await enterName(browser, login, "asha");
    expect(url).toBe(`${gateway}/`);
  });
});

describe("a callback", () => {
  /** Where the issuer sends the browser back to, without going there. */
  async function callbackOf(browser: ScriptedBrowser): Promise<string> {
    const login = await browser.visit(`${gateway}/auth/login`);
    const { url } = await enterName(browser, login, "asha", (next) =>
      next.startsWith(`${gateway}/auth/callback`),
    );
    return url;
  }

  it.each([
    ["without anything", "/auth/callback"],
    ["with a state that nobody began", `/auth/callback?code=x&state=${"A".repeat(43)}`],
    ["with a state that is none", "/auth/callback?code=x&state=../../x"],
    ["with an error of the issuer", "/auth/callback?error=access_denied"],
  ])("%s leads to the start page, which is told why, without a session", async (_, path) => {
    const response = await rawRequest(`${gateway}${path}`);
    expect(response.status).toBe(303);
    expect(response.headers.location).toBe("/?sign-in=sign-in-refused");
    expect(response.headers["set-cookie"] ?? []).toEqual([]);
  });

  it("does not serve another browser than the one that began (login CSRF)", async () => {
    const victim = new ScriptedBrowser();
    const callback = await callbackOf(new ScriptedBrowser());
    const visit = await victim.visit(callback);
    expect(visit.url).toBe(`${gateway}/?sign-in=sign-in-refused`);
    expect(victim.cookie(COOKIE)).toBeUndefined();
  });

  it("serves once: the code is used up, and the attempt is gone", async () => {
    const browser = new ScriptedBrowser();
    const callback = await callbackOf(browser);
    expect((await browser.visit(callback)).url).toBe(`${gateway}/`);
    const first = browser.cookie(COOKIE);
    expect((await browser.visit(callback)).url).toBe(`${gateway}/?sign-in=sign-in-refused`);
    expect(browser.cookie(COOKIE)).toBe(first);
  });

  it("with the answer of another issuer is refused (RFC 9207)", async () => {
    const browser = new ScriptedBrowser();
    const callback = new URL(await callbackOf(browser));
    callback.searchParams.set("iss", "https://evil.example");
    expect((await browser.visit(callback.href)).url).toBe(`${gateway}/?sign-in=sign-in-refused`);
    expect(browser.cookie(COOKIE)).toBeUndefined();
  });

  it("takes over no id that somebody put there before (fixation)", async () => {
    const browser = new ScriptedBrowser();
    const planted = "A".repeat(43);
    browser.setCookie(COOKIE, planted);
    await signIn(browser, gateway, "asha");
    expect(browser.cookie(COOKIE)).not.toBe(planted);
    const response = await rawRequest(`${gateway}/fhir/Patient?_count=1`, {
      headers: { Cookie: `${COOKIE}=${planted}`, "Sec-Fetch-Site": "same-origin" },
    });
    expect(response.status).toBe(401);
  });
});
