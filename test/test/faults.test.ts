import type { Fault } from "@aarohan/devkit";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { rawRequest } from "../src/raw-client.ts";
import { startTestStack, type TestStack } from "../src/test-stack.ts";

let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack({ patients: 20, settings: { UPSTREAM_TIMEOUT_SECONDS: "6" } });
});
afterAll(() => stack.close());
afterEach(() => {
  if (stack.upstream !== undefined) stack.upstream.fault = undefined;
});

const FAULTS: readonly [what: string, fault: Fault, status: number, code: string][] = [
  ["hangs", { kind: "hang" }, 504, "upstream-timeout"],
  ["drops the connection", { kind: "close" }, 502, "upstream-unreachable"],
  ["breaks off", { kind: "break", body: '{"resourceType":"Bundle","entry":[' }, 502, "upstream-unreachable"],
  ["answers 400", { kind: "answer", status: 400, body: '{"issue":"Lakshmi"}' }, 400, "search-refused"],
  ["answers 401", { kind: "answer", status: 401, body: "{}" }, 502, "upstream-refused"],
  ["answers 404", { kind: "answer", status: 404, body: "{}" }, 400, "search-refused"],
  [
    "answers 429",
    { kind: "answer", status: 429, headers: { "Retry-After": "9" }, body: "{}" },
    503,
    "upstream-throttled",
  ],
  ["answers 500", { kind: "answer", status: 500, body: "Lakshmi" }, 502, "upstream-failed"],
  [
    "answers 503",
    { kind: "answer", status: 503, headers: { "Retry-After": "9" }, body: "{}" },
    503,
    "upstream-throttled",
  ],
  [
    "redirects",
    { kind: "answer", status: 302, headers: { Location: "http://127.0.0.1:1/" }, body: "" },
    502,
    "upstream-refused",
  ],
  [
    "answers HTML",
    { kind: "answer", status: 200, headers: { "Content-Type": "text/html" }, body: "<p>Lakshmi" },
    502,
    "upstream-malformed",
  ],
  [
    "answers half a JSON text",
    { kind: "answer", status: 200, body: '{"resourceType":"Bundle","entry":[{"res' },
    502,
    "upstream-malformed",
  ],
  [
    "answers another resource",
    { kind: "answer", status: 200, body: '{"resourceType":"Patient","id":"1"}' },
    502,
    "upstream-malformed",
  ],
  [
    "links to another host",
    {
      kind: "answer",
      status: 200,
      body: '{"resourceType":"Bundle","link":[{"relation":"next","url":"http://169.254.169.254/fhir?x"}]}',
    },
    502,
    "upstream-malformed",
  ],
  [
    "answers a Bundle of 50 MB",
    { kind: "flood", bytes: 50_000_000, resourceBytes: 100_000 },
    502,
    "upstream-page-too-large",
  ],
  [
    "answers a resource of 5 MB",
    { kind: "flood", bytes: 5_000_000, resourceBytes: 5_000_000 },
    502,
    "upstream-resource-too-large",
  ],
];

describe("when the programme's server", () => {
  it.each(FAULTS)(
    "%s, the analyst gets %#: its status, and an OperationOutcome of our own words",
    async (_, fault, status, code) => {
      if (stack.upstream === undefined) throw new Error("no embedded upstream");
      stack.upstream.fault = fault;
      const response = await stack.ask("analyst", "/Patient");
      expect(response.status).toBe(status);
      expect(response.json()).toMatchObject({
        resourceType: "OperationOutcome",
        issue: [{ details: { coding: [{ code }] } }],
      });
      expect(response.body).not.toMatch(/Lakshmi|127\.0\.0\.1|localhost/);
      if (status === 503) expect(response.headers["retry-after"]).toBe("9");
    },
  );

  it("is well again, so is the gateway", async () => {
    expect((await stack.ask("analyst", "/Patient")).status).toBe(200);
  });

  it("fails, nothing is logged of what it said", () => {
    expect(stack.logs.join("\n")).not.toContain("Lakshmi");
  });
});

describe("when the programme's server has forgotten a search", () => {
  it("goes on all the same, and shows every resource once", async () => {
    const { upstream } = stack;
    if (upstream === undefined) throw new Error("the stack has no upstream of its own");
    const token = await stack.mint.mint("analyst");
    const headers = { Authorization: `Bearer ${token}` };
    const ids: string[] = [];
    let url: string | undefined = `${stack.fhirUrl}/Patient?_count=4&_sort=-_lastUpdated`;
    for (let pages = 0; url !== undefined; pages += 1) {
      // Every other page is asked for in vain.
      if (pages % 2 === 1) {
        upstream.fault = { kind: "answer", status: 410, body: "{}", matching: /_getpages/, times: 1 };
      }
      const answer = await rawRequest(url, { headers });
      expect(answer.status).toBe(200);
      const bundle = answer.json() as {
        entry?: { resource: { id: string } }[];
        link: { relation: string; url: string }[];
      };
      ids.push(...(bundle.entry ?? []).map(({ resource }) => resource.id));
      url = bundle.link.find(({ relation }) => relation === "next")?.url;
    }
    const whole = await rawRequest(`${stack.fhirUrl}/Patient?_count=1000`, { headers });
    const { entry } = whole.json() as { entry: { resource: { id: string } }[] };
    expect(ids.length).toBeGreaterThan(12);
    expect(ids.toSorted()).toEqual(entry.map(({ resource }) => resource.id).toSorted());
  });
});
