import { createLeakFinder, type DemoRole, generatePopulation } from "@aarohan/devkit";
import type { AnyResource } from "@aarohan/fhir";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RawResponse } from "../src/raw-client.ts";
import { startTestStack, type TestStack } from "../src/test-stack.ts";
import { withheldByConsent } from "../src/withheld-by-consent.ts";

const PATIENTS = 60;
const population = [...generatePopulation({ patients: PATIENTS })];
const withheld = withheldByConsent(population, "opt-out");
const finder = createLeakFinder(population);

let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack({ patients: PATIENTS });
});
afterAll(() => stack.close());

interface Entry {
  readonly resource: AnyResource;
  readonly search: { readonly mode: string };
}

function entriesOf(answer: RawResponse): Entry[] {
  expect(answer.status).toBe(200);
  return (answer.json() as { entry?: Entry[] }).entry ?? [];
}

async function asked(role: DemoRole, path: string, headers: Record<string, string> = {}) {
  return stack.ask(role, path, { headers });
}

const named = ({ resourceType, id }: AnyResource) => `${resourceType}/${String(id)}`;
const referenceOf = (value: unknown) => String(Object(value).reference);

describe("an analyst's included resources", () => {
  it("are the patients of the rows, anonymised, each once", async () => {
    const answer = await asked("analyst", "/Observation?_include=Observation:subject&_count=40");
    const entries = entriesOf(answer);
    const rows = entries.filter(({ search }) => search.mode === "match");
    const included = entries
      .filter(({ search }) => search.mode === "include")
      .map(({ resource }) => resource);
    const subjects = new Set(rows.map(({ resource }) => referenceOf(resource.subject)));
    expect(rows.length).toBeGreaterThan(10);
    expect(included.map(named).toSorted()).toEqual([...subjects].toSorted());
    for (const patient of included) expect(JSON.stringify(patient)).toContain("PSEUDED");
    expect(finder.leaksIn(answer.body)).toEqual([]);
  });

  it("refer to the rows when they are included in reverse, on later pages too", async () => {
    const first = await asked("analyst", "/Patient?_revinclude=Encounter:subject&_count=10");
    const next = /"next","url":"([^"]+)"/.exec(first.body)?.[1]?.slice(stack.fhirUrl.length);
    expect(next).toBeDefined();
    for (const entries of [entriesOf(first)]) {
      const rows = new Set(
        entries.filter(({ search }) => search.mode === "match").map(({ resource }) => named(resource)),
      );
      const included = entries.filter(({ search }) => search.mode === "include");
      expect(included.length).toBeGreaterThan(0);
      for (const { resource } of included) expect(rows).toContain(referenceOf(resource.subject));
    }
    expect(finder.leaksIn(first.body)).toEqual([]);
  });

  it("leave out who has not agreed, and are no rows of a table", async () => {
    expect(withheld.size).toBeGreaterThan(0);
    const all = entriesOf(await asked("analyst", "/Encounter?_include=Encounter:subject&_count=1000"));
    const patients = all.filter(({ search }) => search.mode === "include");
    expect(patients.length).toBeLessThanOrEqual(PATIENTS - withheld.size);
    const csv = await asked("analyst", "/Encounter?_include=Encounter:subject&_count=1000&_format=csv");
    expect(csv.body.trimEnd().split("\r\n")).toHaveLength(1 + all.length - patients.length);
  });

  it.each([
    "/Patient?_include=Patient:general-practitioner",
    "/Observation?_include=Observation:performer:Practitioner",
    "/Observation?_include=*",
    "/Observation?_include:iterate=Observation:subject",
    "/Patient?_revinclude=Media:subject",
    "/Patient?_revinclude=Provenance:target",
    "/Patient?_revinclude=AuditEvent:entity",
  ])("never come by what is hidden: %s", async (path) => {
    const answer = await asked("analyst", path);
    expect(answer.status).toBe(403);
    expect(answer.body).not.toContain('"entry"');
  });
});

