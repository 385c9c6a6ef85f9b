import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { FhirServer } from "../src/fhir-server/index.ts";
import { ask, observations, startSample } from "./fhir-server-sample.ts";

let server: FhirServer;
beforeAll(async () => {
  server = await startSample();
});
afterAll(() => server.close());

async function idsOf(query: string): Promise<unknown[]> {
  const { body } = await ask(server, query);
  return (body.entry ?? []).map(({ resource }) => resource.id);
}

describe("a search", () => {
  it.each([
    ["Observation", 50],
    ["Observation?code=62596-2", 10],
    ["Observation?code=http://loinc.org|62596-2", 10],
    ["Observation?code=http://loinc.org|", 50],
    ["Observation?code=|62596-2", 0],
    ["Observation?code=http://snomed.info/sct|62596-2", 0],
    ["Observation?code:not=62596-2", 40],
    ["Observation?code:not=62596-2,63638-1", 0],
    ["Observation?code=62596-2,63638-1", 50],
    ["Observation?code=62596-2&status=final", 5],
    ["Observation?category=oral-cancer-screening", 50],
    ["Observation?category=|oral-cancer-screening", 50],
    ["Observation?value-concept=yes", 17],
    ["Observation?subject=Patient/p1", 5],
    ["Observation?subject=Patient/p1/_history/1", 5],
    ["Observation?subject=Patient/p1,Patient/p2", 10],
    ["Observation?subject=p1", 5],
    ["Observation?subject:Patient=p1", 5],
    ["Observation?subject:Group=p1", 0],
    ["Observation?subject=Group/p1", 0],
    ["Observation?patient=p1", 5],
    ["Observation?performer=p1", 0],
    ["Observation?_lastUpdated=ge2025-01-27", 2],
    ["Observation?_id=o1,o2,nope", 2],
    ["QuestionnaireResponse?_tag=Not%20defined", 1],
    ["QuestionnaireResponse?_tag=https://smartregister.org/location-tag-id|", 1],
    ["QuestionnaireResponse?_security=R", 1],
    ["QuestionnaireResponse?_profile=https://x/StructureDefinition/screening", 1],
    ["Patient?gender=male", 4],
    ["Patient?name=ravi", 1],
    ["Patient?name=kumar", 0],
    ["Patient?name:contains=KUMAR", 1],
    ["Patient?name:exact=Ravikum%C3%A1r%5C,%20Sr", 1],
    ["Patient?name:exact=ravikumar%5C,%20sr", 0],
    ["Patient?name=official", 0],
    ["QuestionnaireResponse?questionnaire=Questionnaire/A", 1],
    ["QuestionnaireResponse?questionnaire=https://x/Questionnaire/A", 1],
    ["QuestionnaireResponse?questionnaire=https://x/Questionnaire/A|2", 1],
    ["QuestionnaireResponse?questionnaire=https://x/Questionnaire/A|3", 0],
    ["QuestionnaireResponse?questionnaire=Questionnaire/A,https://x/Questionnaire/A", 2],
    ["Observation?_total=accurate&_pretty=true&_format=json&_summary=false", 50],
    ["Task", 0],
  ])("%s finds %d", async (query, total) => {
    const { status, body } = await ask(server, query);
    expect(status).toBe(200);
    expect(body.total).toBe(total);
  });

  it("finds an absolute reference of its own", async () => {
    const own = encodeURIComponent(`${server.url}/Patient/p1`);
    expect((await ask(server, `Observation?subject=${own}`)).body.total).toBe(5);
  });

  // Effective on the 15th of each month of 2025; January and February have 5 Observations each.
  it.each([
    ["2025-01", 5],
    ["2025-01-15", 5],
    ["2025-01-14", 0],
    ["2025", 50],
    ["eq2025-01", 5],
    ["ne2025-01", 45],
    ["gt2025-12-14", 4],
    ["gt2025-12-15", 0],
    ["gt2025-12", 0],
    ["ge2025-12-15", 4],
    ["ge2025-12-16", 0],
    ["lt2025-01-15", 0],
    ["lt2025-01-16", 5],
    ["le2025-01-15", 5],
    ["le2025-01-14", 0],
    ["sa2025-12-14", 4],
    ["sa2025-12-15", 0],
    ["eb2025-01-16", 5],
    ["eb2025-01-15", 0],
    ["eb2025-02", 5],
    ["2025-01,2025-02", 10],
    ["ge2025-06-15&date=lt2025-08-15", 8],
    ["ge2025-12-15T23:59:59Z", 4],
    ["ge2025-12-16T00:00:00Z", 0],
    ["ge2025-12-16T05:00:00%2B05:30", 4],
    ["ge2025-12-16T05:30:00%2B05:30", 0],
    ["ge2025-12-16T05:30:00+05:30", 0],
    ["lt2025-01-15T05:30:00%2B05:30", 0],
    ["lt2025-01-15T05:31:00%2B05:30", 5],
  ])("by date %s finds %d Observations", async (date, total) => {
    expect((await ask(server, `Observation?date=${date}`)).body.total).toBe(total);
  });

  // "open" lasts from 31 January 20:00Z on, "closed" from 1 March to the end of 2 March, 00:00:00Z.
  it.each([
    ["ge2026", ["open"]],
    ["ge2025-03-02", ["open", "closed"]],
    ["ge2025-03-02T00:00:01Z", ["open"]],
    ["le2025-01-31", ["open"]],
    ["lt2025-01-31T20:00:00Z", []],
    ["lt2025-02-01T01:30:00%2B05:30", []],
    ["lt2025-02-01T01:30:01%2B05:30", ["open"]],
    ["2025-03", ["closed"]],
    ["eb2025-03-03", ["closed"]],
    ["sa2025-02", ["closed"]],
  ])("by date %s finds the Encounters %j, whose date is a Period", async (date, ids) => {
    expect(await idsOf(`Encounter?date=${date}`)).toEqual(ids);
  });

  it.each([
    ["ge2025-01-01T00:00:00%2B05:30&authored=lt2026-01-01T00:00:00%2B05:30", ["q1", "q2"]],
    ["ge2025-01-01", ["q2"]],
    ["ge2024-12-31&authored=le2025-12-31", ["q1", "q2"]],
  ])("authored=%s tells Indian from universal midnight", async (authored, ids) => {
    expect(await idsOf(`QuestionnaireResponse?authored=${authored}`)).toEqual(ids);
  });

  it("takes `ap` as a tenth of the time that has passed since", async () => {
    const day = (age: number) => new Date(Date.now() - age * 86_400_000).toISOString().slice(0, 10);
    const resources = [{ resourceType: "Observation", id: "o", effectiveDateTime: day(1000) }];
    const other = await startSample({ resources });
    expect((await ask(other, `Observation?date=ap${day(1050)}`)).body.total).toBe(1);
    expect((await ask(other, `Observation?date=ap${day(1200)}`)).body.total).toBe(0);
    await other.close();
  });

  it.each([
    ["Observation?frobnicate=1", "frobnicate"],
    ["Observation?subject.name=x", "subject.name"],
    ["Observation?subject:Patient.name=x", "subject:Patient.name"],
    ["Observation?subject:Patient=Group/1", "subject:Patient"],
    ["Observation?subject:identifier=x", "subject:identifier"],
    ["Patient?_has:Observation:patient:code=1", "_has:Observation:patient:code"],
    ["Observation?code:text=x", "code:text"],
    ["Observation?code:in=x", "code:in"],
    ["Observation?code:missing=true", "code:missing"],
    ["Observation?code:not:not=x", "code:not:not"],
    ["Observation?code=", "code"],
    ["Observation?code=62596-2,", "code"],
    ["Observation?value-quantity=gt5", "value-quantity"],
    ["Observation?code-value-quantity=1$2", "code-value-quantity"],
    ["Patient?phone=98", "phone"],
    ["Patient?_id:not=p1", "_id:not"],
    ["Patient?_filter=x", "_filter"],
    ["Patient?_text=x", "_text"],
    ["Patient?_content=x", "_content"],
    ["Patient?_summary=true", "_summary"],
    ["Patient?_elements=name.family", "_elements"],
    ["QuestionnaireResponse?date=2025", "date"],
    ["Observation?date=yesterday", "date"],
    ["Observation?date=2025-13", "date"],
    ["Observation?date=2025-02-29", "date"],
    ["Observation?date=2025-01-01T24:00", "date"],
    ["Observation?_sort=frobnicate", "frobnicate"],
    ["Observation?_sort=date,", "_sort"],
    ["Observation?_count=x", "_count"],
    ["Observation?_count=-1", "_count"],
    ["Observation?_include=*", "_include"],
    ["Observation?_include=Observation:code", "_include"],
    ["Observation?_include=Encounter:subject", "_include"],
    ["Observation?_include:iterate=Observation:subject", "_include"],
    ["Patient?_revinclude=Observation:frobnicate", "frobnicate"],
  ])("%s is refused loudly, and named", async (query, name) => {
    const { status, body } = await ask(server, query);
    expect(status).toBe(400);
    expect(body.resourceType).toBe("OperationOutcome");
    expect(body.issue[0]?.diagnostics).toContain(name);
  });

  it.each([
    ["Patient?_sort=-birthdate&_count=3", ["p9", "p8", "p7"]],
    ["Patient?_sort=birthdate&_count=2", ["p0", "p1"]],
    ["Patient?_sort=gender,-_id&_count=3", ["p9", "p8", "p7"]],
    ["Patient?_sort=-gender&_sort=-_id&_count=2", ["p3", "p2"]],
    ["Patient?_sort=-family&_count=2", ["p0", "p1"]],
    ["Observation?_sort=-_lastUpdated,_id&_count=2", ["o27", "o26"]],
    ["Observation?_sort=code,-date,_id&_count=2", ["o35", "o10"]],
  ])("%s gives the order %j", async (query, ids) => {
    expect(await idsOf(query)).toEqual(ids);
  });

  it.each([
    ["Observation?_id=o1&_include=Observation:subject", ["match o1", "include p1"]],
    ["Observation?_id=o1,o11&_include=Observation:subject:Patient", ["match o1", "match o11", "include p1"]],
    ["Observation?_id=o1&_include=Observation:subject:Group", ["match o1"]],
    [
      "Patient?_id=p1&_revinclude=Observation:subject",
      ["match p1", ...[1, 11, 21, 31, 41].map((index) => `include o${index}`)],
    ],
  ])("%s includes each once, marked as such", async (query, expected) => {
    const { body } = await ask(server, query);
    expect(body.entry.map(({ search, resource }) => `${search.mode} ${resource.id}`)).toEqual(expected);
    expect(body.total).toBe(expected.filter((text) => text.startsWith("match")).length);
  });

  it("gives 20 matches where no count is asked for, and 1,000 at most", async () => {
    expect((await ask(server, "Observation")).body.entry).toHaveLength(20);
    const resources = Array.from({ length: 1001 }, (_, id) => ({ resourceType: "Task", id: String(id) }));
    const large = await startSample({ resources });
    expect((await ask(large, "Task?_count=5000")).body.entry).toHaveLength(1000);
    await large.close();
  });

  it("gives each entry as it was loaded, under its full URL", async () => {
    const { body } = await ask(server, "Observation?_id=o1");
    expect(body.entry).toEqual([
      { fullUrl: `${server.url}/Observation/o1`, resource: observations[1], search: { mode: "match" } },
    ]);
  });

  it("gives the elements that are asked for, and says that there are more", async () => {
    const { body } = await ask(server, "Observation?_id=o1&_elements=status,code");
    expect(body.entry[0]?.resource).toEqual({
      resourceType: "Observation",
      id: "o1",
      status: "amended",
      code: observations[1]?.code,
      meta: {
        lastUpdated: "2025-01-02T00:00:00Z",
        versionId: "3",
        tag: [{ system: "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", code: "SUBSETTED" }],
      },
    });
  });

  it.each(["Patient?_summary=count", "Patient?_count=0"])("%s gives the total alone", async (query) => {
    const { body } = await ask(server, query);
    expect(body).toEqual({ resourceType: "Bundle", type: "searchset", total: 10 });
  });

  it("answers POST like GET, parameters of URL and form together", async () => {
    const posted = await ask(server, "Observation/_search?status=final", {
      method: "POST",
      body: new URLSearchParams({ code: "62596-2", _count: "2" }),
    });
    const { body } = await ask(server, "Observation?status=final&code=62596-2&_count=2");
    expect(posted.body.entry).toEqual(body.entry);
    expect(posted.body.total).toBe(5);
    expect(posted.body.link[0]).toEqual(body.link[0]);
  });
});

