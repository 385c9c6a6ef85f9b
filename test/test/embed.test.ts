import type { DemoRole } from "@aarohan/devkit";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type RawRequest, type RawResponse, rawRequest } from "../src/raw-client.ts";
import { startTestStack, type TestStack } from "../src/test-stack.ts";

const HOST = "https://health.example";
const OTHER = "https://evil.example";
const SCOPE = { widget: "coverage", measure: "screening-coverage", region: "Karnataka", origin: HOST };
const ASKED = "/embed/reports/coverage?measure=screening-coverage&region=Karnataka";

let stack: TestStack;
let gateway: string;
beforeAll(async () => {
  stack = await startTestStack({ patients: 3000, settings: { INDICATOR_REFRESH_SECONDS: "1" } });
  gateway = stack.edge.url;
  await publish([
    { widget: "detection", measure: "lesion-positivity", origins: [HOST, "http://127.0.0.1:9000"] },
    { widget: "referrals", measure: "referral-rate", region: "Karnataka", origins: ["*"] },
  ]);
  await vi.waitFor(
    async () => expect((await released("screening-coverage", "state")).length).toBeGreaterThan(0),
    {
      timeout: 60_000,
      interval: 500,
    },
  );
}, 90_000);
afterAll(() => stack.close());

/** Groups of the report that a viewer gets. */
async function released(measure: string, group: string, place = ""): Promise<unknown[]> {
  const path = `/MeasureReport?measure=${measure}&period=2025&group=${group}${place}`;
  const response = await stack.ask("viewer", path);
  return response.status === 200 ? groupsIn(response.json().entry) : [];
}

function groupsIn(entry: unknown): unknown[] {
  const [first] = Array.isArray(entry) ? entry : [];
  return Object(Object(first).resource).group ?? [];
}

interface Publication {
  readonly widget: string;
  readonly measure: string;
  readonly region?: string;
  readonly origins: readonly string[];
}

async function publish(publications: readonly Publication[]): Promise<void> {
  const { etag = "" } = (await stack.ask("administrator", "/$settings")).headers;
  const parameter = publications.map(({ widget, measure, region, origins }) => ({
    name: "publishedWidget",
    part: [
      { name: "widget", valueCode: widget },
      { name: "measure", valueId: measure },
      ...(region === undefined ? [] : [{ name: "region", valueString: region }]),
      ...origins.map((origin) => ({ name: "origin", valueUri: origin })),
    ],
  }));
  const changed = await stack.ask("administrator", "/$settings", {
    method: "POST",
    headers: { "Content-Type": "application/fhir+json", "If-Match": etag },
    body: JSON.stringify({ resourceType: "Parameters", parameter }),
  });
  expect(changed.status).toBe(200);
}

