import type { DemoRole } from "@aarohan/devkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RawResponse, rawRequest } from "../src/raw-client.ts";
import { startTestStack, type TestStack } from "../src/test-stack.ts";

const DEPLOYED = { state: "Karnataka", year: 2020, eligible: 1_000_000, source: "as deployed" };
const ENTERED = {
  name: "denominator",
  part: [
    { name: "state", valueString: "Karnataka" },
    { name: "year", valueInteger: 2021 },
    { name: "eligible", valueInteger: 54_321 },
    { name: "source", valueString: "a census" },
  ],
};
const PUBLISHED = {
  name: "publishedWidget",
  part: [
    { name: "widget", valueCode: "coverage" },
    { name: "measure", valueId: "screening-coverage" },
    { name: "region", valueString: "Karnataka" },
    { name: "origin", valueUri: "https://health.example" },
    { name: "origin", valueUri: "http://127.0.0.1:9000" },
  ],
};

let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack({
    patients: 40,
    settings: { INDICATOR_DENOMINATORS: JSON.stringify([DEPLOYED]) },
  });
});
afterAll(() => stack.close());

const read = (role: DemoRole = "administrator") => stack.ask(role, "/$settings");

function change(parameter: unknown, ifMatch: string | undefined, role: DemoRole = "administrator") {
  return stack.ask(role, "/$settings", {
    method: "POST",
    headers: {
      "Content-Type": "application/fhir+json",
      ...(ifMatch === undefined ? {} : { "If-Match": ifMatch }),
    },
    body: JSON.stringify({ resourceType: "Parameters", parameter }),
  });
}

function named(response: RawResponse, name: string): unknown[] {
  const { parameter } = response.json() as { parameter: { name: string }[] };
  return parameter.filter((one) => one.name === name);
}

async function coverage(): Promise<string> {
  const path = "/MeasureReport?measure=screening-coverage&period=2025&group=state";
  return (await stack.ask("administrator", path)).body;
}

async function currentTag(): Promise<string> {
  return String((await read()).headers.etag);
}

