import type { AnyResource } from "@aarohan/fhir";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { askAs, expectNobodyIn, population, shapeOf } from "../../src/attack.ts";
import { type RawResponse, rawRequest } from "../../src/raw-client.ts";
import { startTestStack, type TestStack } from "../../src/test-stack.ts";
import { removeUpstream, writeUpstream } from "../../src/upstream-writer.ts";
import { ofType } from "../../src/victims.ts";
import { withheldByConsent } from "../../src/withheld-by-consent.ts";

/**
 * Questions that the rules admit, asked so that the answer would tell more than the rows do: by how many there are, in
 * which order they come, where a page ends, and whether somebody is there at all.
 */
let stack: TestStack;

beforeAll(async () => {
  stack = await startTestStack({
    settings: {
      RECIPIENTS: JSON.stringify({ "client-analyst": "laboratory", "client-carer": "laboratory" }),
      CONSENT_PURPOSES: JSON.stringify({ "client-carer": "TREAT" }),
    },
  });
});
afterAll(() => stack.close());

type Ask = (path: string) => Promise<RawResponse>;

const analyst: Ask = (path) => askAs(stack, "analyst", path);

/** One user who asks several times: page links serve nobody else. */
async function userOf(client: string): Promise<Ask> {
  const token = await stack.mint.mint("analyst", { azp: client });
  return (path) => {
    const url = path.startsWith("http") ? path : `${stack.fhirUrl}${path}`;
    return rawRequest(url, { headers: { Authorization: `Bearer ${token}` } });
  };
}

function rowsOf(answer: RawResponse): AnyResource[] {
  expect(answer.status).toBe(200);
  expectNobodyIn(answer);
  const { entry = [] } = answer.json() as { entry?: { resource: AnyResource; search: { mode: string } }[] };
  return entry.filter(({ search }) => search.mode !== "outcome").map(({ resource }) => resource);
}

const patientOf = ({ subject }: AnyResource) => String(Object(subject).reference).replace("Patient/", "");
const idsOf = (answer: RawResponse) => rowsOf(answer).map(({ id }) => String(id));
const nextOf = (answer: RawResponse) => /"next","url":"([^"]+)"/.exec(answer.body)?.[1];
const totalOf = (answer: RawResponse) => answer.json().total;

/** Rows of each page, as far as 90 requests lead. */
async function pagesOf(search: string): Promise<string[][]> {
  const ask = await userOf("client-analyst");
  const pages: string[][] = [];
  let next: string | undefined = search;
  while (next !== undefined && pages.length < 90) {
    const page: RawResponse = await ask(next);
    pages.push(idsOf(page));
    next = nextOf(page);
  }
  return pages;
}

/** Puts a patient where nobody else of unknown gender lives; the pseudonym. */
async function addPatient(state: string, id: string, birthDate = "1977-03-09"): Promise<string> {
  await writeUpstream(stack, {
    resourceType: "Patient",
    id,
    active: true,
    gender: "unknown",
    birthDate,
    address: [{ state }],
  });
  const [pseudonym = ""] = idsOf(await analyst(`/Patient?gender=unknown&address-state=${state}`));
  expect(pseudonym).not.toBe("");
  return pseudonym;
}

