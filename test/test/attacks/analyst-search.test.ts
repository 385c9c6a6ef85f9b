import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { askAs, expectNobodyIn, expectRefused, population } from "../../src/attack.ts";
import { startTestStack, type TestStack } from "../../src/test-stack.ts";
import { victimsOf } from "../../src/victims.ts";

const victims = victimsOf(population);
const {
  patientId,
  given,
  family,
  phone,
  email,
  abha,
  birthDate,
  village,
  house,
  pincode,
  practitionerId,
  practitionerName,
  organizationId,
  screenedAt,
} = victims;
const dayOfScreening = screenedAt.slice(0, 10);
const monthOfScreening = screenedAt.slice(0, 7);

let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack();
});
afterAll(() => stack.close());

describe("what is attacked", () => {
  it.each(Object.entries(victims))("%s is somebody's: %s", (_, value) => {
    expect(value.length).toBeGreaterThan(3);
  });

  it.each([
    `/Patient?name=${given}`,
    `/Patient?family:exact=${family}`,
    `/Patient?name:contains=${given.slice(1, 4)}`,
    `/Patient?telecom=${phone}`,
    `/Patient?telecom=${email}`,
    `/Patient?identifier=${abha}`,
    `/Patient?birthdate=${birthDate}`,
    `/Patient?birthdate=ge${birthDate}`,
    `/Patient?address=${village}`,
    `/Patient?address-city=${village}`,
    `/Patient?address-postalcode=${pincode}`,
    `/Patient?general-practitioner=Practitioner/${practitionerId}`,
    `/Observation?performer=Practitioner/${practitionerId}`,
    `/Observation?subject=Patient/${patientId}`,
    `/Observation?date=${dayOfScreening}`,
    `/Patient?_sort=name`,
    `/Practitioner?name=${practitionerName}`,
    `/Organization?_id=${organizationId}`,
  ])("an administrator finds it: %s", async (path) => {
    const answer = await askAs(stack, "administrator", encoded(path));
    expect(answer.status).toBe(200);
    expect(answer.json()).toHaveProperty("entry.0.resource");
    // The scan that the attacks rely on sees what is there.
    expect(() => expectNobodyIn(answer)).toThrow();
  });
});

/** As a client sends it: a plus would be read as a space. */
function encoded(path: string): string {
  return encodeURI(path).replaceAll("+", "%2B");
}

/** Why the tries are made, how each is refused, and the tries. */
type Tries = readonly [why: string, refusal: string, paths: readonly string[]];

