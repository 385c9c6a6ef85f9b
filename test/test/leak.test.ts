import { createLeakFinder, generatePopulation, type LeakFinder } from "@aarohan/devkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { rawRequest } from "../src/raw-client.ts";
import { startTestStack, type TestStack } from "../src/test-stack.ts";

const PATIENTS = 150;
const TYPES = [
  "Patient",
  "QuestionnaireResponse",
  "Observation",
  "Encounter",
  "Condition",
  "ClinicalImpression",
  "RiskAssessment",
  "Task",
];
const FORMATS = ["json", "ndjson", "csv"];

let stack: TestStack;
let finder: LeakFinder;

beforeAll(async () => {
  stack = await startTestStack({ patients: PATIENTS });
  finder = createLeakFinder(generatePopulation({ patients: PATIENTS }));
});
afterAll(() => stack.close());

/** All pages of a search, bodies and headers together. */
async function everything(type: string, format: string): Promise<string> {
  const token = await stack.mint.mint("analyst");
  let url: string | undefined = `${stack.fhirUrl}/${type}?_count=200&_format=${format}`;
  let text = "";
  while (url !== undefined) {
    const response = await rawRequest(url, { headers: { Authorization: `Bearer ${token}` } });
    expect(response.status).toBe(200);
    text += response.body + JSON.stringify(response.headers);
    url = /<([^>]+)>; rel="next"/.exec(String(response.headers.link))?.[1] ?? nextOf(response.body, format);
  }
  return text;
}

function nextOf(body: string, format: string): string | undefined {
  if (format !== "json") return undefined;
  const { link } = JSON.parse(body) as { link: { relation: string; url: string }[] };
  return link.find(({ relation }) => relation === "next")?.url;
}

describe("nothing that identifies a person is in what an analyst gets", () => {
  it("knows what to look for, and would find it", () => {
    expect(finder.size).toBeGreaterThan(PATIENTS * 20);
    expect(finder.leaksIn(`{"x":"before ${finder.example} after"}`)).toEqual([finder.example]);
  });

  it.each(TYPES.flatMap((type) => FORMATS.map((format) => [type, format] as const)))(
    "%s as %s",
    async (type, format) => {
      const text = await everything(type, format);
      expect(text.length).toBeGreaterThan(1000);
      expect(finder.leaksIn(text)).toEqual([]);
    },
  );

  it.each(["/metadata", "/OperationDefinition", "/SearchParameter"])("%s", async (path) => {
    const response = await stack.ask("analyst", path);
    expect(response.status).toBe(200);
    expect(finder.leaksIn(response.body + JSON.stringify(response.headers))).toEqual([]);
  });

  it("in errors", async () => {
    const refused = [
      "/Patient?name=x",
      "/Patient/x",
      "/Media",
      "/Patient?_format=xml",
      "/Observation?date=2025-01-05",
    ];
    for (const path of refused) {
      const response = await stack.ask("analyst", path);
      expect(response.status).toBeGreaterThanOrEqual(400);
      expect(finder.leaksIn(response.body + JSON.stringify(response.headers))).toEqual([]);
    }
  });

  it("in the log, not even of what an administrator asked", async () => {
    const [patient] = [...generatePopulation({ patients: 1 })].filter(
      ({ resourceType }) => resourceType === "Patient",
    );
    const response = await stack.ask("administrator", `/Patient/${patient?.id}?_format=json`);
    expect(response.status).toBe(200);
    await stack.ask("administrator", `/Patient?name=${encodeURIComponent("Lakshmi")}&_id=${patient?.id}`);
    const lines = stack.logs.join("\n");
    expect(stack.logs.length).toBeGreaterThan(20);
    expect(lines).not.toContain("Lakshmi");
    expect(lines).not.toContain(String(patient?.id));
    expect(finder.leaksIn(lines)).toEqual([]);
  });
});

it("withholds an analyst's knowledge of the upstream: no address, version or cursor of it", async () => {
  const text = await everything("Patient", "json");
  const upstream = new URL(stack.upstream?.url ?? "");
  expect(text).not.toContain(upstream.host);
  expect(text).not.toMatch(/_getpages|versionId|W\/\\"/);
});