describe("a patient whose data are withheld looks like one who does not exist", () => {
  let withheld: string;
  let deleted: string;

  beforeAll(async () => {
    const carer = await userOf("client-carer");
    const known = new Set(idsOf(await analyst("/Patient?_count=1000")));
    const ids = idsOf(await carer("/Patient?_count=1000")).filter((id) => !known.has(id) && id.length === 44);
    expect(ids.length).toBeGreaterThan(0);
    expect(ids.length).toBeLessThanOrEqual(withheldByConsent(population, "opt-out").size);
    [withheld = ""] = ids;
    expect(rowsOf(await carer(`/Observation?subject=Patient/${withheld}`)).length).toBeGreaterThan(1);
    const id = crypto.randomUUID();
    deleted = await addPatient("Kerala", id);
    await removeUpstream(stack, "Patient", id);
    expect((await carer(`/Patient/${deleted}`)).status).toBe(404);
  });

  it.each([
    "/Patient/ID",
    "/Patient/ID?_format=csv",
    "/Patient?_id=ID",
    "/Patient?_id=ID&_format=csv",
    "/Patient?_id=ID&_format=ndjson",
    "/Patient?_id=ID&_count=1",
    "/Patient?_id=ID&_count=0",
    "/Patient?_id=ID&gender=male&_count=0",
    "/Patient?_id=ID&gender=female&_count=0",
    "/Patient?_id=ID&birthdate=ge1900-01-01&_count=0",
    "/Patient?_id=ID&_revinclude=Observation:subject",
    "/Patient?_id=ID&_sort=_lastUpdated",
    "/Patient?_id=ID&_total=none",
    "/Patient?_id=ID&_total=accurate",
    "/Patient?_id=ID&_summary=count",
    "/Patient?_id=ID&_elements=gender",
    "/Observation?subject=Patient/ID",
    "/Observation?patient=ID&code=62596-2",
    "/Observation?subject=Patient/ID&_count=1",
    "/Observation?subject=Patient/ID&_count=1&_format=csv",
    "/Observation?subject=Patient/ID&_count=1&_format=ndjson",
    "/Observation?subject=Patient/ID&_count=0",
    "/Observation?subject=Patient/ID&_include=Observation:subject",
    "/Encounter?patient=ID&_include=Encounter:subject",
    "/Encounter?subject=Patient/ID&date=ge2024-01&_count=0",
    "/QuestionnaireResponse?subject=Patient/ID&_count=0",
    "/Task?patient=ID&_count=0",
  ])("%s", async (path) => {
    const altered = deleted.replace(/.$/, (last) => (last === "A" ? "E" : "A"));
    const asked = async (id: string) => shapeOf(await analyst(path.replace("ID", id)), id);
    const shape = await asked(withheld);
    expect(shape).toEqual(await asked(deleted));
    expect(shape).toEqual(await asked(altered));
  });
});

describe("consent counts however the programme's server writes whose data they are", () => {
  const [denied = ""] = withheldByConsent(population, "opt-out");
  const permitted = String(
    ofType(population, "Observation")
      .map(patientOf)
      .find((id) => !withheldByConsent(population, "opt-out").has(id)),
  );

  const escaped = (text: string) => `\\u00${text.charCodeAt(0).toString(16)}${text.slice(1)}`;

  async function rowsOfServer(type: string, resource: string): Promise<AnyResource[]> {
    if (stack.upstream === undefined) throw new Error("this test needs the embedded server");
    const body = `{"resourceType":"Bundle","type":"searchset","total":1,"entry":[{"resource":${resource}}]}`;
    stack.upstream.fault = {
      kind: "answer",
      matching: new RegExp(`^GET /fhir/${type}\\b`),
      status: 200,
      body,
    };
    try {
      return rowsOf(await analyst(`/${type}`));
    } finally {
      stack.upstream.fault = undefined;
    }
  }

  const observation = (subject: string, performer = subject) =>
    `{"resourceType":"Observation","id":"o1","status":"final","code":{},"subject":{"reference":"${subject}"},` +
    `"performer":[{"reference":"${performer}"}]}`;

  it("is a row where there is no denial", async () => {
    expect(await rowsOfServer("Observation", observation(`Patient/${permitted}`))).toHaveLength(1);
    expect(await rowsOfServer("Patient", `{"resourceType":"Patient","id":"${permitted}"}`)).toHaveLength(1);
  });

  it.each([
    ["plainly", "Observation", observation(`Patient/${denied}`)],
    ["with an escaped slash", "Observation", observation(`Patient\\/${denied}`)],
    ["with an escaped type", "Observation", observation(`\\u0050atient/${denied}`)],
    ["with an escaped id", "Observation", observation(`Patient/${escaped(denied)}`)],
    ["with a version", "Observation", observation(`Patient/${denied}/_history/1`)],
    ["at another server", "Observation", observation(`https://elsewhere.example/fhir/Patient/${denied}`)],
    ["by a search", "Observation", observation("Patient?identifier=x")],
    ["by a UUID", "Observation", observation(`urn:uuid:${denied}`)],
    ["by a contained resource that is missing", "Observation", observation(`#${denied}`)],
    ["beside somebody else", "Observation", observation(`Patient/${permitted}`, `Patient/${denied}`)],
    [
      "escaped, beside somebody else",
      "Observation",
      observation(`Patient/${permitted}`, `Patient\\/${denied}`),
    ],
    ["plainly", "Patient", `{"resourceType":"Patient","id":"${denied}"}`],
    ["in another order", "Patient", `{"id":"${denied}","resourceType":"Patient"}`],
    ["with an escaped type", "Patient", `{"resourceType":"\\u0050atient","id":"${denied}"}`],
    ["with an escaped name", "Patient", `{"resourceType":"Patient","\\u0069d":"${denied}"}`],
    ["with an escaped id", "Patient", `{"resourceType":"Patient","id":"${escaped(denied)}"}`],
    ["after another id", "Patient", `{"resourceType":"Patient","id":"${permitted}","id":"${denied}"}`],
  ])("%s: %s", async (_, type, resource) => {
    // Where it leaves at all, by a reference that is put out, the id is in it in no form.
    for (const row of await rowsOfServer(type, resource)) {
      expect(resource).toContain(permitted);
      expect(JSON.stringify(row)).not.toContain('"performer"');
    }
  });
});