const ABOUT_PEOPLE: readonly Tries[] = [
  [
    "a name, or the beginning, middle or absence of one, is no question",
    "403 parameter-hidden",
    [
      `/Patient?name=${given}`,
      `/Patient?name=${given.slice(0, 1)}`,
      `/Patient?name:exact=${given}`,
      `/Patient?name:contains=${given.slice(1, 4)}`,
      `/Patient?name:text=${given}`,
      `/Patient?name:not=${given}`,
      `/Patient?name:above=${given}`,
      "/Patient?name:missing=false",
      "/Patient?name=",
      "/Patient?name",
      `/Patient?family=${family}`,
      `/Patient?family:exact=${family}`,
      `/Patient?given=${given}`,
      `/Patient?given:contains=${given.slice(1)}`,
      `/Patient?phonetic=${given}`,
      `/Patient?gender=female&name=${given}`,
      `/Patient?name=${given}&_count=0`,
    ],
  ],
  [
    "nor is whether a telephone, an address of mail or a number is somebody's",
    "403 parameter-hidden",
    [
      `/Patient?telecom=${phone}`,
      `/Patient?telecom=phone|${phone}`,
      `/Patient?phone=${phone}`,
      `/Patient?phone=${phone.slice(0, 5)}`,
      "/Patient?phone:missing=true",
      `/Patient?email=${email}`,
      "/Patient?email:missing=false",
      `/Patient?identifier=${abha}`,
      `/Patient?identifier=|${abha}`,
      `/Patient?identifier=https://healthid.ndhm.gov.in|${abha}`,
      "/Patient?identifier=https://healthid.ndhm.gov.in|",
      `/Patient?identifier:of-type=http://x|MR|${abha}`,
      `/Patient?identifier:not=${abha}`,
      "/Patient?identifier:text=ABHA",
      "/Patient?identifier:missing=false",
      `/Observation?identifier=${abha}`,
    ],
  ],
  [
    "nor is where somebody lives, below the state",
    "403 parameter-hidden",
    [
      `/Patient?address=${village}`,
      `/Patient?address:contains=${house}`,
      `/Patient?address-city=${village}`,
      `/Patient?address-city:exact=${village}`,
      `/Patient?address-postalcode=${pincode}`,
      `/Patient?address-postalcode=${pincode.slice(0, 3)}`,
      "/Patient?address-use=home",
      "/Patient?address-country:missing=true",
      "/Patient?address-state=K",
      "/Patient?address-state:contains=nata",
      "/Patient?address-state:not=Karnataka",
      `/Patient?address-state=Karnataka,${village}`,
    ],
  ],
  [
    "nor is who treats somebody, where, and with whom somebody lives",
    "403 parameter-hidden",
    [
      `/Patient?general-practitioner=Practitioner/${practitionerId}`,
      `/Patient?general-practitioner=${practitionerId}`,
      "/Patient?general-practitioner:identifier=x|y",
      "/Patient?general-practitioner:missing=true",
      `/Patient?general-practitioner.name=${practitionerName}`,
      `/Patient?general-practitioner:Practitioner.name=${practitionerName}`,
      `/Patient?organization=Organization/${organizationId}`,
      "/Patient?organization:missing=true",
      `/Patient?link=Patient/${patientId}`,
      "/Patient?language=kn",
      "/Patient?death-date=ge2025-01-01",
      "/Patient?deceased:missing=false",
      "/Patient?gender:not=male",
      "/Patient?active:missing=true",
      `/Encounter?participant=Practitioner/${practitionerId}`,
      `/Encounter?practitioner=Practitioner/${practitionerId}`,
      `/Encounter?service-provider=Organization/${organizationId}`,
      "/Encounter?location=Location/physical-location-field",
      "/Encounter?length=gt10",
      `/QuestionnaireResponse?author=Practitioner/${practitionerId}`,
      `/QuestionnaireResponse?source=Patient/${patientId}`,
      `/ClinicalImpression?assessor=Practitioner/${practitionerId}`,
      `/RiskAssessment?performer=Practitioner/${practitionerId}`,
    ],
  ],
  [
    "and who is no patient has no pseudonym to be asked by",
    "400 parameter-invalid",
    [
      `/Observation?performer=Practitioner/${practitionerId}`,
      `/Task?owner=Practitioner/${practitionerId}`,
      `/Task?requester=Practitioner/${practitionerId}`,
      `/Condition?asserter=Practitioner/${practitionerId}`,
      `/Observation?subject=Practitioner/${practitionerId}`,
      `/Patient?_id=Practitioner/${practitionerId}`,
    ],
  ],
];

