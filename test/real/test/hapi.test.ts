import { generatePopulation } from "@aarohan/devkit";
import { rawRequest } from "@aarohan/test/raw-client";
import { startTestStack, type TestStack } from "@aarohan/test/test-stack";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

interface Bundle {
  readonly total?: number;
  readonly link: readonly { readonly relation: string; readonly url: string }[];
  readonly entry?: readonly { readonly resource: Record<string, unknown> }[];
}

const population = [...generatePopulation({ patients: 150 })];
const ofType = (type: string) => population.filter(({ resourceType }) => resourceType === type);

let stack: TestStack;
let hapi: string;
beforeAll(async () => {
  stack = await startTestStack({ settings: { CONSENT_MODE: "none" } });
  hapi = stack.upstream?.url ?? "";
});
afterAll(() => stack.close());

/** Past the gateway. */
async function ask(path: string, headers: Readonly<Record<string, string>> = {}) {
  const response = await rawRequest(path.startsWith("http") ? path : `${hapi}${path}`, { headers });
  return { status: response.status, body: response.json() as unknown as Bundle, text: response.body };
}

async function write(type: string, id: string, elements: object) {
  const body = JSON.stringify({ resourceType: type, id, ...elements });
  const headers = { "Content-Type": "application/fhir+json" };
  const { status } = await rawRequest(`${hapi}/${type}/${id}`, { method: "PUT", headers, body });
  expect(status).toBeLessThan(300);
}

const nextOf = ({ link }: Bundle) => link.find(({ relation }) => relation === "next")?.url;

describe("the programme's server", () => {
  it("is HAPI FHIR's JPA server, which writes links as it was asked", async () => {
    const { text } = await ask("/metadata");
    expect(text).toContain('"software":{"name":"HAPI FHIR Server","version":"8.8.0"}');
    expect(nextOf((await ask("/Patient?_count=5")).body)).toContain(`${hapi}?_getpages=`);
  });
});

describe("pages", () => {
  it("of at most 200 make one of an analyst's with 1,000", async () => {
    expect((await ask("/Observation?_count=1000")).body.entry).toHaveLength(200);
    const page = (await stack.ask("analyst", "/Observation?_count=1000")).json() as unknown as Bundle;
    expect(page.entry).toHaveLength(ofType("Observation").length);
    expect(nextOf(page)).toBeUndefined();
  });

  it("are an administrator's as they are, each row once", async () => {
    const observations = ofType("Observation").length;
    const ids: unknown[] = [];
    for (let path: string | undefined = "/Observation?_count=1000&_sort=_id"; path !== undefined; ) {
      const body = (await askAsOne(path)).json() as unknown as Bundle;
      ids.push(...(body.entry ?? []).map(({ resource }) => resource.id));
      path = nextOf(body)?.replace(stack.fhirUrl, "");
    }
    expect(ids).toHaveLength(observations);
    expect(new Set(ids).size).toBe(observations);
  });

  it("that are forgotten are 410 Gone", async () => {
    const { status } = await ask(`?_getpages=${crypto.randomUUID()}&_getpagesoffset=5&_count=5`);
    expect(status).toBe(410);
  });
});

let token: string | undefined;

async function askAsOne(path: string) {
  token ??= await stack.mint.mint("administrator");
  return rawRequest(`${stack.fhirUrl}${path}`, { headers: { Authorization: `Bearer ${token}` } });
}

describe("a search that was made a moment ago", () => {
  it("is answered from memory by HAPI, and as it is now through the gateway", async () => {
    const path = "/Patient?gender=other&_sort=_id";
    const before = (await ask(path)).body.entry?.length ?? 0;
    await write("Patient", "remembered", { gender: "other" });
    expect((await ask(path)).body.entry ?? []).toHaveLength(before);
    expect((await ask(path, { "Cache-Control": "no-cache" })).body.entry).toHaveLength(before + 1);
    const through = (await stack.ask("administrator", "/Patient?gender=other")).json() as unknown as Bundle;
    await write("Patient", "remembered-too", { gender: "other" });
    const again = (await stack.ask("administrator", "/Patient?gender=other")).json() as unknown as Bundle;
    expect(again.entry).toHaveLength((through.entry?.length ?? 0) + 1);
  });

  it("does not keep a consent that was withdrawn since", async () => {
    const settings = {
      UPSTREAM_BASE_URL: hapi,
      CONSENT_MODE: "opt-out",
      PSEUDONYM_KEYS: `1:${"A".repeat(43)}`,
    };
    const [patient] = ofType("Patient");
    const path = "/Patient?_count=1000&gender=female,male,other,unknown";
    const first = await startTestStack({ settings });
    const before = (await first.ask("analyst", path)).json().total;
    await first.close();
    const dateTime = new Date().toISOString();
    await write("Consent", "withdrawn-now", { ...denialOf(String(patient?.id)), dateTime });
    // Another isolate of the gateway, which has decided nothing yet, asks HAPI the very same.
    const second = await startTestStack({ settings });
    const after = (await second.ask("analyst", path)).json().total;
    await second.close();
    expect(after).toBe(Number(before) - 1);
  });
});