describe("the shape of an answer", () => {
  it("is chosen by _elements, for searches, later pages and reads", async () => {
    const first = await asked("analyst", "/Observation?_elements=status,effective&_count=3");
    const next = /"next","url":"([^"]+)"/.exec(first.body)?.[1]?.slice(stack.fhirUrl.length) ?? "";
    const names = new Set<string>();
    for (const { resource } of entriesOf(first)) for (const name of Object.keys(resource)) names.add(name);
    expect([...names].toSorted()).toEqual([
      "code",
      "effectiveDateTime",
      "id",
      "meta",
      "resourceType",
      "status",
    ]);
    expect(first.body).toContain("SUBSETTED");
    expect(first.body).toContain("_elements=status%2Ceffective");
    expect(next).toContain("_page=");
    const [row] = entriesOf(first);
    const token = await stack.mint.mint("analyst");
    const read = await asked("analyst", `/Observation/${row?.resource.id}?_elements=id`, {
      Authorization: `Bearer ${token}`,
    });
    expect(Object.keys(read.json()).toSorted()).toEqual(["code", "id", "meta", "resourceType", "status"]);
    expect((await asked("analyst", "/Observation?_elements=nonsense")).status).toBe(400);
  });

  it("shows no more by _elements than without", async () => {
    const answer = await asked(
      "analyst",
      "/Patient?_elements=name,telecom,birthDate,photo,identifier&_count=100",
    );
    expect(finder.leaksIn(answer.body)).toEqual([]);
    expect(answer.body).not.toContain('"telecom":');
  });

  it("has a total as it is wanted, where it is known", async () => {
    const total = async (query: string) =>
      (await asked("administrator", `/Patient?${query}`)).json() as { total?: number; entry?: unknown[] };
    expect((await total("_total=accurate&_count=5")).total).toBe(PATIENTS);
    expect((await total("_total=none&_count=5")).total).toBeUndefined();
    expect((await total("_summary=count")).entry).toBeUndefined();
    expect((await asked("administrator", "/Patient?_total=many")).status).toBe(400);
    expect((await asked("analyst", "/Patient?_summary=text")).status).toBe(403);
    const counted = (await asked("analyst", "/Patient?_summary=count")).json() as { total?: number };
    expect(counted.total).toBe(PATIENTS - withheld.size);
  });
});