const DATES: readonly Tries[] = [
  [
    "a day of birth cannot be closed in: only the borders of cohorts may be asked",
    "403 precision-hidden",
    [
      `/Patient?birthdate=${birthDate}`,
      `/Patient?birthdate=ge${birthDate}`,
      `/Patient?birthdate=gt${birthDate}`,
      `/Patient?birthdate=le${birthDate}`,
      `/Patient?birthdate=lt${birthDate}`,
      `/Patient?birthdate=sa${birthDate}`,
      `/Patient?birthdate=eb${birthDate}`,
      `/Patient?birthdate=ap${birthDate}`,
      `/Patient?birthdate=ne${birthDate}`,
      `/Patient?birthdate=${birthDate.slice(0, 4)}`,
      `/Patient?birthdate=${birthDate.slice(0, 7)}`,
      "/Patient?birthdate=ge1981-01-01",
      "/Patient?birthdate=lt1984-12-31",
      "/Patient?birthdate=ge1980-01-01&birthdate=le1980-03-31",
      "/Patient?birthdate=ge1980-01-01T00:00:00Z",
      "/Patient?birthdate=ge1980-01-01T00:00:00+14:00",
      "/Patient?birthdate=ne1980-01-01",
    ],
  ],
  [
    "nor can the day of an event: borders are those of months in the programme's zone",
    "403 precision-hidden",
    [
      `/Observation?date=${screenedAt}`,
      `/Observation?date=${dayOfScreening}`,
      `/Observation?date=ge${dayOfScreening}`,
      `/Observation?date=sa${dayOfScreening}`,
      `/Observation?date=lt${dayOfScreening}&date=ge${monthOfScreening}`,
      `/Observation?date=ap${monthOfScreening}`,
      `/Observation?date=ne${monthOfScreening}`,
      // The same instants as borders, written in another zone: what is let in by its text would cut a month by hours.
      "/Observation?date=ge2026-03-01T00:00:00Z",
      "/Observation?date=ge2026-03-01T00:00:00+05:30",
      "/Observation?date=ge2026-02-28T18:30:00Z",
      "/Observation?date=lt2026-03-01T00:00:00-12:00",
      "/Observation?date=le2026-03-30",
      "/Observation?date=gt2026-03-30",
      "/Observation?date=eb2026-03-31",
      "/Observation?date=2026-03-31",
      "/Observation?date=ge2024-02-29",
      "/Encounter?date=ge2026-03-15",
      "/Task?modified=ge2026-03-15",
      "/Task?period=ge2026-03-15",
      "/Task?authored-on=2026-03-15",
      "/QuestionnaireResponse?authored=ge2026-03-15",
      "/QuestionnaireResponse?date=ge2026-03-15",
      "/Condition?recorded-date=ge2026-03-15",
      "/ClinicalImpression?date=ge2026-03-15",
    ],
  ],
  [
    "what is no date, or more than one, is none",
    "400 parameter-invalid",
    [
      "/Observation?date=ge2026-02-29",
      "/Observation?date=ge2026-03-01,ge2026-03-15",
      `/Observation?date=${monthOfScreening},${dayOfScreening}`,
      "/Observation?date=ge2026-03-01T00:00:00+23:59",
      "/Patient?birthdate=ge1980-01-01,lt1970-06-01",
      "/Patient?_lastUpdated=ap2026",
      "/Patient?_lastUpdated=ne2026-10-31",
      `/Patient?_lastUpdated=${given}`,
    ],
  ],
  [
    "hidden dates have no precision at all",
    "403 parameter-hidden",
    [
      "/Observation?date:missing=true",
      "/Patient?birthdate:missing=true",
      "/Patient?_lastUpdated:missing=true",
      `/Observation?value-date=${birthDate}`,
      "/Observation?value-date=ge1980-01-01",
    ],
  ],
];