describe("a reference to what is not there yet", () => {
  it("is not indexed where HAPI does not hold to references: a consent that came first does not count", async () => {
    await write("Consent", "came-first", { ...denialOf("came-later"), dateTime: new Date().toISOString() });
    await write("Patient", "came-later", { gender: "female" });
    const { body } = await ask("/Consent?patient=Patient/came-later", { "Cache-Control": "no-cache" });
    expect(body.entry).toBeUndefined();
    await write("Consent", "came-first", { ...denialOf("came-later"), dateTime: "2026-01-01T00:00:00Z" });
    const again = await ask("/Consent?patient=Patient/came-later", { "Cache-Control": "no-cache" });
    expect(again.body.entry).toHaveLength(1);
  });
});

function denialOf(patient: string) {
  return {
    status: "active",
    scope: { coding: [{ code: "research" }] },
    category: [{ coding: [{ code: "59284-0" }] }],
    patient: { reference: `Patient/${patient}` },
    provision: { type: "deny" },
  };
}

describe("numbers", () => {
  it("are not told by HAPI for a page of many, and counted by the gateway where it is asked to", async () => {
    expect((await ask("/Observation?_count=5", { "Cache-Control": "no-cache" })).body.total).toBeUndefined();
    const observations = ofType("Observation").length;
    for (const path of ["/Observation?_total=accurate&_count=5", "/Observation?_summary=count"]) {
      expect((await stack.ask("administrator", path)).json().total).toBe(observations);
    }
  });
});

describe("tags", () => {
  const tagsOf = async (id: string): Promise<unknown> => {
    const { meta } = (await ask(`/Patient/${id}`)).body as unknown as { meta: { tag: unknown } };
    return meta.tag;
  };
  const SYSTEM = "https://smartregister.org/care-team-tag-id";

  it("stay at a resource that is written without them: a team that it has left goes on seeing it", async () => {
    for (const code of ["team-before", "team-after"]) {
      await write("Patient", "moved", { meta: { tag: [{ system: SYSTEM, code }] } });
    }
    expect(await tagsOf("moved")).toHaveLength(2);
    const answer = await asTeam("team-before", "/Patient/moved");
    expect(answer.status).toBe(200);
  });

  it("leave it with $meta-delete, and then the team does not see it any more", async () => {
    await write("Patient", "moved", { meta: { tag: [{ system: SYSTEM, code: "team-after" }] } });
    const meta = { tag: [{ system: SYSTEM, code: "team-before" }] };
    const parameter = [{ name: "meta", valueMeta: meta }];
    const { status } = await rawRequest(`${hapi}/Patient/moved/$meta-delete`, {
      method: "POST",
      headers: { "Content-Type": "application/fhir+json" },
      body: JSON.stringify({ resourceType: "Parameters", parameter }),
    });
    expect(status).toBe(200);
    expect((await asTeam("team-before", "/Patient/moved")).status).toBe(404);
    expect((await asTeam("team-after", "/Patient/moved")).status).toBe(200);
  });

  it("without a system get the one of another tag with the same code", async () => {
    await write("Patient", "with-system", { meta: { tag: [{ system: SYSTEM, code: "of-two" }] } });
    await write("Patient", "without-system", { meta: { tag: [{ code: "of-two" }] } });
    expect(await tagsOf("without-system")).toMatchObject([{ system: SYSTEM, code: "of-two" }]);
  });
});

async function asTeam(team: string, path: string) {
  const claims = { care_team_id: team };
  const own = await stack.mint.mint("provider", claims);
  return rawRequest(`${stack.fhirUrl}${path}`, { headers: { Authorization: `Bearer ${own}` } });
}

describe("resources that come along", () => {
  const observationsIn = ({ entry = [] }: Bundle) =>
    entry
      .filter(({ resource }) => resource.resourceType === "Observation")
      .map(({ resource }) => resource.id);

  it("end at a thousand links a page, of which HAPI says nothing, and are complete in small pages", async () => {
    const all = new Set(ofType("Observation").map(({ id }) => id));
    const large = (await ask("/Patient?_count=200&_revinclude=*")).body;
    expect(observationsIn(large).length).toBeLessThan(all.size);
    const found = new Set<unknown>();
    for (let path: string | undefined = "/Patient?_count=10&_revinclude=*"; path !== undefined; ) {
      const page = (await askAsOne(path)).json() as unknown as Bundle;
      for (const id of observationsIn(page)) found.add(id);
      path = nextOf(page)?.replace(stack.fhirUrl, "");
    }
    expect(found).toEqual(all);
  });
});

describe("what HAPI refuses", () => {
  it.each([
    ["/Patient?frobnicate=1", "frobnicate"],
    ["/Observation?_sort=frobnicate", "_sort"],
    ["/Observation?_include=Observation:frobnicate", "_include"],
    ["/Patient?_filter=name%20eq%20x", "_filter"],
    ["/Patient?_text=x", "_text"],
  ])("%s is refused by the gateway, with the name of the parameter alone", async (path, parameter) => {
    const answer = await stack.ask("administrator", path);
    expect(answer.status).toBe(400);
    const { issue } = answer.json() as { issue: { expression?: string[]; diagnostics: string }[] };
    expect(issue[0]?.expression ?? []).toEqual([`http.${parameter}`]);
    expect(answer.body).not.toMatch(/HAPI-\d+|yesterday/);
  });
});
