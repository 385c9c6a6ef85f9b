import { generatePopulation } from "@aarohan/devkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RawResponse, rawRequest } from "../src/raw-client.ts";
import { startTestStack, type TestStack } from "../src/test-stack.ts";
import { withheldByConsent } from "../src/withheld-by-consent.ts";
import examples from "./guide-examples.json" with { type: "json" };

interface Example {
  readonly request: string;
  readonly form?: string;
  readonly accept?: string;
  readonly type?: string;
  readonly csv?: string;
  readonly ndjson?: boolean;
  readonly least: number;
  readonly each?: Readonly<Record<string, string>>;
}

let stack: TestStack;
let token: string;
let patient: string;

beforeAll(async () => {
  stack = await startTestStack();
  token = await tokenByTheGuide();
  const [first] = resourcesOf(await ask("GET /Observation?_count=1"), false);
  patient = String(Object(first?.subject).reference).replace("Patient/", "");
});
afterAll(() => stack.close());

/** As the guide prints it: client_credentials in a form, at Keycloak's address. */
async function tokenByTheGuide(): Promise<string> {
  const response = await rawRequest(stack.issuer?.tokenUrl ?? "", {
    method: "POST",
    headers: { "Content-Type": "application/x-www-form-urlencoded" },
    body: "grant_type=client_credentials&client_id=analyst&client_secret=demo-secret",
  });
  return String(response.json().access_token);
}

/** Of a whole page some are withheld: a few percent of the patients deny research. */
function leastReleased({ least }: Example): number {
  return Math.floor(least * 0.8);
}

function ask(request: string, example: Partial<Example> = {}): Promise<RawResponse> {
  const [method = "", path = ""] = request.split(" ");
  return rawRequest(stack.fhirUrl + path, {
    method,
    headers: {
      Authorization: `Bearer ${token}`,
      "Content-Type":
        example.form === undefined ? "application/fhir+json" : "application/x-www-form-urlencoded",
      ...(example.accept === undefined ? {} : { Accept: example.accept }),
    },
    ...(example.form === undefined ? {} : { body: example.form }),
  });
}

function resourcesOf(response: RawResponse, ndjson: boolean): Record<string, unknown>[] {
  if (ndjson)
    return response.body
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
  const { entry } = response.json() as { entry?: { resource: Record<string, unknown> }[] };
  return (entry ?? []).map(({ resource }) => resource);
}

describe("the guide's", () => {
  it.each(examples as Example[])("$request", async (example) => {
    const fill = (text: string) => text.replace("{patient}", patient);
    const response = await ask(fill(example.request), example);
    expect(response.status).toBe(200);
    if (example.csv !== undefined) {
      const lines = response.body.trim().split("\r\n");
      expect(response.headers["content-type"]).toMatch(/^text\/csv/);
      expect(lines[0]).toMatch(new RegExp(`^${example.csv}`));
      expect(lines.length - 1).toBeGreaterThanOrEqual(leastReleased(example));
      return;
    }
    const resources = resourcesOf(response, example.ndjson ?? false);
    expect(resources.length).toBeGreaterThanOrEqual(leastReleased(example));
    for (const resource of resources) {
      expect(resource.resourceType).toBe(example.type);
      for (const [name, pattern] of Object.entries(example.each ?? {})) {
        const value = typeof resource[name] === "string" ? resource[name] : JSON.stringify(resource[name]);
        expect(value).toMatch(new RegExp(fill(pattern)));
      }
    }
  });

  it("GET with a body is answered like one without (curl -X GET -d)", async () => {
    const response = await rawRequest(`${stack.fhirUrl}/Patient?_count=1`, {
      method: "GET",
      headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/fhir+json" },
      body: '{"resourceType":"Parameters"}',
    });
    expect(response.status).toBe(200);
  });
});

