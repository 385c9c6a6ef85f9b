import type { DemoRole } from "@aarohan/devkit";
import type { AnyResource, AuditEvent } from "@aarohan/fhir";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RawResponse, rawRequest } from "../src/raw-client.ts";
import { startTestStack, type TestStack } from "../src/test-stack.ts";

let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack({ patients: 30, settings: { CONSENT_MODE: "none" } });
});
afterAll(() => stack.close());

/** A user of the role who asks several times: the subject finds the events. */
async function user(role: DemoRole, claims: Record<string, unknown> = {}) {
  const subject = crypto.randomUUID();
  const token = await stack.mint.mint(role, { sub: subject, ...claims });
  const ask = (path: string): Promise<RawResponse> =>
    rawRequest(`${stack.fhirUrl}${path}`, { headers: { Authorization: `Bearer ${token}` } });
  return { subject, ask };
}

function resourcesOf(answer: RawResponse): AnyResource[] {
  const { entry = [] } = answer.json() as { entry?: { resource: AnyResource }[] };
  return entry.map(({ resource }) => resource);
}

async function events(query: string): Promise<AuditEvent[]> {
  const answer = await stack.ask("administrator", `/AuditEvent?${query}`);
  expect(answer.status).toBe(200);
  return resourcesOf(answer) as unknown as AuditEvent[];
}