const THROUGH_OTHERS: readonly Tries[] = [
  [
    "a chain reaches the hidden elements of another resource",
    "403 parameter-hidden",
    [
      `/Observation?subject.name=${given}`,
      `/Observation?subject:Patient.name=${given}`,
      `/Observation?subject:Patient.name:exact=${given}`,
      `/Observation?patient.birthdate=${birthDate}`,
      "/Observation?patient.birthdate=ge1980-01-01",
      "/Observation?patient.gender=female",
      `/Observation?patient.identifier=${abha}`,
      `/Observation?subject.general-practitioner.name=${practitionerName}`,
      `/Observation?encounter.participant=Practitioner/${practitionerId}`,
      `/Observation?performer.name=${practitionerName}`,
      `/Observation?performer:Practitioner.name=${practitionerName}`,
      `/Encounter?subject.phone=${phone}`,
      "/Encounter?location.name=Primary",
      `/Task?patient.email=${email}`,
      `/Task?owner:Practitioner.name=${practitionerName}`,
      `/QuestionnaireResponse?subject.name=${given}`,
      "/QuestionnaireResponse?questionnaire.title=x",
      `/Patient?link.name=${given}`,
    ],
  ],
  [
    "and a chain in reverse those that refer to a row",
    "403 parameter-hidden",
    [
      `/Patient?_has:Observation:patient:performer=Practitioner/${practitionerId}`,
      `/Patient?_has:Observation:subject:date=${dayOfScreening}`,
      "/Patient?_has:Observation:subject:code=62596-2",
      "/Patient?_has:Consent:patient:status=active",
      `/Patient?_has:Encounter:subject:_has:Task:encounter:owner=${practitionerId}`,
      "/Patient?_has=Observation",
      "/Encounter?_has:Media:encounter:status=completed",
    ],
  ],
  [
    "modifiers of references, codes and ids ask for more than a match",
    "403 parameter-hidden",
    [
      `/Observation?subject:identifier=https://healthid.ndhm.gov.in|${abha}`,
      `/Observation?subject:text=${given}`,
      "/Observation?subject:missing=true",
      `/Observation?subject:Patient=${patientId}`,
      `/Observation?performer:Practitioner=${practitionerId}`,
      "/Observation?code:text=lesion",
      "/Observation?code:in=http://hl7.org/fhir/ValueSet/observation-codes",
      "/Observation?code:not-in=http://hl7.org/fhir/ValueSet/observation-codes",
      "/Observation?code:below=62596-2",
      "/Observation?code:above=62596-2",
      "/Observation?code:not=http://loinc.org|62596-2",
      "/Observation?code:missing=true",
      `/Observation?value-concept:text=${given}`,
      "/Patient?_id:not=x",
      "/Patient?_id:missing=true",
      "/Patient?_id:in=http://x",
    ],
  ],
  [
    "codes that do not leave, texts and numbers are no answers either",
    "403 parameter-hidden",
    [
      `/Observation?value-string=${given}`,
      "/Observation?value-quantity=gt5",
      "/Observation?code=typed",
      "/Observation?code=https://midas.iisc.ac.in/local|typed",
      "/Observation?value-concept=https://midas.iisc.ac.in/local|typed",
      "/Observation?value-concept=https://midas.iisc.ac.in/local|",
      `/Observation?code-value-string=62596-2$${given}`,
      "/Observation?code-value-concept=http://loinc.org|62596-2$yes",
      "/Observation?combo-code-value-concept=http://loinc.org|62596-2$yes",
      "/Observation?code-value-quantity=62596-2$gt5",
      "/Observation?code-value-date=62596-2$ge1980",
      `/Condition?onset-info=${given}`,
      `/QuestionnaireResponse?item.answer=${given}`,
      "/QuestionnaireResponse?questionnaire=Questionnaire/secret",
    ],
  ],
  [
    "a condition in the place of a reference is a search of its own",
    "400 parameter-invalid",
    [
      `/Observation?subject=Patient?name=${given}`,
      `/Observation?subject=Patient?identifier=${abha}`,
      `/Observation?subject=http://localhost/fhir/Patient/${patientId}`,
      `/Observation?subject=Patient/${patientId}/_history/1`,
      `/Observation?subject=urn:uuid:${patientId}`,
      `/Observation?subject=${patientId}`,
    ],
  ],
];

