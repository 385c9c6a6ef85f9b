import type { DemoRole } from "@aarohan/devkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { rawRequest } from "../src/raw-client.ts";
import { startTestStack, type TestStack } from "../src/test-stack.ts";

let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack({ patients: 10, settings: { CONSENT_MODE: "none" } });
});
afterAll(() => stack.close());

function body(parameters: Record<string, unknown>): string {
  const parameter = Object.entries(parameters).map(([name, valueString]) => ({ name, valueString }));
  return JSON.stringify({ resourceType: "Parameters", parameter });
}

function operate(role: DemoRole, operation: string, parameters: Record<string, unknown>) {
  return stack.ask(role, `/$${operation}`, {
    method: "POST",
    headers: { "Content-Type": "application/fhir+json" },
    body: body(parameters),
  });
}

describe("a user who is denied access", () => {
  it("is refused from the next request on, with the same token, and served again when restored", async () => {
    const subject = crypto.randomUUID();
    const token = await stack.mint.mint("analyst", { sub: subject });
    const ask = () =>
      rawRequest(`${stack.fhirUrl}/Patient?_count=1`, { headers: { Authorization: `Bearer ${token}` } });
    expect((await ask()).status).toBe(200);
    const denied = await operate("administrator", "deny-access", { issuer: stack.mint.issuer, subject });
    expect(denied.status).toBe(200);
    expect(denied.body).toContain(subject);
    const refused = await ask();
    expect(refused.status).toBe(401);
    expect(refused.headers["www-authenticate"]).toContain('error="invalid_token"');
    expect(refused.body).toContain("token-revoked");
    expect((await stack.ask("analyst", "/Patient?_count=1")).status).toBe(200);
    expect((await stack.ask("administrator", "/$denied-access")).body).toContain(subject);
    for (let again = 0; again < 5; again += 1) expect((await ask()).status).toBe(401);
    const events = await stack.ask("administrator", `/AuditEvent?agent=${subject}&outcome=4`);
    // The first of a minute; the others are counted.
    expect(events.body.split('"outcomeDesc":"token-revoked"')).toHaveLength(2);
    await operate("administrator", "restore-access", { issuer: stack.mint.issuer, subject });
    expect((await ask()).status).toBe(200);
    expect((await stack.ask("administrator", "/$denied-access")).body).not.toContain(subject);
  });

  it.each<DemoRole>(["analyst", "provider", "viewer"])("is nobody whom a role of %s names", async (role) => {
    const parameters = { issuer: stack.mint.issuer, subject: "somebody" };
    expect((await operate(role, "deny-access", parameters)).status).toBe(403);
    expect((await operate(role, "restore-access", parameters)).status).toBe(403);
    expect((await stack.ask(role, "/$denied-access")).status).toBe(403);
  });

  it.each([
    [{ issuer: "x" }, 400],
    [{ subject: "x" }, 400],
    [{ issuer: "x", subject: "y", until: "2020-01-01T00:00:00Z" }, 400],
    [{ issuer: "x", subject: "y", until: "tomorrow" }, 400],
    [{ issuer: "x", subject: "y", other: "z" }, 400],
    [{ issuer: "x", subject: 1 }, 400],
    [{ issuer: "x", subject: "y".repeat(70_000) }, 413],
  ])("is named completely: %j", async (parameters, status) => {
    const answer = await operate("administrator", "deny-access", parameters);
    expect(answer.status).toBe(status);
    expect(answer.body).toContain("OperationOutcome");
  });

  it("is not oneself", async () => {
    const subject = crypto.randomUUID();
    const token = await stack.mint.mint("administrator", { sub: subject });
    const answer = await rawRequest(`${stack.fhirUrl}/$deny-access`, {
      method: "POST",
      headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/fhir+json" },
      body: body({ issuer: stack.mint.issuer, subject }),
    });
    expect(answer.status).toBe(400);
  });
});