describe("the audit trail", () => {
  it("has every authenticated request as soon as it is answered, refused ones too, without a value", async () => {
    const { subject, ask } = await user("analyst");
    const answers = [];
    for (const path of [
      "/Patient?gender=male&_count=5",
      "/Patient?name=Lakshmi",
      "/Media",
      "/Patient/guessed-id",
    ]) {
      answers.push(await ask(path));
    }
    const found = (await events(`agent=${subject}`)).reverse();
    expect(
      found.map(({ outcome, outcomeDesc, entity }) => [outcome, outcomeDesc, entity?.[0]?.type?.code]),
    ).toEqual([
      ["0", "200", "Patient"],
      ["4", "parameter-hidden", "Patient"],
      ["4", "resource-type-hidden", "Media"],
      ["4", "resource-not-found", "Patient"],
    ]);
    expect(found.map(({ id }) => id)).toEqual(answers.map(({ headers }) => headers["x-request-id"]));
    const text = JSON.stringify(found);
    expect(text).toContain('"valueString":"_count gender"');
    expect(text).toMatch(/"valueString":"programme@\d+\.\d+\.\d+#[0-9a-f]{12}"/);
    expect(text).not.toMatch(/Lakshmi|guessed-id|"male"/);
    expect(found[0]?.entity?.[0]?.detail).toContainEqual({ type: "resources", valueString: "5" });
  });

  it("has a caller whose token maps to no role", async () => {
    const { subject, ask } = await user("analyst", { realm_access: { roles: [] } });
    await ask("/Patient");
    expect(await events(`agent=${subject}`)).toMatchObject([
      {
        outcome: "4",
        outcomeDesc: "role-missing",
        agent: [{ role: [{ coding: [{ code: "none" }] }] }],
      },
    ]);
  });

  it("counts refusals before authentication instead of recording them", async () => {
    for (let request = 0; request < 7; request += 1) {
      await rawRequest(`${stack.fhirUrl}/Patient`, { headers: { Authorization: "Bearer not.a.token" } });
    }
    let counted = 0;
    for (const started = Date.now(); counted < 7 && Date.now() - started < 15_000; ) {
      const details = (await events("type=110114")).flatMap(({ entity = [] }) => entity[0]?.detail ?? []);
      counted = details
        .filter(({ type }) => type.startsWith("token-invalid "))
        .reduce((sum, { valueString }) => sum + Number(valueString), 0);
    }
    expect(counted).toBe(7);
  });

  it("tells who saw a patient, in which role and when, and names no patient", async () => {
    const { ask, subject } = await user("administrator");
    const [patient] = resourcesOf(await ask("/Patient?_count=1"));
    const id = String(patient?.id);
    const analyst = await user("analyst");
    await analyst.ask("/Patient?_count=1000");
    const other = await user("analyst");
    await other.ask("/Patient?_count=0");
    const found = await events(`entity=Patient/${id}`);
    const subjects = found.map(({ agent }) => agent[0]?.who?.identifier?.value);
    expect(subjects.slice(0, 2)).toEqual([analyst.subject, subject]);
    expect(subjects).not.toContain(other.subject);
    expect(await events(`patient=${id}&agent=${subject}`)).toHaveLength(1);
    expect(await events("entity=Patient/nobody")).toEqual([]);
    const text = JSON.stringify(found);
    expect(text).not.toContain(id);
    // Of the trail's own domain: what an analyst holds does not find it.
    const shown = resourcesOf(await analyst.ask("/Patient?_count=1000")).map((row) => String(row.id));
    expect(shown.length).toBeGreaterThan(10);
    for (const pseudonym of shown) expect(text).not.toContain(pseudonym);
  });

  it("is searched by the parameters of AuditEvent", async () => {
    const { subject, ask } = await user("provider", { patient: "somebody", azp: "clinic-app" });
    await ask("/Observation?_count=1");
    const today = new Date().toISOString().slice(0, 10);
    for (const query of [
      `agent=${stack.mint.issuer}|${subject}`,
      `agent:identifier=${subject}`,
      `agent=${subject}&altid=clinic-app`,
      `agent=${subject}&agent-role=healthcare-provider`,
      `agent=${subject}&entity-type=Observation&outcome=0&action=R&type=rest&subtype=search-type`,
      `agent=${subject}&date=${today}`,
      `agent=${subject}&date=ge${today}&date=lt2100&_sort=-date`,
    ]) {
      expect(await events(query), query).toHaveLength(1);
    }
    for (const query of ["outcome=8", `date=lt${today}`, "altid=other", "agent-role=viewer"]) {
      expect(await events(`agent=${subject}&${query}`), query).toEqual([]);
    }
  });

  it.each([
    ["name=x", 400],
    ["entity=Observation/1", 400],
    ["date=yesterday", 400],
    ["date=ap2026", 400],
    ["outcome=0&outcome=4", 400],
    ["outcome=4,0", 400],
    ["action=R,E", 400],
    ["_id=a,b", 400],
    ["agent=a,b", 400],
    ["entity=Patient/a,Patient/b", 400],
    ["action=X", 400],
    ["outcome=", 400],
    ["type=http://terminology.hl7.org/CodeSystem/audit-event-type|", 400],
    ["agent:text=x", 400],
    ["_sort=date", 400],
    ["_count=0", 400],
  ])("refuses %s", async (query, status) => {
    expect((await stack.ask("administrator", `/AuditEvent?${query}`)).status).toBe(status);
  });

  it("goes on over pages, each event once", async () => {
    const { subject, ask } = await user("analyst");
    for (let request = 0; request < 7; request += 1) await ask(`/Patient?_count=${request + 1}`);
    const auditor = await user("administrator");
    const ids: unknown[] = [];
    let next: string | undefined = `/AuditEvent?agent=${subject}&_count=3`;
    while (next !== undefined) {
      const page = await auditor.ask(next);
      ids.push(...resourcesOf(page).map(({ id }) => id));
      const { link } = page.json() as { link: { relation: string; url: string }[] };
      next = link.find(({ relation }) => relation === "next")?.url.slice(stack.fhirUrl.length);
    }
    expect(ids).toHaveLength(7);
    expect(new Set(ids).size).toBe(7);
  });

  it("comes as CSV and as single events", async () => {
    const { subject, ask } = await user("analyst");
    const { headers } = await ask("/Patient?_count=1");
    const csv = await stack.ask("administrator", `/AuditEvent?agent=${subject}&_format=csv`);
    expect(csv.headers["content-type"]).toMatch(/^text\/csv/);
    expect(csv.body.trimEnd().split("\r\n")).toHaveLength(2);
    expect(csv.body).toContain(String(headers["x-request-id"]));
    const event = await stack.ask("administrator", `/AuditEvent/${headers["x-request-id"]}`);
    expect(event.json()).toMatchObject({ resourceType: "AuditEvent", id: headers["x-request-id"] });
    expect((await stack.ask("administrator", "/AuditEvent/unknown")).status).toBe(404);
  });

  it("is whole, and says so", async () => {
    await stack.ask("analyst", "/Patient?_count=1");
    const answer = await stack.ask("administrator", "/AuditEvent/$verify");
    expect(answer.json()).toMatchObject({
      resourceType: "Parameters",
      parameter: [
        { name: "whole", valueBoolean: true },
        { name: "day", part: expect.arrayContaining([{ name: "state", valueCode: "open" }]) },
      ],
    });
    expect((await stack.ask("administrator", "/AuditEvent/$verify?from=x")).status).toBe(400);
  });

  it.each<DemoRole>(["analyst", "provider", "viewer"])("is not for %s", async (role) => {
    for (const path of ["/AuditEvent", "/AuditEvent/1", "/AuditEvent/$verify", "/AuditEvent?_count=1"]) {
      const { status, body } = await stack.ask(role, path);
      expect([403]).toContain(status);
      expect(body).not.toContain("AuditEvent?");
    }
  });

  it("records who reads it", async () => {
    const auditor = await user("administrator");
    await auditor.ask("/AuditEvent?outcome=8");
    expect(await events(`agent=${auditor.subject}`)).toMatchObject([
      { entity: [{ type: { code: "AuditEvent" } }], outcome: "0" },
    ]);
  });
});