describe("a lenient search", () => {
  it("is answered without what is not known, and says so", async () => {
    const path = "/Patient?gender=female&frobnicate=secret-value&_count=5";
    const strict = await asked("analyst", path);
    expect(strict.status).toBe(400);
    const lenient = await asked("analyst", path, { Prefer: "respond-async, handling=lenient" });
    expect(lenient.headers["preference-applied"]).toBe("handling=lenient");
    const entries = entriesOf(lenient);
    expect(entries.filter(({ search }) => search.mode === "outcome")).toMatchObject([
      { resource: { issue: [{ diagnostics: expect.stringContaining("frobnicate") }] } },
    ]);
    expect(lenient.body).not.toContain("secret-value");
    expect(/"self","url":"([^"]+)"/.exec(lenient.body)?.[1]).toMatch(/Patient\?gender=female&_count=5$/);
    const hidden = await asked("analyst", "/Patient?name=x", { Prefer: "handling=lenient" });
    expect(hidden.status).toBe(403);
  });

  it.each(["csv", "ndjson"])("says so in a header where it is %s", async (format) => {
    const path = `/Patient?frobnicate=secret-value&_lastUpdated=ge2020-01-01T10:00:00Z&_format=${format}`;
    const answer = await asked("analyst", path, { Prefer: "handling=lenient" });
    expect(answer.status).toBe(200);
    expect(JSON.parse(`[${answer.headers["aarohan-notices"]}]`)).toEqual([
      "frobnicate is no parameter here, and was passed over.",
      "_lastUpdated is shown by the day: the time of day was cut off.",
    ]);
    expect((await asked("analyst", `/Patient?_format=${format}`)).headers).not.toHaveProperty(
      "aarohan-notices",
    );
  });

  it.each([
    ["_summary", "_summary=count&_format=csv"],
    ["_count", "_count=0&_format=ndjson"],
  ])("is refused a number alone that has no place: %s", async (parameter, query) => {
    const answer = await asked("analyst", `/Patient?${query}`);
    expect(answer.status).toBe(400);
    expect(answer.json()).toMatchObject({ issue: [{ expression: [expect.stringContaining(parameter)] }] });
  });

  it("is told that it was, and only where it was", async () => {
    const lenient = { Prefer: "handling=lenient" };
    expect((await asked("analyst", "/Patient?_count=1", lenient)).headers["preference-applied"]).toBe(
      "handling=lenient",
    );
    const refused = await asked("administrator", "/Patient?frobnicate=1", lenient);
    expect(refused.status).toBe(400);
    for (const answer of [refused, await asked("analyst", "/Patient?name=x", lenient)])
      expect(answer.headers["preference-applied"]).toBeUndefined();
  });

  it("does not pass over the constraint of a scope", async () => {
    const token = await stack.mint.mint("analyst", { scope: "user/Patient.rs?frobnicate=x" });
    const answer = await asked("analyst", "/Patient", {
      Authorization: `Bearer ${token}`,
      Prefer: "handling=lenient",
    });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.body).not.toContain('"entry"');
  });
});

describe("a provider's included resources", () => {
  it("are those alone that the token authorises", async () => {
    const observation = population.find(({ resourceType }) => resourceType === "Observation");
    const own = referenceOf(observation?.subject).replace("Patient/", "");
    const token = await stack.mint.mint("provider", { patient: own });
    const headers = { Authorization: `Bearer ${token}` };
    const rows = entriesOf(await asked("provider", "/Observation?_include=Observation:subject", headers));
    const included = rows.filter(({ search }) => search.mode === "include");
    expect(included.map(({ resource }) => named(resource))).toEqual([`Patient/${own}`]);
    const reverse = entriesOf(
      await asked(
        "provider",
        "/Patient?_revinclude=Encounter:subject&_include=Patient:general-practitioner",
        headers,
      ),
    );
    for (const { resource } of reverse) {
      expect([named(resource), referenceOf(resource.subject)]).toContain(`Patient/${own}`);
    }
    expect(reverse.length).toBeGreaterThan(1);
  });
});

describe("a reference by the gateway's own URL", () => {
  it.each<DemoRole>(["administrator", "analyst"])("finds what the relative one does: %s", async (role) => {
    const token = await stack.mint.mint(role);
    const headers = { Authorization: `Bearer ${token}` };
    const [row] = entriesOf(await asked(role, "/Observation?_count=1", headers));
    const subject = referenceOf(row?.resource.subject);
    const relative = entriesOf(await asked(role, `/Observation?subject=${subject}`, headers));
    expect(relative.length).toBeGreaterThan(0);
    const absolute = encodeURIComponent(`${stack.fhirUrl}/${subject}`);
    for (const query of [`subject=${absolute}`, `patient=${absolute}`, `subject=${subject},${absolute}`]) {
      const found = entriesOf(await asked(role, `/Observation?${query}`, headers));
      expect(found.map(({ resource }) => resource.id)).toEqual(relative.map(({ resource }) => resource.id));
    }
  });

  it("is no reference of another server's", async () => {
    const elsewhere = encodeURIComponent("https://elsewhere.example/fhir/Patient/x");
    expect(entriesOf(await asked("administrator", `/Observation?subject=${elsewhere}`))).toEqual([]);
    expect((await asked("analyst", `/Observation?subject=${elsewhere}`)).status).toBe(400);
  });
});
