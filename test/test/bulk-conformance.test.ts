import { generatePopulation } from "@aarohan/devkit";
import type { AnyResource } from "@aarohan/fhir";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type ExportClient, exportClient, type Manifest } from "../src/export-client.ts";
import type { RawRequest, RawResponse } from "../src/raw-client.ts";
import { startTestStack, type TestStack } from "../src/test-stack.ts";
import { removeUpstream, writeUpstream } from "../src/upstream-writer.ts";

/**
 * What FHIR Bulk Data Access demands of a server: a case for each SHALL and SHOULD of the export operation, versions 2.0.0
 * and 3.0.0, in the order of its text, each with the word that it has there. What other suites hold in depth stands here
 * once, so that the list is whole; here Prefer and Accept are demanded, in the others they are not.
 */
const ASYNC = { Prefer: "respond-async", Accept: "application/fhir+json" };
const population = [...generatePopulation({ patients: 60 })];
const SINCE = new Date(Date.now() - 86_400_000).toISOString();

describe("bulk export", () => {
  let stack: TestStack;
  beforeAll(async () => {
    stack = await startTestStack({
      patients: 60,
      settings: { EXPORT_JOBS_PER_HOUR: "100", EXPORT_GIVE_UP_SECONDS: "3", STRICT_PREFER: "true" },
    });
  });
  afterAll(() => stack.close());
  afterEach(() => {
    if (stack.upstream !== undefined) stack.upstream.fault = undefined;
  });

  const as = (role: "analyst" | "administrator" | "provider", claims = {}) =>
    exportClient(stack, role, claims);
  const kickOff = async (path: string, request: RawRequest = {}): Promise<RawResponse> =>
    (await as("administrator")).kickOff(path, { ...request, headers: { ...ASYNC, ...request.headers } });
  const run = (client: ExportClient, path: string, request: RawRequest = {}): Promise<Manifest> =>
    client.run(path, { ...request, headers: { ...ASYNC, ...request.headers } });
  const post = (parameter: readonly unknown[]): RawRequest => ({
    method: "POST",
    headers: { ...ASYNC, "Content-Type": "application/fhir+json" },
    body: JSON.stringify({ resourceType: "Parameters", parameter }),
  });

  /** The resources that a whole administrator's export of this request holds. */
  async function exported(path: string, request?: RawRequest): Promise<Record<string, unknown>[]> {
    const client = await as("administrator");
    return client.resources(await run(client, path, request));
  }

  function expectOutcome(answer: RawResponse, status: number | RegExp): void {
    expect(String(answer.status)).toMatch(status instanceof RegExp ? status : String(status));
    expect(answer.headers["content-type"]).toMatch(/^application\/fhir\+json/);
    expect(answer.json()).toMatchObject({ resourceType: "OperationOutcome" });
    expect(answer.json().issue).toHaveLength(1);
  }

  async function outcomes(client: ExportClient, manifest: Manifest): Promise<Record<string, unknown>[]> {
    const lines: string[] = [];
    for (const { url } of manifest.error) lines.push(...(await client.ask(url)).body.trimEnd().split("\n"));
    return lines.map((line) => JSON.parse(line));
  }

  const typesOf = (resources: readonly Readonly<Record<string, unknown>>[]) =>
    [...new Set(resources.map(({ resourceType }) => String(resourceType)))].toSorted();
  const own = (type: string): AnyResource[] => population.filter(({ resourceType }) => resourceType === type);
  const subject = (resource: Readonly<Record<string, unknown>>): string =>
    String(Object(resource.subject).reference ?? `Patient/${resource.id}`);

  describe("security and privacy", () => {
    it("SHALL limit the data to what the client is authorised for", async () => {
      const [patient] = own("Patient");
      const provider = await as("provider", { patient: patient?.id });
      const manifest = await run(provider, "/$export?_type=Patient,Observation");
      const resources = await provider.resources(manifest);
      expect(new Set(resources.map(subject))).toEqual(new Set([`Patient/${patient?.id}`]));
    });

    it("SHALL demand a valid token for the operation, its status and its files", async () => {
      const client = await as("administrator");
      const accepted = await client.kickOff("/$export?_type=Patient", { headers: ASYNC });
      const location = String(accepted.headers["content-location"]);
      const manifest = (await client.settle(location)).json() as unknown as Manifest;
      for (const url of [`${stack.fhirUrl}/$export`, location, String(manifest.output[0]?.url)]) {
        const answer = await client.ask(url, { headers: { ...ASYNC, Authorization: "" } });
        expect(answer.status).toBe(401);
        expect(answer.headers["www-authenticate"]).toMatch(/^Bearer/);
      }
    });

    it("SHOULD respect a person's wishes", async () => {
      const [patient] = own("Patient");
      await writeUpstream(stack, {
        resourceType: "Consent",
        id: crypto.randomUUID(),
        status: "active",
        dateTime: new Date().toISOString(),
        patient: { reference: `Patient/${patient?.id}` },
        provision: { type: "deny" },
      });
      const analyst = await as("analyst");
      const shown = await analyst.resources(await run(analyst, "/$export?_type=Patient"));
      expect(shown.length).toBeGreaterThan(10);
      expect(shown.length).toBeLessThan(own("Patient").length);
    });
  });

  describe("kick-off", () => {
    it("SHALL support GET, and MAY support POST with Parameters", async () => {
      expect((await kickOff("/$export?_type=Patient")).status).toBe(202);
      const client = await as("administrator");
      const posted = await client.kickOff("/$export", post([{ name: "_type", valueString: "Patient" }]));
      expect(posted.status).toBe(202);
    });

    it("SHALL treat repeated parameters as one with commas", async () => {
      const types = await exported("/$export?_type=Patient&_type=Encounter");
      expect(typesOf(types)).toEqual(["Encounter", "Patient"]);
      const filters = ["status=triaged", "status=in-progress"].map((one) =>
        encodeURIComponent(`Encounter?${one}`),
      );
      const repeated = await exported(
        `/$export?_type=Encounter&_typeFilter=${filters[0]}&_typeFilter=${filters[1]}`,
      );
      const listed = await exported(`/$export?_type=Encounter&_typeFilter=${filters.join(",")}`);
      expect(listed.length).toBeGreaterThan(0);
      expect(repeated).toHaveLength(listed.length);
    });

    it("SHOULD return the Patient compartment at Patient level, Patients included", async () => {
      const types = typesOf(await exported("/Patient/$export"));
      for (const type of ["Patient", "Observation", "Condition", "QuestionnaireResponse"])
        expect(types).toContain(type);
      expect(types).not.toContain("Organization");
    });

    it("SHALL include Provenance of what is exported, unless _type leaves it out", async () => {
      const [observation] = own("Observation");
      const provenance = {
        resourceType: "Provenance",
        id: crypto.randomUUID(),
        target: [{ reference: `Observation/${observation?.id}` }],
        recorded: "2025-01-01T00:00:00Z",
        agent: [{ who: { display: "the clinic" } }],
      };
      await writeUpstream(stack, provenance);
      await new Promise((done) => setTimeout(done, 1000 - (Date.now() % 1000)));
      const found = await exported("/Patient/$export?_type=Patient,Provenance");
      expect(found.map(({ id }) => id)).toContain(provenance.id);
      expect(typesOf(await exported("/Patient/$export?_type=Patient"))).toEqual(["Patient"]);
    });

    it("SHOULD let Groups be searched and read where it exports by Group", async () => {
      const [first, second] = own("Patient").slice(5);
      const id = crypto.randomUUID();
      await writeUpstream(stack, {
        resourceType: "Group",
        id,
        type: "person",
        actual: true,
        member: [first, second].map((patient) => ({ entity: { reference: `Patient/${patient?.id}` } })),
      });
      expect((await stack.ask("administrator", `/Group/${id}`)).status).toBe(200);
      expect((await stack.ask("administrator", "/Group")).json()).toMatchObject({ resourceType: "Bundle" });
      const members = await exported(`/Group/${id}/$export?_type=Patient`);
      expect(members.map((one) => one.id).toSorted()).toEqual([first?.id, second?.id].toSorted());
      // A patient who is no member is an error.
      const stranger = own("Patient")[9];
      const client = await as("administrator");
      const parameter = { name: "patient", valueReference: { reference: `Patient/${stranger?.id}` } };
      expectOutcome(await client.kickOff(`/Group/${id}/$export`, post([parameter])), 400);
    });

    it("MAY refuse an order without Accept or Prefer, or take it as asynchronous", async () => {
      const client = await as("administrator");
      for (const headers of [{ Prefer: ASYNC.Prefer }, { Accept: ASYNC.Accept }])
        expectOutcome(await client.kickOff("/$export?_type=Patient", { headers }), 400);
    });

    it("SHALL refuse an Accept and a Prefer that are not supported", async () => {
      expectOutcome(await kickOff("/$export", { headers: { Accept: "application/xml" } }), 406);
      expectOutcome(await kickOff("/$export", { headers: { Prefer: "return=minimal" } }), 400);
    });

    it.each(["application/fhir+ndjson", "application/ndjson", "ndjson"])(
      "SHALL accept _outputFormat %s",
      async (format) => {
        const answer = await kickOff(`/$export?_type=Patient&_outputFormat=${encodeURIComponent(format)}`);
        expect(answer.status).toBe(202);
      },
    );

    it("SHALL return what has changed after _since, and nothing else", async () => {
      const all = await exported("/$export?_type=Encounter");
      const times = all.map(({ meta }) => String(Object(meta).lastUpdated)).toSorted();
      const middle = new Date(times[Math.floor(times.length / 2)] ?? "").toISOString();
      const later = await exported(`/$export?_type=Encounter&_since=${middle}`);
      const expected = all.filter(({ meta }) => Date.parse(Object(meta).lastUpdated) >= Date.parse(middle));
      expect(later.map(({ id }) => id).toSorted()).toEqual(expected.map(({ id }) => id).toSorted());
      expect(later.length).toBeLessThan(all.length);
    });

    it("3.0.0: SHALL return nothing that has changed after _until", async () => {
      const all = await exported("/$export?_type=Encounter");
      const times = all.map(({ meta }) => String(Object(meta).lastUpdated)).toSorted();
      const middle = new Date(times[Math.floor(times.length / 2)] ?? "").toISOString();
      const earlier = await exported(`/$export?_type=Encounter&_until=${middle}`);
      expect(earlier.length).toBeGreaterThan(0);
      for (const { meta } of earlier) expect(String(Object(meta).lastUpdated) <= middle).toBe(true);
      expect(earlier.length).toBeLessThan(all.length);
    });

    it("SHALL filter by _type, and SHALL return all supported types without it", async () => {
      expect(typesOf(await exported("/$export?_type=Condition"))).toEqual(["Condition"]);
      const all = typesOf(await exported("/$export"));
      for (const type of ["Condition", "Patient", "Observation", "Task"]) expect(all).toContain(type);
    });

    it("SHOULD refuse types that are not supported, with an OperationOutcome", async () => {
      expectOutcome(await kickOff("/$export?_type=Nobody"), 400);
      expectOutcome(await kickOff("/$export?_type=Media"), 403);
    });

    it("SHOULD refuse at Patient level what is outside the compartment alone", async () => {
      expectOutcome(await kickOff("/Patient/$export?_type=Organization"), /^40[03]$/);
    });

    it("SHOULD leave out what _elements does not list, and SHOULD mark what is left as SUBSETTED", async () => {
      const patients = await exported("/$export?_type=Patient&_elements=Patient.gender,id");
      for (const { meta, ...rest } of patients) {
        expect(Object.keys(rest).toSorted()).toEqual(["gender", "id", "resourceType"]);
        const system = "http://terminology.hl7.org/CodeSystem/v3-ObservationValue";
        expect(Object(meta).tag).toContainEqual({ system, code: "SUBSETTED" });
      }
    });

    it("SHOULD always return mandatory elements, whatever _elements lists", async () => {
      const observations = await exported("/$export?_type=Observation&_elements=subject");
      for (const observation of observations) {
        expect(observation).toHaveProperty("status");
        expect(observation).toHaveProperty("code");
        expect(observation).not.toHaveProperty("issued");
      }
    });

    it("SHALL NOT return data of patients who are not on the list of patient", async () => {
      const [, patient] = own("Patient");
      const parameter = [
        { name: "patient", valueReference: { reference: `Patient/${patient?.id}` } },
        { name: "_type", valueString: "Patient,Observation,Condition" },
      ];
      const found = await exported("/Patient/$export", post(parameter));
      expect(found.length).toBeGreaterThan(1);
      expect(new Set(found.map(subject))).toEqual(new Set([`Patient/${patient?.id}`]));
    });

    it("SHOULD refuse patients who are not there, and patient at the level of the system", async () => {
      const client = await as("administrator");
      const parameter = { name: "patient", valueReference: { reference: "Patient/nobody" } };
      expectOutcome(await client.kickOff("/Patient/$export", post([parameter])), 400);
      expectOutcome(await client.kickOff("/$export", post([parameter])), 400);
    });

    it.each([
      "includeAssociatedData=LatestProvenanceResources",
      "organizeOutputBy=Patient",
      "allowPartialManifests=true",
    ])("SHOULD refuse what it does not support: %s", async (parameter) =>
      expectOutcome(await kickOff(`/$export?${parameter}`), 400),
    );

    it("SHALL filter by _typeFilter, each type for itself", async () => {
      const filter = encodeURIComponent("Encounter?status=in-progress");
      const found = await exported(`/$export?_type=Encounter,Condition&_typeFilter=${filter}`);
      const encounters = found.filter(({ resourceType }) => resourceType === "Encounter");
      expect(encounters.length).toBeGreaterThan(0);
      for (const { status } of encounters) expect(status).toBe("in-progress");
      expect(found.filter(({ resourceType }) => resourceType === "Condition")).toHaveLength(
        (await exported("/$export?_type=Condition")).length,
      );
    });

    it.each(["_include=Encounter:subject", "_sort=date"])("_typeFilter SHALL NOT hold %s", async (result) =>
      expectOutcome(
        await kickOff(`/$export?_type=Encounter&_typeFilter=${encodeURIComponent(`Encounter?${result}`)}`),
        400,
      ),
    );

    it("answers 202 with the absolute address of the status, and an OperationOutcome", async () => {
      const answer = await kickOff("/$export?_type=Patient");
      expectOutcome(answer, 202);
      expect(URL.canParse(String(answer.headers["content-location"]))).toBe(true);
    });

    it("SHOULD answer 429 with Retry-After to whoever may not begin another one yet", async () => {
      const single = await startTestStack({ patients: 5, settings: { STRICT_PREFER: "true" } });
      try {
        const client = await exportClient(single, "administrator");
        await client.kickOff("/$export?_type=Patient", { headers: ASYNC });
        const second = await client.kickOff("/$export?_type=Patient", { headers: ASYNC });
        expectOutcome(second, 429);
        expect(second.headers["retry-after"]).toMatch(/^\d+$/);
      } finally {
        await single.close();
      }
    });
  });

  describe("delete", () => {
    it("answers 202, and afterwards the address SHALL be 404 with an OperationOutcome", async () => {
      const client = await as("administrator");
      const accepted = await client.kickOff("/$export?_type=Patient", { headers: ASYNC });
      const location = String(accepted.headers["content-location"]);
      expect((await client.ask(location, { method: "DELETE" })).status).toBe(202);
      expectOutcome(await client.ask(location), 404);
      expectOutcome(await client.ask(location, { method: "DELETE" }), 404);
    });
  });

  describe("status", () => {
    it("is 202 while it runs, X-Progress below 100 characters, Retry-After in seconds", async () => {
      const client = await as("administrator");
      const accepted = await client.kickOff("/$export", { headers: ASYNC });
      const answer = await client.ask(String(accepted.headers["content-location"]));
      expect(answer.status).toBe(202);
      expect(String(answer.headers["x-progress"]).length).toBeLessThan(100);
      expect(answer.headers["retry-after"]).toMatch(/^\d+$/);
    });

    it("SHOULD answer 429 to who polls too often, with a transient code, and the job SHALL go on", async () => {
      // It goes on for as long as it is polled.
      if (stack.upstream !== undefined)
        stack.upstream.fault = { kind: "delay", milliseconds: 3000, matching: /GET/, times: 1 };
      const client = await as("administrator");
      const accepted = await client.kickOff("/$export", { headers: ASYNC });
      const location = String(accepted.headers["content-location"]);
      const polls = await Promise.all(Array.from({ length: 5 }, () => client.ask(location)));
      const early = polls.find(({ status }) => status === 429);
      if (early === undefined) throw new Error("five polls at once are all answered");
      expectOutcome(early, 429);
      expect(early.headers["retry-after"]).toMatch(/^\d+$/);
      expect(JSON.stringify(early.json())).toContain('"code":"throttled"');
      expect((await client.settle(location)).status).toBe(200);
    });

    it("SHALL be 200 with files of OperationOutcomes in error where a part could not be exported", async () => {
      if (stack.upstream !== undefined)
        stack.upstream.fault = { kind: "answer", status: 500, body: "{}", matching: /Condition/ };
      const client = await as("administrator");
      const manifest = await run(client, "/$export?_type=Patient,Condition");
      expect(manifest.output.map(({ type }) => type)).toContain("Patient");
      const [file] = manifest.error;
      expect(file?.type).toBe("OperationOutcome");
      expect(manifest.outcome).toEqual(manifest.error);
      const answer = await client.ask(String(file?.url));
      expect(answer.headers["content-type"]).toBe("application/fhir+ndjson");
      for (const outcome of await outcomes(client, manifest))
        expect(outcome).toMatchObject({ resourceType: "OperationOutcome" });
    });

    it("SHALL be an error with an OperationOutcome where the export has failed", async () => {
      if (stack.upstream !== undefined)
        stack.upstream.fault = { kind: "answer", status: 500, body: "{}", matching: /Condition/ };
      const client = await as("administrator");
      const accepted = await client.kickOff("/$export?_type=Condition", { headers: ASYNC });
      expectOutcome(await client.settle(String(accepted.headers["content-location"])), /^5\d\d$/);
    });
  });

  describe("manifest", () => {
    it("is application/json, and SHOULD say when the files expire", async () => {
      const client = await as("administrator");
      const path = "/$export?_type=Patient,Condition";
      const accepted = await client.kickOff(path, { headers: ASYNC });
      const settled = await client.settle(String(accepted.headers["content-location"]));
      expect(settled.status).toBe(200);
      expect(settled.headers["content-type"]).toMatch(/^application\/json/);
      expect(Date.parse(String(settled.headers.expires))).toBeGreaterThan(Date.now());
      expect(settled.json()).toMatchObject({
        transactionTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/),
        request: `${stack.fhirUrl}${path}`,
        requiresAccessToken: true,
        output: expect.any(Array),
        deleted: [],
        error: [],
        extension: expect.any(Object),
      });
    });

    it("names the request of a POST without its parameters", async () => {
      const client = await as("administrator");
      const manifest = await client.run("/$export", post([{ name: "_type", valueString: "Patient" }]));
      expect(manifest.request).toBe(`${stack.fhirUrl}/$export`);
    });

    it("SHALL hold all that was changed up to transactionTime, and SHOULD hold nothing later", async () => {
      const client = await as("administrator");
      const manifest = await run(client, "/$export?_type=Patient");
      const found = await client.resources(manifest);
      expect(found).toHaveLength(own("Patient").length);
      for (const { meta } of found)
        expect(Date.parse(Object(meta).lastUpdated)).toBeLessThanOrEqual(
          Date.parse(manifest.transactionTime),
        );
    });

    it("SHALL have one type per file, by absolute addresses, with the number of resources", async () => {
      const client = await as("administrator");
      const manifest = await run(client, "/$export?_type=Patient,Condition,Task");
      for (const { type, url, count } of manifest.output) {
        expect(URL.canParse(url)).toBe(true);
        const answer = await client.ask(url);
        expect(answer.status).toBe(200);
        expect(answer.headers["content-type"]).toBe("application/fhir+ndjson");
        const lines = answer.body
          .trimEnd()
          .split("\n")
          .map((line) => JSON.parse(line));
        expect(lines).toHaveLength(count);
        expect(typesOf(lines)).toEqual([type]);
      }
    });

    it("SHOULD have no entry for a type without data, and an empty list where nothing is there", async () => {
      const client = await as("administrator");
      expect((await run(client, "/$export?_type=Flag,Patient")).output.map(({ type }) => type)).toEqual([
        "Patient",
      ]);
      expect((await run(client, "/$export?_type=Flag")).output).toEqual([]);
    });

    it("SHOULD list what was deleted since _since, as transactions, and SHALL NOT have it in output", async () => {
      const client = await as("administrator");
      const gone = own("Condition")[3];
      await removeUpstream(stack, "Condition", String(gone?.id));
      await new Promise((done) => setTimeout(done, 1000 - (Date.now() % 1000)));
      const manifest = await run(client, `/$export?_type=Condition&_since=${SINCE}`);
      expect(manifest.deleted.map(({ type }) => type)).toEqual(["Bundle"]);
      const { body } = await client.ask(String(manifest.deleted[0]?.url));
      for (const line of body.trimEnd().split("\n")) {
        const { resourceType, type, entry } = JSON.parse(line);
        expect({ resourceType, type }).toEqual({ resourceType: "Bundle", type: "transaction" });
        expect(entry).toContainEqual({ request: { method: "DELETE", url: `Condition/${gone?.id}` } });
      }
      expect((await client.resources(manifest)).map(({ id }) => id)).not.toContain(gone?.id);
    });

    it("SHOULD have an OperationOutcome for each parameter that a lenient client's order passed over", async () => {
      const client = await as("administrator");
      const manifest = await client.run(
        "/$export?_type=Patient,Nobody&colour=blue&organizeOutputBy=Patient",
        {
          headers: { ...ASYNC, Prefer: "respond-async,handling=lenient" },
        },
      );
      const text = JSON.stringify(await outcomes(client, manifest));
      for (const name of ["_type", "colour", "organizeOutputBy"]) expect(text).toContain(name);
    });
  });

  describe("files", () => {
    it("SHALL hold the most recent version of each resource, once", async () => {
      const [, , patient] = own("Patient");
      if (patient === undefined) throw new Error("the population is too small");
      await writeUpstream(stack, { ...patient, active: false });
      await new Promise((done) => setTimeout(done, 1000 - (Date.now() % 1000)));
      const found = (await exported("/$export?_type=Patient")).filter(({ id }) => id === patient.id);
      expect(found).toHaveLength(1);
      expect(found[0]).toMatchObject({ active: false });
    });

    it("are NDJSON: each line a resource in JSON, the last one ended too", async () => {
      const client = await as("administrator");
      const manifest = await run(client, "/$export?_type=Patient");
      const { body } = await client.ask(String(manifest.output[0]?.url));
      expect(body.endsWith("}\n")).toBe(true);
      expect(body).not.toContain("\r");
    });

    it("SHOULD be of the format that was ordered", async () => {
      const client = await as("administrator");
      const manifest = await run(client, "/$export?_type=Patient&_outputFormat=text/csv");
      const answer = await client.ask(String(manifest.output[0]?.url));
      expect(answer.headers["content-type"]).toMatch(/^text\/csv/);
    });

    // A SHOULD that is not met: images never leave in bulk, so that an Attachment says its type alone.
    it("SHALL name no address of an Attachment that could not be had", async () => {
      const text = JSON.stringify(await exported("/$export?_type=QuestionnaireResponse"));
      const attachments = text.match(/"valueAttachment":\{[^}]*\}/g) ?? [];
      expect(attachments.length).toBeGreaterThan(0);
      for (const attachment of attachments) {
        expect(attachment).toContain('"contentType"');
        expect(attachment).not.toMatch(/"(?:url|data)"/);
      }
    });

    it("are an error with an OperationOutcome where they are not there", async () => {
      const client = await as("administrator");
      const manifest = await run(client, "/$export?_type=Patient");
      expectOutcome(await client.ask(String(manifest.output[0]?.url).replace("Patient.", "Nobody.")), 404);
    });
  });

  it("SHOULD say in its CapabilityStatement what it exports", async () => {
    const statement = (await stack.ask("administrator", "/metadata")).json();
    expect(JSON.stringify(statement.instantiates)).toContain(
      "http://hl7.org/fhir/uv/bulkdata/CapabilityStatement/bulk-data",
    );
    const text = JSON.stringify(statement);
    for (const name of ["export", "patient-export", "group-export"])
      expect(text).toContain(`http://hl7.org/fhir/uv/bulkdata/OperationDefinition/${name}`);
  });
});