describe("without a trail that can be written", () => {
  it("nothing leaves", async () => {
    const unsigned = await startTestStack({
      patients: 5,
      settings: { AUDIT_SIGNING_KEY: "", CONSENT_MODE: "none" },
    });
    try {
      for (const path of [
        "/Patient",
        "/Patient?_count=0",
        "/AuditEvent",
        "/AuditEvent/$verify",
        "/$denied-access",
      ]) {
        const answer = await unsigned.ask("administrator", path);
        expect(answer.status).toBe(503);
        expect(answer.body).toContain("audit-unavailable");
        expect(answer.body).not.toMatch(/"entry"|"family"/);
      }
    } finally {
      await unsigned.close();
    }
  });
});

describe("a write", () => {
  it.each([
    ["POST", "/Patient", "GET, HEAD"],
    ["POST", "", "OPTIONS"],
    ["POST", "/Patient/1", "GET, HEAD"],
    ["PUT", "/Patient/1", "GET, HEAD"],
    ["PATCH", "/Patient/1", "GET, HEAD"],
    ["DELETE", "/Patient/1", "GET, HEAD"],
    ["DELETE", "/Patient", "GET, HEAD"],
    ["DELETE", "/Patient/_search", "POST"],
    ["POST", "/AuditEvent", "GET, HEAD"],
    ["DELETE", "/AuditEvent/1", "GET, HEAD"],
    ["PUT", "/MeasureReport/1", "OPTIONS"],
    ["PUT", "/metadata", "GET, HEAD"],
    ["PUT", "/$export-poll-status", "GET, HEAD, DELETE"],
    ["POST", "/$export-poll-status", "GET, HEAD, DELETE"],
    ["PUT", "/$settings", "GET, HEAD, POST"],
    ["GET", "/$deny-access", "POST"],
    ["HEAD", "/$deny-access", "POST"],
    ["HEAD", "/$export", "GET, POST"],
    ["HEAD", "/Patient/$export", "GET, POST"],
    ["HEAD", "/Group/1/$export", "GET, POST"],
    ["POST", "/Patient/$data-dictionary", "GET, HEAD"],
  ])("%s %s is refused to every role, and recorded", async (method, path, allow) => {
    for (const role of ["analyst", "provider", "administrator"] as const) {
      const token = await stack.mint.mint(role, { patient: "somebody" });
      const headers = { Authorization: `Bearer ${token}` };
      const body = ["GET", "HEAD"].includes(method) ? {} : { body: "{}" };
      const answer = await stack.ask(role, path, { method, headers, ...body });
      expect([role, answer.status, answer.headers.allow]).toEqual([role, 405, allow]);
    }
  });
});