describe("how many there are", () => {
  it.each([
    "/Patient?gender=female",
    "/Patient?address-state=Karnataka&gender=female",
    "/Patient?birthdate=ge1980-01-01&birthdate=lt1990-01-01",
    "/Patient?birthdate=lt1950-01-01",
    "/Observation?code=62596-2&value-concept=yes",
    "/Encounter?date=ge2026-10",
    "/Task?status=requested",
  ])("is how many rows are shown, in an estimate too: %s", async (search) => {
    const rows = (await pagesOf(`${search}&_count=1000`)).flat().length;
    expect(rows).toBeGreaterThan(0);
    const total = totalOf(await analyst(`${search}&_count=0`));
    expect([undefined, Number(rows.toPrecision(2))]).toContain(total);
  });

  it.each(["/Patient?gender=male", "/Patient?address-state=Karnataka", "/Encounter?date=ge2026-09"])(
    "is not told by pages that end early: %s",
    async (search) => {
      const pages = await pagesOf(`${search}&_count=2`);
      expect(pages.length).toBeGreaterThan(2);
      expect(pages.slice(0, -1).filter((rows) => rows.length < 2)).toEqual([]);
    },
  );
});

describe("numbers of reports", () => {
  const days = [
    "period=2025-03-16",
    "period=ge2025-03-01&period=le2025-03-16",
    "periodStart=2025-03-02&periodEnd=2025-03",
  ];

  it.each(days)("do not tell the day of a row, by subtraction either: %s", async (period) => {
    for (const path of [
      `/MeasureReport?measure=screening-coverage&${period}`,
      `/Measure/screening-coverage/$evaluate-measure?${period}`,
      `/$export?_type=MeasureReport&_typeFilter=${encodeURIComponent(`MeasureReport?${period}`)}`,
    ]) {
      const answer = await analyst(path);
      expect([path, answer.status]).toEqual([path, 403]);
      expect(answer.body).toContain("precision-hidden");
    }
  });

  it("do not tell the days of a few", async () => {
    const report = await analyst("/Measure/time-to-review/$evaluate-measure?period=2025&group=district");
    expect(report.status).toBe(200);
    const { group } = report.json() as {
      group: { population: { count?: number }[]; measureScore?: object }[];
    };
    const few = group.filter(({ population }) => (population[1]?.count ?? 0) < 30);
    expect(few.length).toBeGreaterThan(0);
    expect(few.filter(({ measureScore }) => "value" in Object(measureScore))).toEqual([]);
  });
});

describe("the order within a month, or a day, is none of time or registration", () => {
  it.each([
    "/Encounter?date=2026-10",
    "/Encounter?date=2026-10&_sort=date",
    "/Encounter?date=2026-10&_sort=-_lastUpdated",
    "/Patient?gender=female&address-state=Karnataka",
  ])("over pages of one it is that of one page: %s", async (search) => {
    const [shown = []] = await pagesOf(`${search}&_count=1000`);
    expect(shown.length).toBeGreaterThan(2);
    expect((await pagesOf(`${search}&_count=1`)).flat()).toEqual(shown);
  });
});

describe("an age of 90 and over", () => {
  let old: string;
  let known: string;

  beforeAll(async () => {
    old = await addPatient("Goa", "patient-of-1928", "1928-05-05");
    known = await addPatient("Sikkim", "patient-of-1977");
  });

  it("is shown as such, without the cohort", async () => {
    const answer = await analyst(`/Patient/${old}`);
    expect(answer.body).toContain('"valueRange":{"low":{"value":90,');
    expectNobodyIn(answer, ["1928", "1925", "1930"]);
  });

  it.each([
    "_id=OLD&birthdate=geYEAR",
    "_id=OLD&birthdate=geYEAR&_count=0",
    "_id=OLD&birthdate=ltYEAR-01-01&_count=0",
    "_id=OLD,KNOWN&birthdate=geYEAR&_count=1",
    "_id=OLD,KNOWN&birthdate=geYEAR&_count=1&_format=csv",
    "_id=OLD,KNOWN&birthdate=geYEAR&_revinclude=Observation:subject",
  ])("is not found out by the borders of cohorts: %s", async (search) => {
    const answers = new Set<string>();
    for (const year of ["1915", "1920", "1925", "1930", "1935"]) {
      const query = search.replace("OLD", old).replace("KNOWN", known).replace("YEAR", year);
      const { body, headers } = shapeOf(await analyst(`/Patient?${query}`), old);
      answers.add(`${body}\n${headers.link}`.replaceAll(year, "YEAR").replaceAll(/_page=[\w-]+/g, "_page"));
    }
    expect([...answers]).toHaveLength(1);
  });
});

