import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { exportClient } from "../src/export-client.ts";
import type { RawRequest } from "../src/raw-client.ts";
import { startTestStack, type TestStack } from "../src/test-stack.ts";

let stack: TestStack;
beforeAll(async () => {
  // What earlier kick-offs have started is not waited for.
  stack = await startTestStack({ settings: { EXPORT_JOBS_AT_ONCE: "50" } });
});
afterAll(() => stack.close());

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const ASYNC = { headers: { Prefer: "respond-async", Accept: "application/fhir+json" } };
const JSON_BODY = { "Content-Type": "application/fhir+json" };

function parameters(...parameter: readonly unknown[]): string {
  return JSON.stringify({ resourceType: "Parameters", parameter });
}

/** A kick-off as a fresh user. */
async function kickOff(
  path: string,
  request: RawRequest = {},
  role: "analyst" | "administrator" = "analyst",
) {
  return (await exportClient(stack, role)).kickOff(path, request);
}

describe("a kick-off is accepted (202, Content-Location)", () => {
  it.each<[string, string, RawRequest]>([
    [
      "as the export guide prints it: POST with Parameters, without Prefer",
      "/$export",
      {
        method: "POST",
        headers: JSON_BODY,
        body: parameters(
          { name: "_outputFormat", valueString: "application/fhir+ndjson" },
          { name: "_since", valueDateTime: "2023-01-01T00:00:00Z" },
          { name: "_type", valueString: "QuestionnaireResponse,Observation" },
        ),
      },
    ],
    [
      "as the export guide's curl line sends it: GET with a body",
      "/$export",
      {
        headers: JSON_BODY,
        body: parameters(
          { name: "_since", valueDateTime: "2023-12-01T00:00:00Z" },
          { name: "_type", valueString: "QuestionnaireResponse,Observation" },
        ),
      },
    ],
    ["by GET at the level of the system", "/$export", ASYNC],
    ["by POST without a body", "/$export", { method: "POST", ...ASYNC }],
    ["at the level of Patient", "/Patient/$export?_type=Patient,Observation", ASYNC],
    [
      "with Prefer among other preferences",
      "/$export",
      { headers: { Prefer: "respond-async, handling=strict" } },
    ],
    ["with Prefer for the handling alone", "/$export", { headers: { Prefer: "handling=lenient" } }],
    ["with Prefer in capitals", "/$export", { headers: { Prefer: "Respond-Async" } }],
    ["with every Accept", "/$export", { headers: { Accept: "*/*" } }],
    ["with _type repeated", "/$export?_type=Patient&_type=Observation", ASYNC],
    ["with _since as an instant", "/$export?_since=2024-01-01T00:00:00.000Z", ASYNC],
    ["with _since whose plus was not encoded", "/$export?_since=2024-01-01T00:00:00+05:30", ASYNC],
    ["with _since and _until", "/$export?_since=2024-01-01T00:00:00Z&_until=2024-02-01T00:00:00Z", ASYNC],
    ["as application/ndjson", "/$export?_outputFormat=application/ndjson", ASYNC],
    ["as ndjson", "/$export?_outputFormat=ndjson", ASYNC],
    ["as CSV", "/$export?_outputFormat=text/csv", ASYNC],
    ["as Parquet", "/$export?_outputFormat=application/vnd.apache.parquet", ASYNC],
    ["with _elements", "/$export?_type=Patient&_elements=Patient.gender,birthDate", ASYNC],
    [
      "with _typeFilter",
      `/$export?_type=Observation&_typeFilter=${encodeURIComponent("Observation?status=final")}`,
      ASYNC,
    ],
    ["with _format, as some clients add it", "/$export?_format=json", ASYNC],
    [
      "with lists repeated in Parameters, by the types that the specification has",
      "/$export",
      {
        method: "POST",
        headers: JSON_BODY,
        body: parameters(
          { name: "_type", valueCode: "Patient" },
          { name: "_type", valueCode: "Observation" },
          { name: "_since", valueInstant: "2023-01-01T00:00:00.000Z" },
        ),
      },
    ],
  ])("%s", async (_, path, request) => {
    const answer = await kickOff(path, request);
    expect(`${answer.status} ${answer.body}`).toMatch(/^202 /);
    const location = new URL(String(answer.headers["content-location"]));
    expect(location.pathname).toBe("/fhir/$export-poll-status");
    expect(location.searchParams.get("job")).toMatch(UUID);
    expect(answer.json()).toMatchObject({ resourceType: "OperationOutcome" });
  });
});

