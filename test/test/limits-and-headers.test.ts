import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { rawRequest } from "../src/raw-client.ts";
import { startTestStack, type TestStack } from "../src/test-stack.ts";

let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack({
    patients: 20,
    settings: { ALLOWED_ORIGINS: "https://dashboard.example", CONSENT_MODE: "none" },
  });
});
afterAll(() => stack.close());

function as(token: string) {
  return { headers: { Authorization: `Bearer ${token}` } };
}

describe("the limit of requests", () => {
  it("refuses the 101st within a minute with 429 and says when to come back; other users are not touched", async () => {
    const token = await stack.mint.mint("analyst");
    const answers = [];
    for (let request = 0; request < 101; request += 1)
      answers.push(await rawRequest(`${stack.fhirUrl}/Patient?_count=1`, as(token)));
    expect(answers.slice(0, 100).map(({ status }) => status)).toEqual(Array(100).fill(200));
    const [first, last] = [answers[0], answers[100]];
    expect(first?.headers).toMatchObject({
      ratelimit: '"requests";r=99;t=60',
      "ratelimit-policy": '"requests";q=100;w=60',
    });
    expect(last?.status).toBe(429);
    expect(last?.headers.ratelimit).toMatch(/^"requests";r=0;t=\d+$/);
    expect(Number(last?.headers["retry-after"])).toBeGreaterThan(0);
    expect(Number(last?.headers["retry-after"])).toBeLessThanOrEqual(60);
    expect(last?.json()).toMatchObject({ issue: [{ code: "throttled" }] });
    expect((await stack.ask("analyst", "/Patient?_count=1")).status).toBe(200);
  });

  it("records all that it admits and the first that it refuses, however many more come", async () => {
    const sub = crypto.randomUUID();
    const token = await stack.mint.mint("analyst", { sub });
    const answers = [];
    for (let request = 0; request < 130; request += 1) {
      const path = request % 2 === 0 ? `${stack.fhirUrl}/Patient?_count=1` : `${stack.edge.url}/files/x/y`;
      answers.push(await rawRequest(path, as(token)));
    }
    expect(answers.map(({ status }) => status).slice(100)).toEqual(Array(30).fill(429));
    const trail = await stack.ask("administrator", `/AuditEvent?agent=${sub}&_count=200`);
    const { entry } = trail.json() as { entry: { resource: { id: string; outcomeDesc: string } }[] };
    expect(entry.map(({ resource }) => resource.id).reverse()).toEqual(
      answers.slice(0, 101).map(({ headers }) => headers["x-request-id"]),
    );
    expect(entry[0]?.resource.outcomeDesc).toBe("rate-limited");
  });

  it("counts refused requests of every kind", async () => {
    const token = await stack.mint.mint("viewer");
    const statuses = [];
    for (let request = 0; request < 101; request += 1)
      statuses.push((await rawRequest(`${stack.fhirUrl}/Media`, as(token))).status);
    expect(statuses.at(99)).toBe(403);
    expect(statuses.at(100)).toBe(429);
  });
});

describe("every answer", () => {
  it.each(["/Patient?_count=1", "/Media", "/metadata"])(
    "of %s has the headers that keep it safe",
    async (path) => {
      const { headers } = await stack.ask("analyst", path);
      expect(headers["x-request-id"]).toMatch(/^[0-9a-f-]{36}$/);
      expect(headers["x-content-type-options"]).toBe("nosniff");
      expect(headers["content-security-policy"]).toBe("default-src 'none'; frame-ancestors 'none'");
      expect(headers["cache-control"]).toBe("private, no-store");
      expect(headers.etag).toBeUndefined();
    },
  );

  it("is shared with configured origins, exactly, and without credentials", async () => {
    const from = (origin: string) =>
      stack.ask("analyst", "/Patient?_count=1", { headers: { Origin: origin } });
    expect((await from("https://dashboard.example")).headers["access-control-allow-origin"]).toBe(
      "https://dashboard.example",
    );
    for (const origin of [
      "https://evil.example",
      "https://dashboard.example.evil.example",
      "http://dashboard.example",
      "null",
    ]) {
      const { headers } = await from(origin);
      expect(headers["access-control-allow-origin"]).toBeUndefined();
    }
    const preflight = await rawRequest(`${stack.fhirUrl}/Patient`, {
      method: "OPTIONS",
      headers: {
        Origin: "https://dashboard.example",
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "authorization",
      },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers["access-control-allow-headers"]).toContain("Authorization");
    expect(preflight.headers["access-control-allow-credentials"]).toBeUndefined();
  });
});

/** Types that no server has: they are computed here, and have parameters of their own. */
describe("what is open to all", () => {
  it("is the SMART configuration, at the origin's root and under the base", async () => {
    for (const base of [stack.edge.url, stack.fhirUrl]) {
      const configuration = (await rawRequest(`${base}/.well-known/smart-configuration`)).json();
      expect(configuration.token_endpoint).toMatch(/\/protocol\/openid-connect\/token$/);
      expect(configuration.capabilities).toBeInstanceOf(Array);
    }
  });

  it("is the status and the page; a wrong FHIR address is not answered with the page", async () => {
    expect((await rawRequest(`${stack.edge.url}/status`)).json()).toMatchObject({
      status: "ok",
      upstream: "reachable",
    });
    const page = await rawRequest(`${stack.edge.url}/`);
    expect(page.body).toContain("Aarohan Edge");
    expect(page.headers["content-security-policy"]).toContain("default-src 'none'");
    expect((await rawRequest(`${stack.fhirUrl}/nonsense/x/y`)).status).toBe(401);
    expect((await rawRequest(`${stack.edge.url}/fhir`)).body).toContain("OperationOutcome");
  });
});