const EVERYWHERE: readonly Tries[] = [
  [
    "parameters of every type that look everywhere",
    "403 parameter-hidden",
    [
      `/Patient?_text=${given}`,
      `/Patient?_content=${given}`,
      `/QuestionnaireResponse?_content=${phone}`,
      `/Patient?_filter=name sw "${given.slice(0, 3)}"`,
      `/Patient?_filter=birthdate lt ${birthDate}`,
      "/Patient?_filter=gender eq male",
      `/Patient?_query=mpi&name=${given}`,
      "/Patient?_list=42",
      "/Patient?_list=$current-problems",
      "/Patient?_type=Practitioner",
      "/Patient?_type=Patient,Practitioner",
      `/Patient?_tag=https://smartregister.org/practitioner-tag-id|${practitionerId}`,
      "/Patient?_tag:not=x",
      "/Patient?_security=R",
      "/Patient?_security:not=http://terminology.hl7.org/CodeSystem/v3-ObservationValue|PSEUDED",
      "/Patient?_profile=http://x",
      "/Patient?_source=http://x",
      "/Patient?_contained=both",
      "/Patient?_containedType=contained",
      "/Patient?_summary=true",
      "/Patient?_summary=text",
      "/Patient?_summary=data",
      "/Patient?_summary=count&_summary=text",
    ],
  ],
  [
    "the order by something tells it",
    "403 parameter-hidden",
    [
      "/Patient?_sort=name",
      "/Patient?_sort=-family",
      "/Patient?_sort=birthdate",
      "/Patient?_sort=phone",
      "/Patient?_sort=address-city",
      "/Patient?_sort=identifier",
      "/Patient?_sort=_id",
      "/Patient?_sort=_score",
      "/Patient?_sort=_lastUpdated,name",
      "/Patient?_sort=_lastUpdated&_sort=name",
      "/Patient?_sort:desc=name",
      "/Patient?_sort:asc=birthdate",
      "/Observation?_sort=performer",
      "/Observation?_sort=value-string",
      "/Observation?_sort=subject",
      "/Task?_sort=owner",
    ],
  ],
  [
    "what is written like no parameter orders nothing",
    "400 parameter-invalid",
    [
      "/Patient?_sort=general-practitioner.name",
      "/Observation?_sort=Patient:subject.name",
      "/Patient?_sort=",
    ],
  ],
  [
    "what comes along would be of people and types that do not leave",
    "403 parameter-hidden",
    [
      "/Patient?_include=*",
      "/Patient?_include=Patient:*",
      "/Patient?_include=Patient:general-practitioner",
      "/Patient?_include=Patient:general-practitioner:Practitioner",
      "/Patient?_include=Patient:organization",
      "/Patient?_include=Patient:name",
      "/Patient?_include=Practitioner:organization",
      "/Patient?_include:iterate=Patient:general-practitioner",
      "/Patient?_include:recurse=Patient:link",
      "/Observation?_include=Observation:performer:Practitioner",
      "/Observation?_include=Observation:subject:Practitioner",
      "/Observation?_include=Observation:subject&_include:iterate=Patient:general-practitioner",
      "/Observation?_include=Observation:device",
      "/Observation?_include=Encounter:participant",
      "/Encounter?_include=Encounter:participant",
      "/Encounter?_include=Encounter:location",
      "/Encounter?_include=Encounter:service-provider",
      "/Patient?_revinclude=*",
      "/Patient?_revinclude=Consent:patient",
      "/Patient?_revinclude=Media:subject",
      "/Patient?_revinclude=DocumentReference:subject",
      "/Patient?_revinclude=RelatedPerson:patient",
      "/Patient?_revinclude=Person:link",
      "/Patient?_revinclude=Provenance:target",
      "/Patient?_revinclude=AuditEvent:entity",
      "/Patient?_revinclude:iterate=Observation:subject",
    ],
  ],
  [
    "parameters of other interactions, of the server's own and of newer versions are not known",
    "400 parameter-unknown",
    [
      "/Patient?_since=2026-01-01T00:00:00Z",
      "/Patient?_at=2026-03-15",
      "/Patient?_graph=x",
      "/Patient?_language=kn",
      "/Patient?_offset=10",
      "/Patient?_getpages=1",
      "/Patient?_getpagesoffset=0",
      "/Patient?_cursor=1",
      "/Patient?_maxresults=1",
      "/Patient?_includes=1",
      "/Patient?near=12.97|77.59|5|km",
      "/Patient?mothersMaidenName=x",
      "/Patient?age=45",
      `/Patient?address-district=${village}`,
      `/Observation?note=${given}`,
    ],
  ],
];

describe.each([
  ["people", ABOUT_PEOPLE],
  ["dates", DATES],
  ["other resources", THROUGH_OTHERS],
  ["everything", EVERYWHERE],
] as const)("a search by %s", (_, tables) => {
  describe.each(tables)("%s (%s)", (_why, refusal, paths) => {
    it.each(paths)("%s", (path) => expectRefused(stack, "analyst", encoded(path), refusal));
  });
});

describe("a type that does not leave is not searched, not read, and not counted", () => {
  it.each([
    "/Practitioner",
    `/Practitioner?name=${practitionerName}`,
    `/Practitioner/${practitionerId}`,
    "/PractitionerRole?_count=0",
    "/CareTeam",
    "/Location",
    "/Location/physical-location-field",
    `/Organization/${organizationId}`,
    "/RelatedPerson",
    "/Person",
    "/Media",
    "/Binary/1",
    "/DocumentReference",
    "/DocumentReference?_format=csv",
    "/Consent",
    "/Consent?_count=0",
    `/Consent?patient=Patient/${patientId}`,
    "/Provenance",
    "/Device",
    "/Communication",
    "/Coverage",
    "/Composition",
    "/Bundle",
    "/Parameters",
    "/Questionnaire",
    "/Subscription",
    "/Endpoint",
    "/Linkage",
    "/Practitioner/$data-dictionary",
  ])("%s", (path) => expectRefused(stack, "analyst", path, "403 resource-type-hidden"));

  it.each(["/AuditEvent", "/AuditEvent/1", "/AuditEvent/$verify", "/AuditEvent?agent=x"])(
    "%s",
    async (path) => {
      const answer = await askAs(stack, "analyst", path);
      expect(answer.status).toBe(403);
      expect(answer.body).not.toContain('"entry"');
      expectNobodyIn(answer);
    },
  );
});