describe("a kick-off is refused with an OperationOutcome that names what is wrong", () => {
  it.each<[string, string, RawRequest, string, string | undefined]>([
    [
      "Prefer without respond-async",
      "/$export",
      { headers: { Prefer: "return=minimal" } },
      "400 parameter-invalid",
      "Prefer",
    ],
    [
      "an Accept that is not served",
      "/$export",
      { headers: { Accept: "application/xml" } },
      "406 not-acceptable",
      "Accept",
    ],
    ["an Accept of files", "/$export", { headers: { Accept: "text/csv" } }, "406 not-acceptable", "Accept"],
    ["an unknown type", "/$export?_type=Patient,Nobody", ASYNC, "400 parameter-invalid", "_type"],
    [
      "a type that is not released",
      "/$export?_type=Practitioner",
      ASYNC,
      "403 resource-type-hidden",
      undefined,
    ],
    ["a type that is never exported", "/$export?_type=Media", ASYNC, "403 resource-type-hidden", "_type"],
    [
      "an unknown format",
      "/$export?_outputFormat=application/xml",
      ASYNC,
      "400 parameter-invalid",
      "_outputFormat",
    ],
    ["a _since that is none", "/$export?_since=yesterday", ASYNC, "400 parameter-invalid", "_since"],
    ["a _since in no month", "/$export?_since=2024-13-01", ASYNC, "400 parameter-invalid", "_since"],
    [
      "a _since without zone",
      "/$export?_since=2024-01-01T00:00:00",
      ASYNC,
      "400 parameter-invalid",
      "_since",
    ],
    ["a _since to come", "/$export?_since=2999-01-01T00:00:00Z", ASYNC, "400 parameter-invalid", "_since"],
    [
      "a _since twice",
      "/$export?_since=2024-01-01&_since=2024-01-02",
      ASYNC,
      "400 parameter-repeated",
      "_since",
    ],
    [
      "_until before _since",
      "/$export?_since=2024-02-01&_until=2024-01-01",
      ASYNC,
      "400 parameter-invalid",
      "_until",
    ],
    ["an unknown parameter", "/$export?colour=ultramarine", ASYNC, "400 parameter-unknown", "colour"],
    [
      "organizeOutputBy",
      "/$export?organizeOutputBy=Patient",
      ASYNC,
      "400 parameter-unknown",
      "organizeOutputBy",
    ],
    [
      "allowPartialManifests",
      "/$export?allowPartialManifests=true",
      ASYNC,
      "400 parameter-unknown",
      "allowPartialManifests",
    ],
    [
      "includeAssociatedData",
      "/$export?includeAssociatedData=LatestProvenanceResources",
      ASYNC,
      "400 parameter-unknown",
      "includeAssociatedData",
    ],
    [
      "_elements that there are not",
      "/$export?_type=Patient&_elements=colour",
      ASYNC,
      "400 parameter-invalid",
      "_elements",
    ],
    [
      "patient at the level of the system",
      "/$export?patient=Patient/1",
      ASYNC,
      "400 parameter-invalid",
      "patient",
    ],
    [
      "a patient that there is not",
      "/Patient/$export?patient=Patient/1",
      ASYNC,
      "400 parameter-invalid",
      "patient",
    ],
    ["a Group that there is not", "/Group/nobody/$export", ASYNC, "404 group-unknown", undefined],
    [
      "a _typeFilter by what is hidden",
      `/$export?_type=Patient&_typeFilter=${encodeURIComponent("Patient?name=Lakshmi")}`,
      ASYNC,
      "403 parameter-hidden",
      "name",
    ],
    [
      "a _typeFilter finer than what is shown",
      `/$export?_type=Observation&_typeFilter=${encodeURIComponent("Observation?date=ge2024-01-05")}`,
      ASYNC,
      "403 precision-hidden",
      "date",
    ],
    [
      "a _typeFilter that sorts",
      `/$export?_type=Observation&_typeFilter=${encodeURIComponent("Observation?_sort=date")}`,
      ASYNC,
      "400 parameter-invalid",
      "_typeFilter",
    ],
    [
      "a _typeFilter of a type that is not exported",
      `/$export?_type=Patient&_typeFilter=${encodeURIComponent("Observation?status=final")}`,
      ASYNC,
      "400 parameter-invalid",
      "_typeFilter",
    ],
    [
      "a body that is no JSON",
      "/$export",
      { method: "POST", headers: JSON_BODY, body: "{" },
      "400 body-invalid",
      undefined,
    ],
    [
      "a body of another kind",
      "/$export",
      { method: "POST", headers: JSON_BODY, body: '{"resourceType":"Patient"}' },
      "400 body-invalid",
      undefined,
    ],
    [
      "a body of another type",
      "/$export",
      { method: "POST", headers: { "Content-Type": "text/plain" }, body: "x" },
      "415 media-type-unsupported",
      undefined,
    ],
    [
      "a parameter without a value",
      "/$export",
      { method: "POST", headers: JSON_BODY, body: parameters({ name: "_type" }) },
      "400 parameter-invalid",
      "_type",
    ],
    ["another method", "/$export", { method: "PUT" }, "405 method-not-allowed", undefined],
    ["a type without export", "/Observation/$export", ASYNC, "404 operation-unknown", undefined],
  ])("%s", async (_, path, request, refusal, parameter) => {
    const answer = await kickOff(path, request);
    const { issue } = answer.json() as {
      issue: { details: { coding: { code: string }[] }; expression?: string[] }[];
    };
    expect(`${answer.status} ${issue[0]?.details.coding[0]?.code}`).toBe(refusal);
    expect(issue[0]?.expression?.[0]).toBe(parameter === undefined ? undefined : `http.${parameter}`);
    expect(answer.headers["content-location"]).toBeUndefined();
    // No value of the request is repeated.
    for (const value of ["yesterday", "Lakshmi", "colour=", "ultramarine", "2024-01-05"])
      expect(answer.body).not.toContain(value);
  });

  it.each(["AuditEvent", "Measure", "OperationDefinition", "SearchParameter"])(
    "of what the gateway answers by itself, to administrators too: %s",
    async (type) => {
      const { kickOff: order } = await exportClient(stack, "administrator");
      const answer = await order(`/$export?_type=${type}`, ASYNC);
      expect(answer.status).toBe(400);
      expect(answer.json()).toMatchObject({
        issue: [{ expression: ["http._type"], diagnostics: expect.stringContaining(type) }],
      });
    },
  );

  it("for who sees aggregates only, and for nobody", async () => {
    const viewer = await exportClient(stack, "viewer");
    expect((await viewer.kickOff("/$export", ASYNC)).status).toBe(403);
    expect(
      (await viewer.kickOff("/$export", { headers: { ...ASYNC.headers, Authorization: "" } })).status,
    ).toBe(401);
  });
});