async function mint(body: unknown, role: DemoRole = "analyst"): Promise<RawResponse> {
  return rawRequest(`${gateway}/embed/tokens`, {
    method: "POST",
    headers: {
      Authorization: `Bearer ${await stack.mint.mint(role)}`,
      "Content-Type": "application/json",
    },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
}

async function tokenFor(scope: unknown): Promise<string> {
  return String((await mint(scope)).json().token);
}

function ask(path: string, headers: RawRequest["headers"] = {}): Promise<RawResponse> {
  return rawRequest(`${gateway}${path}`, { headers });
}

async function askWith(token: string, path = ASKED, origin = HOST): Promise<RawResponse> {
  return ask(path, { Authorization: `Bearer ${token}`, Origin: origin });
}

/** Shared with exactly this origin, without credentials. */
function expectShared(response: RawResponse, origin: string): void {
  expect(response.headers["access-control-allow-origin"]).toBe(origin);
  expect(response.headers["access-control-allow-credentials"]).toBeUndefined();
  expect(response.headers.vary).toContain("Origin");
}

function expectRefused(response: RawResponse, code: string): void {
  expect(response.status).toBe(403);
  expect(response.json()).toMatchObject({ resourceType: "OperationOutcome" });
  expect(response.body).toContain(`"${code}"`);
}

describe("an embed token", () => {
  it.each(["viewer", "analyst", "administrator"] as const)(
    "is made for a server of the role %s",
    async (role) => {
      const response = await mint({ ...SCOPE, minutes: 3 }, role);
      expect(response.status).toBe(200);
      expect(response.headers["cache-control"]).toContain("no-store");
      const { expiresAt } = response.json();
      expect(Date.parse(String(expiresAt)) - Date.now()).toBeGreaterThan(170_000);
      expect(Date.parse(String(expiresAt)) - Date.now()).toBeLessThanOrEqual(180_000);
    },
  );

  it("is not made for a provider, nor for nobody", async () => {
    expect((await mint(SCOPE, "provider")).status).toBe(403);
    const body = JSON.stringify(SCOPE);
    const headers = { "Content-Type": "application/json" };
    const request = { method: "POST", headers, body };
    expect((await rawRequest(`${gateway}/embed/tokens`, request)).status).toBe(401);
    const form = { ...headers, Cookie: `__Host-session=${"A".repeat(43)}`, "Sec-Fetch-Site": "cross-site" };
    expect((await rawRequest(`${gateway}/embed/tokens`, { ...request, headers: form })).status).toBe(401);
  });

  it("is in the trail, by the id that it carries", async () => {
    const token = await tokenFor(SCOPE);
    const { jti } = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString());
    const event = await stack.ask("administrator", `/AuditEvent/${jti}`);
    expect(event.status).toBe(200);
    expect(event.body).toContain("embed-token");
    expect(event.body).not.toContain(HOST);
  });

  it.each<[string, unknown]>([
    ["an unknown widget", { ...SCOPE, widget: "everything" }],
    ["an unknown Measure", { ...SCOPE, measure: "secrets" }],
    ["an unknown region", { ...SCOPE, region: "Atlantis" }],
    ["an origin with a path", { ...SCOPE, origin: `${HOST}/` }],
    ["every origin", { ...SCOPE, origin: "*" }],
    ["plain http", { ...SCOPE, origin: "http://health.example" }],
    ["eleven minutes", { ...SCOPE, minutes: 11 }],
    ["no time", { ...SCOPE, minutes: 0 }],
    ["half a minute", { ...SCOPE, minutes: 0.5 }],
    ["something else", { ...SCOPE, tenant: "north" }],
    ["nothing", {}],
    ["what is no JSON", "secrets"],
    ["a list", [SCOPE]],
  ])("is not made for %s, and nothing is quoted", async (_, body) => {
    const response = await mint(body);
    expect(response.status).toBe(400);
    expect(response.body).not.toMatch(/secrets|Atlantis|health\.example|north/);
  });

  it("opens nothing of FHIR, no files, no session, and makes no other", async () => {
    const headers = { Authorization: `Bearer ${await tokenFor(SCOPE)}` };
    for (const path of ["/fhir/MeasureReport", "/fhir/Patient", "/fhir/$limits", "/files/x/y"]) {
      const response = await ask(path, headers);
      expect([path, response.status]).toEqual([path, 401]);
    }
    const again = await rawRequest(`${gateway}/embed/tokens`, {
      method: "POST",
      headers: { ...headers, "Content-Type": "application/json" },
      body: JSON.stringify(SCOPE),
    });
    expect(again.status).toBe(401);
  });
});

describe("a widget with a token", () => {
  it("gets the released report of its region, as a viewer does, and nothing beside it", async () => {
    const response = await askWith(await tokenFor(SCOPE), `${ASKED}&period=2025`);
    expect(response.status).toBe(200);
    expectShared(response, HOST);
    expect(response.headers["content-type"]).toContain("application/fhir+json");
    expect(response.headers["cache-control"]).toMatch(/^private, max-age=60/);
    const { resourceType, group } = response.json();
    expect(resourceType).toBe("MeasureReport");
    expect(group).toEqual(await released("screening-coverage", "district", "&state=Karnataka"));
    expect(group).not.toEqual([]);
    expect(group).not.toEqual(await released("screening-coverage", "district"));
  });

  it("gets all of its scope where it names nothing", async () => {
    const token = await tokenFor({ ...SCOPE, region: undefined });
    const response = await askWith(token, "/embed/reports/coverage?period=2025");
    expect(response.json().group).toEqual(await released("screening-coverage", "state"));
    const narrower = await askWith(token, `${ASKED}&period=2025`);
    expect(narrower.status).toBe(200);
  });

  it("is cut no wider than its region", async () => {
    const token = await tokenFor(SCOPE);
    expectRefused(await askWith(token, `${ASKED}&period=2025&group=none`), "embed-not-granted");
    const state = await askWith(token, `${ASKED}&period=2025&group=state`);
    expect(state.json().group).toHaveLength(1);
    const district = await tokenFor({ ...SCOPE, region: "Karnataka|Kolar" });
    const path = "/embed/reports/coverage?period=2025";
    expectRefused(await askWith(district, `${path}&group=state`), "embed-not-granted");
    const own = await askWith(district, path);
    expect(own.status).toBe(200);
    const kolar = await released("screening-coverage", "district", "&district=Kolar");
    expect(own.json().group ?? []).toEqual(kolar);
  });

  it("gets published tables alone", async () => {
    const token = await tokenFor(SCOPE);
    for (const cut of ["period=2025-01-05", "period=2025&stratifier=tobacco", "period=2026-11"]) {
      const response = await askWith(token, `${ASKED}&${cut}`);
      expect(response.status).toBeGreaterThanOrEqual(400);
      expectShared(response, HOST);
    }
  });

  it("is refused for a page of another origin, which cannot read why", async () => {
    const token = await tokenFor(SCOPE);
    for (const origin of [OTHER, "null", `${HOST}.evil.example`, `${HOST}:8443`, "http://health.example"]) {
      const response = await askWith(token, ASKED, origin);
      expectRefused(response, "origin-refused");
      expect(response.headers["access-control-allow-origin"]).toBeUndefined();
    }
    expectRefused(await ask(ASKED, { Authorization: `Bearer ${token}` }), "origin-refused");
  });

  it.each([
    ["another region", "/embed/reports/coverage?measure=screening-coverage&region=Kerala"],
    ["a district of it", "/embed/reports/coverage?measure=screening-coverage&region=Karnataka|Mysuru"],
    ["another Measure", "/embed/reports/coverage?measure=lesion-positivity&region=Karnataka"],
    ["another widget", "/embed/reports/referrals?measure=screening-coverage&region=Karnataka"],
  ])("is refused for %s, and its page may read why", async (_, path) => {
    const response = await askWith(await tokenFor(SCOPE), path);
    expectRefused(response, "embed-not-granted");
    expectShared(response, HOST);
  });

  it.each<[string, string]>([
    ["that is none", "x.y.z"],
    ["that is not signed", "eyJhbGciOiJub25lIn0.e30."],
  ])("%s is refused", async (_, token) => {
    const response = await askWith(token);
    expectRefused(response, "embed-token-invalid");
    expect(response.headers["access-control-allow-origin"]).toBeUndefined();
  });

  it("that is one's access token is refused: rows are not for pages of others", async () => {
    expectRefused(await askWith(await stack.mint.mint("administrator")), "embed-token-invalid");
  });

  it("may be asked for by its page: the preflight says so, for GET alone", async () => {
    const headers = {
      Origin: HOST,
      "Access-Control-Request-Method": "GET",
      "Access-Control-Request-Headers": "authorization",
    };
    const response = await rawRequest(`${gateway}${ASKED}`, { method: "OPTIONS", headers });
    expect(response.status).toBe(204);
    expectShared(response, HOST);
    expect(response.headers["access-control-allow-methods"]).toBe("GET");
    const foreign = { ...headers, Origin: "http://health.example" };
    const refused = await rawRequest(`${gateway}${ASKED}`, { method: "OPTIONS", headers: foreign });
    expect(refused.headers["access-control-allow-origin"]).toBeUndefined();
  });
});

describe("a published widget", () => {
  const DETECTION = "/embed/reports/detection?measure=lesion-positivity&period=2025";
  const REFERRALS = "/embed/reports/referrals?measure=referral-rate&region=Karnataka&period=2025";

  it.each([HOST, "http://127.0.0.1:9000"])("is had by pages of %s, without a token", async (origin) => {
    const response = await ask(DETECTION, { Origin: origin });
    expect(response.status).toBe(200);
    expectShared(response, origin);
    expect(response.headers["cache-control"]).toMatch(/^public, max-age=60/);
    expect(response.json().group).toEqual(await released("lesion-positivity", "state"));
  });

  it("for every page is had by every page, and by programs", async () => {
    const response = await ask(REFERRALS, { Origin: OTHER });
    expect(response.status).toBe(200);
    expectShared(response, OTHER);
    const program = await ask(REFERRALS);
    expect(program.status).toBe(200);
    expect(program.headers["access-control-allow-origin"]).toBeUndefined();
  });

  it("is had by our own frame, whatever the pages are that it stands in", async () => {
    expect((await ask(DETECTION, { "Sec-Fetch-Site": "same-origin" })).status).toBe(200);
    expectRefused(await ask(DETECTION, { "Sec-Fetch-Site": "same-site" }), "origin-refused");
  });

  it("is the same until the next release or change of settings: 304", async () => {
    const first = await ask(DETECTION, { Origin: HOST });
    const tag = String(first.headers.etag);
    expect(tag).toMatch(/^"[0-9a-f]{32}"$/);
    const again = await ask(DETECTION, { Origin: HOST, "If-None-Match": `W/${tag}, "x"` });
    expect([again.status, again.body]).toEqual([304, ""]);
    expectShared(again, HOST);
    expect(again.headers.etag).toBe(tag);
    const other = await ask(REFERRALS, { Origin: HOST, "If-None-Match": tag });
    expect(other.status).toBe(200);
  });

  it("is refused for pages of other origins, for other Measures, and where it is not published", async () => {
    const path = "/embed/reports/detection?measure=lesion-positivity";
    for (const origin of [OTHER, "https://www.health.example", "http://127.0.0.1:9001", "null"]) {
      const response = await ask(path, { Origin: origin });
      expectRefused(response, "origin-refused");
      expect(response.headers["access-control-allow-origin"]).toBeUndefined();
    }
    expectRefused(await ask(path), "origin-refused");
    expectRefused(await ask(ASKED, { Origin: HOST }), "embed-not-granted");
    const wider = "/embed/reports/referrals?measure=referral-rate";
    expectRefused(await ask(wider, { Origin: HOST }), "embed-not-granted");
    expectRefused(await ask(`${wider}&region=Kerala`, { Origin: HOST }), "embed-not-granted");
    expectRefused(await ask(`${path}&tenant=north`, { Origin: HOST }), "embed-not-granted");
  });

  it.each([
    ["an unknown widget", "/embed/reports/everything?measure=lesion-positivity", 404],
    ["no Measure", "/embed/reports/detection", 400],
    ["an unknown Measure", "/embed/reports/detection?measure=secrets", 400],
    ["a Measure twice", "/embed/reports/detection?measure=lesion-positivity&measure=referral-rate", 400],
    ["an unknown parameter", "/embed/reports/detection?measure=lesion-positivity&access_token=x", 400],
    ["an unknown region", "/embed/reports/detection?measure=lesion-positivity&region=Atlantis", 400],
  ])("is not asked for with %s", async (_, path, status) => {
    const response = await ask(path, { Origin: HOST });
    expect(response.status).toBe(status);
    expect(response.json()).toMatchObject({ resourceType: "OperationOutcome" });
  });
});

describe("the script", () => {
  it("may be loaded by pages of every origin, at a stable address, and its parts for ever", async () => {
    const script = await ask("/embed/widgets.js", { Origin: OTHER });
    expect(script.status).toBe(200);
    expect(script.headers["content-type"]).toContain("text/javascript");
    expect(script.headers["access-control-allow-origin"]).toBe("*");
    expect(script.headers["cross-origin-resource-policy"]).toBe("cross-origin");
    expect(script.headers["cache-control"]).toBe("public, max-age=600");
    const [part] = /\.\/parts\/[\w.-]+\.js/.exec(script.body) ?? [];
    const loaded = await ask(new URL(part ?? "", `${gateway}/embed/`).pathname, { Origin: OTHER });
    expect(loaded.headers["access-control-allow-origin"]).toBe("*");
    expect(loaded.headers["cache-control"]).toContain("immutable");
  });
});

describe("the frame", () => {
  it("shows itself in a language and a look", async () => {
    const response = await ask("/embed/frame/detection?measure=lesion-positivity&lang=kn&theme=dark");
    expect(response.status).toBe(200);
    expect(response.body).toContain("/embed/frame.js");
    expect((await ask("/embed/reports/detection?measure=lesion-positivity&lang=kn")).status).toBe(400);
  });

  it("may stand in pages of the origins that the widget is published for", async () => {
    const response = await ask("/embed/frame/detection?measure=lesion-positivity");
    expect(response.status).toBe(200);
    expect(response.headers["content-type"]).toContain("text/html");
    const policy = String(response.headers["content-security-policy"]);
    expect(policy).toMatch(/frame-ancestors https:\/\/health\.example http:\/\/127\.0\.0\.1:9000$/);
    expect(policy).not.toContain("unsafe");
    expect(response.headers["x-frame-options"]).toBeUndefined();
    const everywhere = await ask("/embed/frame/referrals?measure=referral-rate&region=Karnataka");
    expect(everywhere.headers["content-security-policy"]).toMatch(/frame-ancestors \*$/);
  });

  it.each([
    ["what is not published", "/embed/frame/coverage?measure=screening-coverage", 403],
    ["a wider region", "/embed/frame/referrals?measure=referral-rate", 403],
    ["an unknown widget", "/embed/frame/everything?measure=referral-rate", 404],
    ["no Measure", "/embed/frame/detection", 400],
  ])("is refused for %s, and the refusal stands in no frame", async (_, path, status) => {
    const response = await ask(path);
    expect(response.status).toBe(status);
    expect(response.headers["content-security-policy"]).toContain("frame-ancestors 'none'");
    expect(response.headers["x-frame-options"]).toBe("DENY");
  });

  it("keeps every other page out of frames", async () => {
    for (const path of ["/", "/widgets/frame", "/fhir/metadata"]) {
      expect((await ask(path)).headers["content-security-policy"]).toContain("frame-ancestors 'none'");
    }
  });
});

it("leaves no token, origin or place in the log", async () => {
  const token = await tokenFor(SCOPE);
  await askWith(token);
  await askWith(token, ASKED, OTHER);
  const lines = stack.logs.join("\n");
  expect(lines).toContain('"route":"/embed/reports/:widget"');
  expect(lines).not.toMatch(/eyJ|health\.example|evil\.example|Karnataka|screening-coverage/);
});