describe("settings", () => {
  it("begin as they were deployed, with the policy and the limits that are shown", async () => {
    const response = await read();
    expect(response.status).toBe(200);
    expect(response.headers.etag).toBe('W/"0"');
    expect(JSON.stringify(named(response, "denominator"))).toContain('"valueInteger":1000000');
    expect(named(response, "publishedWidget")).toEqual([]);
    expect(JSON.stringify(named(response, "policy"))).toMatch(/"hash","valueString":"[A-Za-z0-9_-]{8,}"/);
    expect(named(response, "limit")).toHaveLength(3);
  });

  it("are changed by the version that was read, once, and take effect in the reports", async () => {
    const tag = await currentTag();
    expect(await coverage()).toContain('"count":1000000');
    const changed = await change([ENTERED, PUBLISHED], tag);
    expect(changed.status).toBe(200);
    expect(named(changed, "denominator")).toEqual([ENTERED]);
    expect(named(changed, "publishedWidget")).toEqual([PUBLISHED]);
    const conflict = await change([], tag);
    expect(conflict.status).toBe(412);
    expect(conflict.body).toContain("version-conflict");
    const again = await read();
    expect(again.headers.etag).toBe(changed.headers.etag);
    expect(named(again, "denominator")).toEqual([ENTERED]);
    const report = await coverage();
    expect(report).toContain('"count":54321');
    expect(report).not.toContain("1000000");
  });

  it("that change at the same time: one of them wins, and the others are told", async () => {
    const tag = await currentTag();
    const answers = await Promise.all(Array.from({ length: 8 }, () => change([ENTERED], tag)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, ...Array(7).fill(412)]);
  });

  it("in the trail are named, not valued", async () => {
    await change([], await currentTag());
    const changed = await change([PUBLISHED], await currentTag());
    expect(changed.status).toBe(200);
    const trail = await stack.ask("administrator", "/AuditEvent?subtype=operation&action=E&_count=5");
    expect(trail.body).toContain('"type":"parameters","valueString":"publishedWidget"');
    expect(trail.body).not.toMatch(/health\.example|54321|census/);
    expect(stack.logs.join("\n")).not.toMatch(/health\.example|54321|census/);
  });

  it("are for administrators alone", async () => {
    for (const role of ["analyst", "provider", "viewer"] as const) {
      expect((await read(role)).status).toBe(403);
      expect((await change([], 'W/"0"', role)).status).toBe(403);
    }
    expect((await rawRequest(`${stack.fhirUrl}/$settings`)).status).toBe(401);
  });

  it("of one tenant are not another's", async () => {
    const token = await stack.mint.mint("administrator", { partition_id: "north" });
    const headers = { Authorization: `Bearer ${token}` };
    const other = await rawRequest(`${stack.fhirUrl}/$settings`, { headers });
    expect(other.status).toBe(403);
  });

  it.each<[string, string | undefined, number]>([
    ["without a version", undefined, 428],
    ["with any version", "*", 412],
    ["with a version to come", 'W/"999"', 412],
    ["with a version that is none", '"abc"', 412],
  ])("are not changed %s", async (_, ifMatch, status) => {
    const before = await currentTag();
    expect((await change([], ifMatch)).status).toBe(status);
    expect(await currentTag()).toBe(before);
  });

  const part = (name: string, key: string, value: unknown) => ({ name, [key]: value });
  const widget = (...changes: { name: string }[]) => {
    const names = new Set(changes.map(({ name }) => name));
    return { ...PUBLISHED, part: [...PUBLISHED.part.filter(({ name }) => !names.has(name)), ...changes] };
  };
  const denominator = (change: { name: string }) => ({
    ...ENTERED,
    part: [...ENTERED.part.filter(({ name }) => name !== change.name), change],
  });
  it.each<[string, unknown]>([
    ["an unknown parameter", { name: "limit", part: [] }],
    ["one without parts", { name: "denominator" }],
    ["an unknown part", denominator(part("other", "valueString", "x"))],
    ["a part that stands twice", { ...ENTERED, part: [...ENTERED.part, ENTERED.part[0]] }],
    ["nobody", denominator(part("eligible", "valueInteger", 0))],
    ["half a person", denominator(part("eligible", "valueDecimal", 0.5))],
    ["a year as text", denominator(part("year", "valueString", "2021"))],
    ["no source", denominator(part("source", "valueString", ""))],
    ["an unknown widget", widget(part("widget", "valueCode", "everything"))],
    ["an unknown Measure", widget(part("measure", "valueId", "secrets"))],
    ["a region that is none", widget(part("region", "valueString", "a|b|c"))],
    ["an origin with a path", widget(part("origin", "valueUri", "https://health.example/path"))],
    ["an origin with a slash", widget(part("origin", "valueUri", "https://health.example/"))],
    ["an origin of plain http", widget(part("origin", "valueUri", "http://health.example"))],
    ["an origin with a default port", widget(part("origin", "valueUri", "https://health.example:443"))],
    ["an origin with capitals", widget(part("origin", "valueUri", "https://Health.example"))],
    ["an origin of many", widget(part("origin", "valueUri", "https://*.example"))],
    ["an origin that is none", widget(part("origin", "valueUri", "null"))],
    ["no origin", { ...PUBLISHED, part: PUBLISHED.part.filter(({ name }) => name !== "origin") }],
  ])("do not take %s, and do not quote it", async (_, parameter) => {
    const answer = await change([parameter], await currentTag());
    expect(answer.status).toBe(400);
    expect(answer.body).toContain("OperationOutcome");
    expect(answer.body).not.toMatch(/health\.example|Karnataka|secrets|census/);
  });

  it("do not take two numbers of a place and year, what is no Parameters, nor more than a megabyte", async () => {
    const tag = await currentTag();
    expect((await change([ENTERED, ENTERED], tag)).status).toBe(400);
    expect((await change("x", tag)).status).toBe(400);
    expect((await change(["x".repeat(1024 * 1024 + 1)], tag)).status).toBe(413);
    expect(await currentTag()).toBe(tag);
  });
});

describe("what is left of a user's limits", () => {
  it("is told, and reading it costs a request", async () => {
    const headers = { Authorization: `Bearer ${await stack.mint.mint("analyst")}` };
    const leftOf = async () => {
      const response = await rawRequest(`${stack.fhirUrl}/$limits`, { headers });
      expect(response.status).toBe(200);
      const limits = named(response, "limit") as { part: { name: string; [value: string]: unknown }[] }[];
      return limits.map(({ part: parts }) => Object.fromEntries(parts.map(valueByName)));
    };
    const [first] = [await leftOf()];
    expect(first).toEqual([
      { name: "requests", most: 100, left: 99, windowSeconds: 60, resetSeconds: 60 },
      { name: "download-bytes", most: 10_000_000, left: 10_000_000, windowSeconds: 60, resetSeconds: 0 },
      { name: "exports", most: 1, left: 1, windowSeconds: 3600, resetSeconds: 0 },
    ]);
    const started = await rawRequest(`${stack.fhirUrl}/$export?_type=Patient`, {
      headers: { ...headers, Prefer: "respond-async" },
    });
    expect(started.status).toBe(202);
    const [requests, , exports] = await leftOf();
    expect(requests).toMatchObject({ left: 97 });
    expect(exports).toMatchObject({ left: 0 });
    expect(exports?.resetSeconds).toBeGreaterThan(3500);
    expect(exports?.resetSeconds).toBeLessThanOrEqual(3600);
  });
});

function valueByName(entry: { readonly name: string }): [string, unknown] {
  const [, value] = Object.entries(entry).find(([key]) => key.startsWith("value")) ?? [];
  return [entry.name, value];
}
