import { collectIdentifyingValues, generatePopulation } from "@aarohan/devkit";
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
let identifying: Set<string>;

beforeAll(async () => {
  stack = await startTestStack({ patients: PATIENTS });
  identifying = new Set();
  for (const resource of generatePopulation({ patients: PATIENTS })) {
    for (const value of collectIdentifyingValues(resource)) identifying.add(value);
  }
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

/** Pieces of the text between its punctuation, each once. */
function piecesOf(text: string): string[] {
  return [...new Set(text.split(/["\\,{}[\]<>\r\n]+/))].filter((piece) => piece.length >= 4);
}

/** A pseudonym or seal of 40 and more characters holds any four letters by chance now and then. */
function isSealed(piece: string): boolean {
  return /^(?:[A-Za-z]+\/)?[A-Za-z0-9._-]{40,}$/.test(piece) || piece.includes("_page=");
}

function leaksIn(text: string): string[] {
  const values = [...identifying];
  const longValues = values.filter((value) => value.length >= 8);
  return piecesOf(text).flatMap((piece) => {
    const found = (isSealed(piece) ? longValues : values).find((value) => piece.includes(value));
    return found === undefined ? [] : [found];
  });
}

describe("nothing that identifies a person is in what an analyst gets", () => {
  it("knows what to look for, and would find it", () => {
    expect(identifying.size).toBeGreaterThan(PATIENTS * 20);
    const [value = ""] = identifying;
    expect(leaksIn(`{"x":"before ${value} after"}`)).toEqual([value]);
  });

  it.each(TYPES.flatMap((type) => FORMATS.map((format) => [type, format] as const)))(
    "%s as %s",
    async (type, format) => {
      const text = await everything(type, format);
      expect(text.length).toBeGreaterThan(1000);
      expect(leaksIn(text)).toEqual([]);
    },
  );

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
      expect(leaksIn(response.body + JSON.stringify(response.headers))).toEqual([]);
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
    expect(leaksIn(lines)).toEqual([]);
  });
});

it("withholds an analyst's knowledge of the upstream: no address, version or cursor of it", async () => {
  const text = await everything("Patient", "json");
  const upstream = new URL(stack.upstream?.url ?? "");
  expect(text).not.toContain(upstream.host);
  expect(text).not.toMatch(/_getpages|versionId|W\/\\"/);
});
