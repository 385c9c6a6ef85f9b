import { createHmac, generateKeyPairSync } from "node:crypto";
import { SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { rawRequest } from "../src/raw-client.ts";
import { startTestStack, type TestStack } from "../src/test-stack.ts";

let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack({ patients: 20 });
});
afterAll(() => stack.close());

function base64url(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

async function goodParts(): Promise<[header: string, payload: string, signature: string]> {
  const [header = "", payload = "", signature = ""] = (await stack.mint.mint("administrator")).split(".");
  return [header, payload, signature];
}

const BAD_TOKENS: readonly [what: string, make: () => Promise<string>][] = [
  ["is expired", () => stack.mint.mint("administrator", { exp: Math.floor(Date.now() / 1000) - 3600 })],
  ["is not yet valid", () => stack.mint.mint("administrator", { nbf: Math.floor(Date.now() / 1000) + 3600 })],
  [
    "comes from another issuer",
    () => stack.mint.mint("administrator", { iss: "http://127.0.0.1:1/auth/realms/x" }),
  ],
  ["is for another service", () => stack.mint.mint("administrator", { aud: "another-service" })],
  ["has no audience", () => stack.mint.mint("administrator", { aud: [] })],
  ["is an ID token", () => stack.mint.mint("administrator", { typ: "ID" })],
  [
    "is signed by an unknown key",
    () => {
      const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
      return new SignJWT({ realm_access: { roles: ["aarohan-administrator"] } })
        .setProtectedHeader({ alg: "ES256", kid: "unknown" })
        .setIssuer(stack.mint.issuer)
        .setSubject("u")
        .setAudience("aarohan-edge")
        .setExpirationTime("5m")
        .sign(privateKey);
    },
  ],
  [
    "is not signed (alg none)",
    async () => `${base64url({ alg: "none", kid: "test-1" })}.${(await goodParts())[1]}.`,
  ],
  [
    "is signed with the public key as a shared secret (HS256)",
    async () => {
      const [, payload] = await goodParts();
      const keys = await (await fetch(stack.mint.jwksUri)).text();
      const input = `${base64url({ alg: "HS256", kid: "test-1" })}.${payload}`;
      return `${input}.${createHmac("sha256", keys).update(input).digest("base64url")}`;
    },
  ],
  [
    "has a changed payload",
    async () => {
      const [header, payload, signature] = await goodParts();
      const claims = JSON.parse(Buffer.from(payload, "base64url").toString());
      return `${header}.${base64url({ ...claims, sub: "someone-else" })}.${signature}`;
    },
  ],
  ["is not a JWT", async () => "opaque"],
];

describe("a request whose token", () => {
  it.each(BAD_TOKENS)("%s is refused with 401, a challenge and an OperationOutcome", async (_, make) => {
    const token = await make();
    const response = await rawRequest(`${stack.fhirUrl}/Patient`, {
      headers: { Authorization: `Bearer ${token}` },
    });
    expect(response.status).toBe(401);
    expect(response.headers["www-authenticate"]).toMatch(/^Bearer realm="[^"]+", error="invalid_token"/);
    expect(response.headers["content-type"]).toBe("application/fhir+json; charset=utf-8");
    expect(response.json()).toMatchObject({ resourceType: "OperationOutcome" });
    expect(response.body).not.toContain(token);
  });
});

describe("a request", () => {
  it("without a token is told how to authenticate, without an error code", async () => {
    const response = await rawRequest(`${stack.fhirUrl}/Patient`);
    expect(response.status).toBe(401);
    expect(response.headers["www-authenticate"]).toMatch(/^Bearer realm="[^"]+"$/);
    expect(response.body).toMatch(/access token/i);
  });

  it("with a token in the query is not authenticated by it", async () => {
    const token = await stack.mint.mint("administrator");
    const response = await rawRequest(`${stack.fhirUrl}/Patient?access_token=${token}`);
    expect(response.status).toBe(401);
  });

  it("whose token has no mapped role is refused with 403", async () => {
    const token = await stack.mint.mint("analyst", { realm_access: { roles: ["offline_access"] } });
    const response = await rawRequest(`${stack.fhirUrl}/Patient`, {
      headers: { Authorization: `Bearer ${token}` },
    });
    expect(response.status).toBe(403);
    expect(response.body).toMatch(/permission/i);
  });

  it.each(["provider", "viewer"] as const)("of a %s is refused with 403 and says why", async (role) => {
    const response = await stack.ask(role, "/Patient");
    expect(response.status).toBe(403);
    expect(response.json()).toMatchObject({ resourceType: "OperationOutcome" });
  });

  it("of an analyst who names the administrator's role is refused with 403", async () => {
    const response = await stack.ask("analyst", "/Patient", {
      headers: { "Aarohan-Role": "system-administrator" },
    });
    expect(response.status).toBe(403);
  });

  it("of a user with two roles is served as the more restrictive one, unless it names the other", async () => {
    const claims = { realm_access: { roles: ["aarohan-administrator", "aarohan-analyst"] }, sub: "both" };
    const headers = { Authorization: `Bearer ${await stack.mint.mint("analyst", claims)}` };
    const anonymised = await rawRequest(`${stack.fhirUrl}/Patient?_count=1`, { headers });
    expect(anonymised.body).toContain("PSEUDED");
    const identified = await rawRequest(`${stack.fhirUrl}/Patient?_count=1`, {
      headers: { ...headers, "Aarohan-Role": "system-administrator" },
    });
    expect(identified.status).toBe(200);
    expect(identified.body).not.toContain("PSEUDED");
  });

  it("still succeeds for a good caller while bad tokens flood the same address", async () => {
    const flood = Array.from({ length: 400 }, () =>
      rawRequest(`${stack.fhirUrl}/Patient`, { headers: { Authorization: "Bearer x.y.z" } }),
    );
    const statuses = new Set((await Promise.all(flood)).map(({ status }) => status));
    expect([...statuses].sort()).toEqual([401, 429]);
    expect((await stack.ask("analyst", "/Patient?_count=1")).status).toBe(200);
  });
});