const ESSENCE: readonly (readonly [path: string, query: string, refusal: string])[] = [
  ["Patient", `name=${given}`, "403 parameter-hidden"],
  ["Patient", `identifier=${abha}`, "403 parameter-hidden"],
  ["Patient", `birthdate=ge${birthDate}`, "403 precision-hidden"],
  ["Patient", "_sort=name", "403 parameter-hidden"],
  ["Observation", `subject.name=${given}`, "403 parameter-hidden"],
  ["Observation", `date=${dayOfScreening}`, "403 precision-hidden"],
  ["Patient", "_include=Patient:general-practitioner", "403 parameter-hidden"],
  ["Practitioner", `name=${practitionerName}`, "403 resource-type-hidden"],
];

/** The same question in another form has the same answer. */
describe.each(ESSENCE)("%s?%s is refused", (type, query, refusal) => {
  it.each(["csv", "ndjson", "application/fhir%2Bjson"])("as %s", (format) =>
    expectRefused(stack, "analyst", `/${type}?${query}&_format=${format}`, refusal),
  );

  it("in the form of a POST, to which the URL adds", () =>
    expectRefused(stack, "analyst", `/${type}/_search?_count=5`, refusal, {
      method: "POST",
      headers: { "Content-Type": "application/x-www-form-urlencoded" },
      body: query,
    }));

  it("in the URL of a POST, whose form says otherwise", () =>
    expectRefused(stack, "analyst", `/${type}/_search?${query}`, refusal, {
      method: "POST",
      headers: { "Content-Type": "application/x-www-form-urlencoded" },
      body: "gender=female",
    }));

  it("to a client that would rather have it passed over", () =>
    expectRefused(stack, "analyst", `/${type}?${query}`, refusal, {
      headers: { Prefer: "handling=lenient" },
    }));
});

describe("the shape of an answer is chosen of what is shown", () => {
  it.each([
    "/Patient?_elements=name,telecom,photo,contact,address",
    "/Patient?_elements=identifier,birthDate,text,extension",
    "/Patient?_elements=Patient.name&_format=csv",
    "/Patient?_elements=generalPractitioner,managingOrganization,link",
    "/Observation?_elements=performer,note,issued&_include=Observation:subject",
    "/QuestionnaireResponse?_elements=item,author,source",
    "/Patient?_summary=count",
    "/Patient?_summary=false",
    "/Patient?_total=accurate",
    "/Patient?_total=none",
  ])("%s", async (path) => {
    const answer = await askAs(stack, "analyst", path);
    expect([200, 403]).toContain(answer.status);
    expectNobodyIn(answer);
  });

  it.each([
    "_elements=Practitioner.name",
    "_elements=name.family",
    "_elements=*",
    "_elements=",
    "_elements=toString",
    "_total=many",
  ])("%s is none", async (query) => {
    const answer = await askAs(stack, "analyst", `/Patient?${query}`);
    expect([400, 403]).toContain(answer.status);
    expectNobodyIn(answer);
  });
});

describe("what is included by a reference that may lead to a worker", () => {
  it.each([
    "/Observation?_include=Observation:performer&_count=200",
    "/Patient?_revinclude=Observation:performer&_count=200",
    "/Task?_include=Task:owner&_count=200",
    "/Task?_include=Task:requester&_count=200",
  ])("is no worker: %s", async (path) => {
    const answer = await askAs(stack, "analyst", path);
    expect([200, 403]).toContain(answer.status);
    expect(answer.body).not.toMatch(/"resourceType":"(?:Practitioner|Organization|CareTeam)/);
    expectNobodyIn(answer, [practitionerId, organizationId]);
  });
});