describe("an analyst", () => {
  it("follows pages that miss and repeat nothing, by the gateway's own links", async () => {
    const ids: unknown[] = [];
    let url: string | undefined = `${stack.fhirUrl}/Patient?_count=40&_sort=-_lastUpdated`;
    while (url !== undefined) {
      const response: RawResponse = await rawRequest(url, { headers: { Authorization: `Bearer ${token}` } });
      const bundle = response.json() as { link: { relation: string; url: string }[] };
      ids.push(...resourcesOf(response, false).map(({ id }) => id));
      for (const link of bundle.link) expect(link.url).toMatch(`${stack.fhirUrl}/Patient?`);
      url = bundle.link.find(({ relation }) => relation === "next")?.url;
    }
    const withheld = withheldByConsent([...generatePopulation({ patients: 150 })], "opt-out");
    expect(ids).toHaveLength(150 - withheld.size);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("reads a patient by pseudonym, and finds nothing by a foreign one", async () => {
    expect((await ask(`GET /Patient/${patient}`)).json()).toMatchObject({
      resourceType: "Patient",
      id: patient,
    });
    const other = await stack.ask("analyst", `/Patient/${patient}`);
    expect(other.status).toBe(404);
    const nothing = await ask("GET /Observation?subject=Patient/patient-123");
    expect(nothing.json()).toMatchObject({ total: 0 });
    expect(nothing.json().entry).toBeUndefined();
  });

  it("cannot use another user's page link, nor an altered one", async () => {
    const { link } = (await ask("GET /Patient?_count=1")).json() as {
      link: { relation: string; url: string }[];
    };
    const next = link.find(({ relation }) => relation === "next")?.url ?? "";
    const path = next.slice(stack.fhirUrl.length);
    expect((await ask(`GET ${path}`)).status).toBe(200);
    expect((await stack.ask("analyst", path)).status).toBe(410);
    expect((await stack.ask("administrator", path)).status).toBe(410);
    expect((await ask(`GET ${path}AA`)).status).toBe(410);
    expect((await ask(`GET ${path.replace("/Patient", "/Observation")}`)).status).toBe(410);
    expect((await ask(`GET ${path}&gender=male`)).status).toBe(400);
  });

  it.each([
    ["GET /Media", 403],
    ["GET /DocumentReference", 403],
    ["GET /Practitioner", 403],
    ["GET /Consent", 403],
    ["GET /Binary/x", 403],
    ["GET /Patient?name=Lakshmi", 403],
    ["GET /Patient?_sort=name", 403],
    ["GET /Observation?date=ge2025-01-05", 403],
    ["GET /Patient/x/_history", 404],
    ["GET /Patient/x/_history/1", 404],
    ["GET /_history", 404],
    ["GET /Patient/_history", 404],
    ["GET /Nonsense", 404],
    ["GET /Nonsense/1", 404],
    ["GET /patient/abc", 404],
    ["GET /patient/$export", 404],
    ["POST /patient/_search", 404],
    ["PUT /$nonsense", 404],
    ["GET /$export?_type=Nonsense", 400],
    ["GET /$export-poll-status?job=export-job-id", 404],
    ["PUT /$export", 405],
    ["GET /Patient/$everything", 404],
    ["GET /Patient?frobnicate=1", 400],
    ["GET /Patient?_count=x", 400],
    ["GET /Patient?_count=1&_count=2", 400],
    ["GET /Patient?_format=xml", 406],
    ["PUT /Patient/x", 405],
    ["DELETE /Patient/x", 405],
    ["PATCH /Patient/x", 405],
    ["POST /Patient", 405],
  ])("%s: %d with an OperationOutcome", async (request, status) => {
    const response = await stack.ask("analyst", request.split(" ")[1] ?? "", {
      method: request.split(" ")[0] ?? "GET",
    });
    expect(response.status).toBe(status);
    expect(response.json()).toMatchObject({
      resourceType: "OperationOutcome",
      issue: [{ severity: "error" }],
    });
    expect(response.body).not.toContain("Lakshmi");
  });
});

describe("an administrator", () => {
  it("gets everything as it is, searches by it, and reads what an analyst may not", async () => {
    const [first] = resourcesOf(await stack.ask("administrator", "/Patient?_count=1"), false);
    expect(JSON.stringify(first)).toContain("telecom");
    expect((await stack.ask("administrator", `/Patient/${first?.id}`)).json()).toEqual(first);
    expect((await stack.ask("administrator", "/Media?_count=1")).status).toBe(200);
    const dated = await stack.ask(
      "administrator",
      "/QuestionnaireResponse?date=ge2025-03-05&date=le2025-03-06T12:00:00Z",
    );
    expect(dated.status).toBe(200);
    expect((await stack.ask("administrator", "/Patient?frobnicate=1")).status).toBe(400);
    expect((await stack.ask("administrator", "/Patient?_format=csv&_count=5")).body).toContain("given_name");
  });
});

it("describes its CSV in a data dictionary that the CSV links to", async () => {
  const csv = await ask("GET /Observation?_format=csv&_count=1");
  expect(csv.headers.link).toContain(`<${stack.fhirUrl}/Observation/$data-dictionary>; rel="describedby"`);
  const dictionary = (await ask("GET /Observation/$data-dictionary")).json() as {
    tableSchema: { columns: { name: string }[] };
  };
  const names = dictionary.tableSchema.columns.map(({ name }) => name).join(",");
  expect(csv.body.split("\r\n")[0]).toBe(names);
});