describe("HEAD", () => {
  it.each(["/$export", "/Patient/$export", "/Group/1/$export"])("orders nothing: %s", async (path) => {
    const client = await exportClient(stack, "analyst");
    const answer = await client.kickOff(path, { method: "HEAD", ...ASYNC });
    expect([answer.status, answer.headers.allow]).toEqual([405, "GET, POST"]);
    expect((await client.kickOff("/$export?_type=Patient", ASYNC)).status).toBe(202);
  });
});

describe("one export an hour", () => {
  it("a second one is told how long to wait, in whole seconds", async () => {
    const client = await exportClient(stack, "analyst");
    expect((await client.kickOff("/$export?_type=Patient", ASYNC)).status).toBe(202);
    const second = await client.kickOff("/$export?_type=Patient", ASYNC);
    expect(second.status).toBe(429);
    const seconds = String(second.headers["retry-after"]);
    expect(seconds).toMatch(/^\d+$/);
    expect(Number(seconds)).toBeGreaterThan(3590);
    expect(Number(seconds)).toBeLessThanOrEqual(3600);
  });

  it("a refused one does not count", async () => {
    const client = await exportClient(stack, "analyst");
    expect((await client.kickOff("/$export?_type=Nobody", ASYNC)).status).toBe(400);
    expect((await client.kickOff("/Group/nobody/$export", ASYNC)).status).toBe(404);
    expect((await client.kickOff("/$export?_type=Patient", ASYNC)).status).toBe(202);
  });
});

describe("a lenient client (Prefer: handling=lenient)", () => {
  it("is served, and told in the manifest what was passed over", async () => {
    const client = await exportClient(stack, "analyst");
    const manifest = await client.run("/$export?_type=Patient,Practitioner,Nobody&colour=ultramarine", {
      headers: { Prefer: "respond-async,handling=lenient" },
    });
    expect(new Set(manifest.output.map(({ type }) => type))).toEqual(new Set(["Patient"]));
    expect(manifest.error).toHaveLength(1);
    expect(manifest.outcome).toEqual(manifest.error);
    const [file] = manifest.error;
    const { body } = await client.ask(String(file?.url));
    const lines = body.trimEnd().split("\n");
    expect(lines).toHaveLength(file?.count ?? 0);
    for (const line of lines) expect(JSON.parse(line)).toMatchObject({ resourceType: "OperationOutcome" });
    expect(body).toContain("Practitioner");
    expect(body).not.toContain("ultramarine");
  });

  it.each([
    ['respond-async, handling="lenient"', 202, "handling=lenient"],
    ["respond-async, x-handling=lenient", 400, undefined],
  ])("is who says so, as for a search: Prefer: %s", async (prefer, status, applied) => {
    const own = await exportClient(stack, "analyst");
    const headers = { Prefer: prefer };
    const ordered = await own.kickOff("/$export?_type=Patient&colour=x", { headers });
    expect(ordered.status).toBe(status);
    expect(ordered.headers["preference-applied"]).toBe(applied);
    const searched = await own.kickOff("/Patient?colour=x", { headers });
    expect(searched.status).toBe(status === 202 ? 200 : 400);
    expect(searched.headers["preference-applied"]).toBe(applied);
  });
});