describe("pages", () => {
  async function follow(first: string, between?: () => Promise<unknown>): Promise<unknown[]> {
    const ids: unknown[] = [];
    let url: string | undefined = first;
    while (url !== undefined) {
      const { body } = await ask(server, url);
      ids.push(...body.entry.map(({ resource }) => resource.id));
      url = body.link.find(({ relation }) => relation === "next")?.url;
      if (url !== undefined) expect(url).toContain(`${server.url}?_getpages=`);
      await between?.();
    }
    return ids;
  }

  it.each([7, 10, 49, 50])("of %d miss and repeat nothing", async (count) => {
    const ids = await follow(`Observation?_count=${count}&_sort=-_lastUpdated,_id`);
    expect(ids).toEqual(await idsOf("Observation?_count=50&_sort=-_lastUpdated,_id"));
    expect(new Set(ids).size).toBe(50);
  });

  it("stay as they were found while resources come and go", async () => {
    const before = await idsOf("Observation?_count=50&_sort=-_lastUpdated,_id");
    let created = 0;
    const ids = await follow("Observation?_count=20&_sort=-_lastUpdated,_id", () => {
      created += 1;
      return ask(server, `Observation/extra${created}`, {
        method: "PUT",
        body: JSON.stringify({ resourceType: "Observation", id: `extra${created}` }),
      });
    });
    expect(ids).toEqual(before);
    for (; created > 0; created--) await ask(server, `Observation/extra${created}`, { method: "DELETE" });
    expect(await idsOf("Observation?_count=50&_sort=-_lastUpdated,_id")).toEqual(before);
  });

  it("lead back as well", async () => {
    const first = await ask(server, "Observation?_count=20");
    const second = await ask(server, first.body.link[1]?.url ?? "");
    const previous = second.body.link.find(({ relation }) => relation === "previous")?.url ?? "";
    expect((await ask(server, previous)).body.entry).toEqual(first.body.entry);
  });

  it("expire", async () => {
    const forgetful = await startSample({ cursorMilliseconds: -1 });
    const { body } = await ask(forgetful, "Observation?_count=7");
    const expired = await ask(forgetful, body.link[1]?.url ?? "");
    expect(expired.status).toBe(410);
    expect(expired.body.resourceType).toBe("OperationOutcome");
    await forgetful.close();
  });

  it("are forgotten when 500 other searches are followed", async () => {
    const { body } = await ask(server, "Observation?_count=7");
    const next = body.link[1]?.url ?? "";
    expect((await ask(server, next)).status).toBe(200);
    for (let others = 0; others < 500; others++) await ask(server, "Observation?_count=1");
    expect((await ask(server, next)).status).toBe(410);
  });

  it.each([
    ["", 400],
    ["?_getpages=unknown", 410],
    ["?_getpages=unknown&_getpagesoffset=x", 400],
  ])("are not found at the base with %s", async (query, status) => {
    expect((await ask(server, `${server.url}${query}`)).status).toBe(status);
  });
});