describe("a row that is shown", () => {
  /** By the code of the Observation. */
  const ids = new Map<string, string>();
  const HIDDEN: Readonly<Record<string, { readonly [name: string]: AnyResource[string] }>> = {
    "63638-1": { effectiveInstant: "2026-03-20T10:11:12.013Z" },
    "39240-7": { effectiveDateTime: "2026-03-31" },
    "64004-5": { effectiveDateTime: "2026-03-31T23:45:00Z" },
    "74205-6": {
      valueCodeableConcept: { coding: [{ system: "https://midas.iisc.ac.in/local", code: "yes" }] },
    },
  };

  beforeAll(async () => {
    const patient = crypto.randomUUID();
    const pseudonym = await addPatient("Mizoram", patient);
    for (const [code, elements] of Object.entries(HIDDEN)) {
      await writeUpstream(stack, {
        resourceType: "Observation",
        id: crypto.randomUUID(),
        status: "final",
        code: { coding: [{ system: "http://loinc.org", code }] },
        subject: { reference: `Patient/${patient}` },
        ...elements,
      });
      const [id = ""] = idsOf(await analyst(`/Observation?subject=Patient/${pseudonym}&code=${code}`));
      expect(id).not.toBe("");
      ids.set(code, id);
    }
  });

  it.each([
    ["the month of an instant, which is hidden", "63638-1", "date=2026-03"],
    ["the last day of a month, by the next month's border", "39240-7", "date=ge2026-04"],
    ["the night between two months, by the border of another zone", "64004-5", "date=2026-03"],
    ["a code of a terminology that is hidden", "74205-6", "value-concept=yes"],
  ])("is not counted where only what is hidden of it matches: %s", async (_, code, search) => {
    const path = `/Observation?_id=${ids.get(code)}&${search}`;
    expect(rowsOf(await analyst(path))).toEqual([]);
    expect([undefined, 0]).toContain(totalOf(await analyst(`${path}&_count=0`)));
  });

  it("is found by the day of its registration, whatever time of the day is asked for", async () => {
    const id = ids.get("39240-7");
    const { meta } = (await analyst(`/Observation/${id}`)).json();
    const day = String(Object(meta).lastUpdated).slice(0, 10);
    for (const time of ["00:00:00Z", "12:00:00%2B05:30", "18:29:59Z", "18:30:00Z", "23:59:59.999-12:00"]) {
      expect(idsOf(await analyst(`/Observation?_id=${id}&_lastUpdated=ge${day}T${time}`)), time).toEqual([
        id,
      ]);
      expect(idsOf(await analyst(`/Observation?_id=${id}&_lastUpdated=lt${day}T${time}`)), time).toEqual([]);
    }
  });
});

describe("rows are found by what they show, and by no other", () => {
  it.each([
    [
      "day of registration",
      "Patient",
      "_lastUpdated",
      ({ meta }: AnyResource) => Object(meta).lastUpdated,
      10,
    ],
    ["month of assessment", "ClinicalImpression", "date", ({ date }: AnyResource) => date, 7],
    ["month of the form", "QuestionnaireResponse", "authored", ({ authored }: AnyResource) => authored, 7],
  ] as const)("%s", async (_, type, parameter, shown, length) => {
    const ask = await userOf("client-analyst");
    const rows = rowsOf(await ask(`/${type}?_count=1000`));
    const cut = (row: AnyResource) => String(shown(row)).slice(0, length);
    for (const value of [...new Set(rows.map(cut))].slice(0, 8)) {
      const expected = rows.filter((row) => cut(row) === value).map(({ id }) => String(id));
      const found = idsOf(await ask(`/${type}?${parameter}=${value}&_count=1000`));
      expect(found.toSorted(), value).toEqual(expected.toSorted());
    }
  });
});
