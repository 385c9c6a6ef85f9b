import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { FhirServer } from "../src/fhir-server/index.ts";
import { ask, observations, patients, send, startSample } from "./fhir-server-sample.ts";

const ASYNC = { headers: { Prefer: "respond-async" } };

interface Manifest {
  readonly transactionTime: string;
  readonly request: string;
  readonly output: readonly { readonly type: string; readonly url: string; readonly count: number }[];
  readonly error: readonly unknown[];
}

let server: FhirServer;
beforeAll(async () => {
  server = await startSample();
  const member = [{ entity: { reference: "Patient/p1" } }, { entity: { reference: "Patient/p2" } }];
  await send(server, "PUT", "Group/ward", { resourceType: "Group", id: "ward", member });
});
afterAll(() => server.close());

async function ordered(path: string): Promise<string> {
  const { status, headers } = await ask(server, path, ASYNC);
  expect(status).toBe(202);
  return String(headers.get("Content-Location"));
}

async function finished(path: string): Promise<Manifest> {
  const location = await ordered(path);
  await fetch(location);
  return (await (await fetch(location)).json()) as Manifest;
}

/** Type/id of every line, in turn. */
async function namesIn({ output }: Manifest): Promise<string[]> {
  const names: string[] = [];
  for (const { url, count, type } of output) {
    const lines = (await (await fetch(url)).text()).trimEnd().split("\n");
    expect(lines).toHaveLength(count);
    names.push(...lines.map((line) => `${type}/${JSON.parse(line).id}`));
  }
  return names;
}

const namesOf = (resources: readonly { readonly resourceType: string; readonly id?: unknown }[]) =>
  resources.map(({ resourceType, id }) => `${resourceType}/${id}`);

describe("an export", () => {
  it("is accepted, under way, and then there", async () => {
    const location = await ordered("$export?_type=Patient");
    expect(location.startsWith(`${server.url}/$export-poll-status?_jobId=`)).toBe(true);
    const first = await ask(server, location);
    expect(first.status).toBe(202);
    expect(first.headers.get("X-Progress")).not.toBeNull();
    expect(first.headers.get("Retry-After")).toMatch(/^\d+$/);
    const second = await fetch(location);
    expect(second.status).toBe(200);
    expect(second.headers.get("Content-Type")).toBe("application/json");
    const manifest = (await second.json()) as Manifest;
    expect(manifest).toMatchObject({ request: `${server.url}/$export?_type=Patient`, error: [] });
    expect(await namesIn(manifest)).toEqual(namesOf(patients));
  });

  it("holds every type by default", async () => {
    const { output } = await finished("$export?_outputFormat=application/fhir%2Bndjson");
    expect(output.map(({ type, count }) => `${type} ${count}`)).toEqual([
      "Encounter 2",
      "Group 1",
      "Observation 50",
      "Patient 10",
      "QuestionnaireResponse 2",
    ]);
  });

  it("of patients holds what names one", async () => {
    const { output } = await finished("Patient/$export");
    expect(output.map(({ type }) => type)).toEqual(["Group", "Observation", "Patient"]);
  });

  it("of a Group holds what names its members", async () => {
    const names = await namesIn(await finished("Group/ward/$export?_type=Patient,Observation"));
    const theirs = observations.filter((observation) =>
      /Patient\/p[12]"/.test(JSON.stringify(observation.subject)),
    );
    expect(names).toEqual(["Patient/p1", "Patient/p2", ...namesOf(theirs)]);
  });

  it("holds what was written since a time", async () => {
    const since = "2025-01-20T00:00:00Z";
    const names = await namesIn(await finished(`$export?_type=Patient,Observation&_since=${since}`));
    const expected = observations.filter(({ meta }) => String(Object(meta).lastUpdated) >= since);
    expect(names).toEqual(namesOf(expected));
  });

  it.each([
    ["without Prefer: respond-async", "$export", {}, 400],
    ["in another format", "$export?_outputFormat=text/csv", ASYNC, 400],
    ["of a type that is none", "$export?_type=Patient,Nonsense", ASYNC, 400],
    ["since no time", "$export?_since=yesterday", ASYNC, 400],
    ["with a parameter that is unknown", "$export?_typeFilter=Patient", ASYNC, 400],
    ["of a Group that is not there", "Group/nope/$export", ASYNC, 404],
    ["of another type than patients", "Observation/$export", ASYNC, 404],
  ])("%s is refused", async (_, path, request, status) => {
    const reply = await ask(server, path, request);
    expect(reply.status).toBe(status);
    expect(reply.body.resourceType).toBe("OperationOutcome");
  });

  it("is gone with its files when it is deleted", async () => {
    const manifest = await finished("$export?_type=Patient");
    const [, id] = /bulk-files\/([^/]+)\//.exec(manifest.output[0]?.url ?? "") ?? [];
    const location = `${server.url}/$export-poll-status?_jobId=${id}`;
    expect((await ask(server, location, { method: "DELETE" })).status).toBe(202);
    expect((await ask(server, location)).status).toBe(404);
    expect((await ask(server, manifest.output[0]?.url ?? "")).status).toBe(404);
  });
});

describe("a file", () => {
  it("is given in parts", async () => {
    const [file] = (await finished("$export?_type=Patient")).output;
    const read = async (part: Response) => Buffer.from(await part.arrayBuffer()).toString("latin1");
    const whole = await fetch(file?.url ?? "");
    expect(whole.headers.get("Content-Type")).toBe("application/fhir+ndjson");
    const text = await read(whole);
    const get = (range: string) => fetch(file?.url ?? "", { headers: { Range: range } });
    const middle = await get("bytes=10-19");
    expect(middle.status).toBe(206);
    expect(middle.headers.get("Content-Range")).toBe(`bytes 10-19/${text.length}`);
    expect(await read(middle)).toBe(text.slice(10, 20));
    const rest = await get("bytes=10-");
    expect(rest.headers.get("Content-Range")).toBe(`bytes 10-${text.length - 1}/${text.length}`);
    expect(await read(rest)).toBe(text.slice(10));
    expect(await read(await get(`bytes=10-${text.length + 99}`))).toBe(text.slice(10));
    expect((await get(`bytes=${text.length}-`)).status).toBe(416);
  });
});
