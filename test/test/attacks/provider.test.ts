import type { AnyResource } from "@aarohan/fhir";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { askAs, expectRefusal, population, refusalOf, shapeOf } from "../../src/attack.ts";
import { type RawRequest, type RawResponse, rawRequest } from "../../src/raw-client.ts";
import { isEmbedded, startTestStack, type TestStack } from "../../src/test-stack.ts";
import { writeUpstream } from "../../src/upstream-writer.ts";
import { ofType, victimsOf } from "../../src/victims.ts";

const PRACTITIONER_TAG = "https://smartregister.org/practitioner-tag-id";
const LOCATION_TAG = "https://smartregister.org/location-tag-id";

const victims = victimsOf(population);
const patientOf = ({ subject }: AnyResource) => String(Object(subject).reference).replace("Patient/", "");
const tagOf = ({ meta }: AnyResource, system: string): string =>
  (Object(meta).tag as { system: string; code: string }[]).find((tag) => tag.system === system)?.code ?? "";

const patients = ofType(population, "Patient");
const observations = ofType(population, "Observation");
/** Whose own record names nobody else, and another, of another worker, who is asked for by what is known of them. */
const own =
  patients.find(({ link, identifier }) => link === undefined && identifier !== undefined) ?? patients[0];
const ownId = String(own?.id);
const other = patients.find(
  (one) =>
    one.link === undefined &&
    one.identifier !== undefined &&
    own !== undefined &&
    tagOf(one, PRACTITIONER_TAG) !== tagOf(own, PRACTITIONER_TAG),
);
const otherId = String(other?.id);
const otherObservation = String(observations.find((one) => patientOf(one) === otherId)?.id);
const otherPhone = String(Object(other).telecom[0].value);
const otherNumber = String(Object(other).identifier[0].value);
const otherFamily = String(Object(other).name[0].family);
const worker = own === undefined ? "" : tagOf(own, PRACTITIONER_TAG);
const otherWorker = other === undefined ? "" : tagOf(other, PRACTITIONER_TAG);

let stack: TestStack;

beforeAll(async () => {
  stack = await startTestStack();
  for (const resource of OF_TWO) await writeUpstream(stack, resource);
});
afterAll(() => stack.close());

type Claims = Record<string, unknown>;
const BY_PATIENT: Claims = { patient: ownId };
const BY_TAG: Claims = { practitioner_id: worker };

let asked = 0;

/** As one of few users, each for as long as the limit allows it, unless the claims name one. */
async function asProvider(path: string, claims: Claims, request: RawRequest = {}): Promise<RawResponse> {
  asked += 1;
  const token = await stack.mint.mint("provider", { sub: `provider-${Math.floor(asked / 90)}`, ...claims });
  return rawRequest(path.startsWith("http") ? path : `${stack.fhirUrl}${path}`, {
    ...request,
    headers: { Authorization: `Bearer ${token}`, ...request.headers },
  });
}

interface Entry {
  readonly resource: AnyResource;
}

function rowsOf(answer: RawResponse): AnyResource[] {
  expect(answer.status).toBe(200);
  const { entry = [] } = answer.json() as { entry?: Entry[] };
  return entry
    .map(({ resource }) => resource)
    .filter(({ resourceType }) => resourceType !== "OperationOutcome");
}

/** Nothing of the others: neither ids, nor numbers. The self link says again what was asked. */
function expectNoOthers(answer: RawResponse): void {
  const text = `${answer.body.replace(/"self","url":"[^"]*"/, "")}\n${JSON.stringify(answer.headers)}`;
  for (const id of [otherId, otherObservation, otherPhone, otherNumber]) expect(text).not.toContain(id);
  for (const [id] of text.matchAll(/(?<=Patient\/)[A-Za-z0-9.-]+/g)) expect(id).toBe(ownId);
}

const about = (
  resourceType: string,
  id: string,
  elements: Readonly<Record<string, AnyResource[string]>>,
): AnyResource => ({
  resourceType,
  id,
  ...elements,
});
const reference = (id: string) => ({ reference: `Patient/${id}` });

/** Resources that name the own patient, and another's as well, or a patient of another server. */
const OF_TWO: readonly AnyResource[] = [
  about("Account", "account-of-two", { status: "active", subject: [reference(ownId), reference(otherId)] }),
  about("Appointment", "appointment-of-two", {
    status: "booked",
    participant: [reference(otherId), reference(ownId)].map((actor) => ({ actor, status: "accepted" })),
  }),
  about("Provenance", "provenance-of-two", {
    recorded: "2026-03-03T03:03:03Z",
    target: [reference(ownId), reference(otherId)],
    agent: [{ who: reference(ownId) }],
  }),
  about("Person", "person-of-two", {
    link: [reference(ownId), reference(otherId)].map((target) => ({ target })),
  }),
  about("Observation", "observation-of-two", {
    status: "final",
    code: { text: "x" },
    // HAPI keeps the first of two where one is due.
    subject: [reference(otherId), reference(ownId)],
    valueString: otherPhone,
  }),
  about("Observation", "observation-elsewhere", {
    status: "final",
    code: { text: "x" },
    subject: { reference: `https://elsewhere.example/fhir/Patient/${ownId}` },
    valueString: otherPhone,
  }),
  about("Observation", "observation-of-a-version", {
    status: "final",
    code: { text: "x" },
    subject: { reference: `Patient/${otherId}/_history/1#Patient/${ownId}` },
    valueString: otherPhone,
  }),
  about("Observation", "observation-of-nobody", {
    status: "final",
    code: { text: "x" },
    valueString: otherPhone,
  }),
];

describe("what is attacked", () => {
  it("is somebody else's", () => {
    for (const text of [ownId, otherId, otherObservation, otherPhone, otherNumber, worker, otherWorker]) {
      expect(text.length).toBeGreaterThan(5);
    }
    expect(otherId).not.toBe(ownId);
    expect(otherWorker).not.toBe(worker);
  });

  it.each([
    `/Patient?_id=${otherId}`,
    `/Patient?telecom=${otherPhone}`,
    `/Patient?identifier=${encodeURIComponent(otherNumber)}`,
    `/Patient?family=${encodeURIComponent(otherFamily)}`,
    `/Observation?subject=Patient/${otherId}`,
    `/Observation?_tag=${PRACTITIONER_TAG}|${otherWorker}`,
    `/Encounter?_tag=${LOCATION_TAG}|Not%20defined`,
    "/Account?_id=account-of-two",
  ])("an administrator finds it: %s", async (path) => {
    expect(rowsOf(await askAs(stack, "administrator", path)).length).toBeGreaterThan(0);
  });

  it("is seen by the scan", async () => {
    const answer = await askAs(stack, "administrator", `/Patient?_id=${otherId}`);
    expect(() => expectNoOthers(answer)).toThrow();
    expect(rowsOf(await asProvider(`/Patient?_id=${ownId}`, BY_PATIENT))).toHaveLength(1);
  });
});

const SEARCHES = [
  "/Patient",
  `/Patient?_id=${otherId}`,
  `/Patient?_id=${ownId},${otherId}`,
  `/Patient?_id=${ownId}&_id=${otherId}`,
  `/Patient?_id:not=${ownId}`,
  `/Patient?telecom=${otherPhone}`,
  `/Patient?telecom=${otherPhone}&_count=0`,
  `/Patient?identifier=${encodeURIComponent(otherNumber)}`,
  `/Patient?family=${encodeURIComponent(otherFamily)}`,
  `/Patient?family:exact=${encodeURIComponent(otherFamily)}&_summary=count`,
  `/Patient?name:contains=a&_sort=name&_count=1000`,
  "/Patient?gender:not=x",
  "/Patient?_elements=id,meta",
  "/Patient?_summary=true",
  "/Patient?_summary=text",
  "/Patient?_total=accurate&_count=1",
  "/Patient?_tag:not=x",
  `/Patient?_tag=${PRACTITIONER_TAG}|${otherWorker}`,
  `/Patient?_tag=${PRACTITIONER_TAG}|${worker},${PRACTITIONER_TAG}|${otherWorker}`,
  "/Patient?_security:not=x",
  "/Patient?_include=*",
  "/Patient?_include=Patient:link",
  "/Patient?_include=Patient:general-practitioner",
  "/Patient?_include=Patient:organization&_include:iterate=Patient:general-practitioner",
  "/Patient?_revinclude=*",
  "/Patient?_revinclude=Observation:subject&_count=1000",
  "/Patient?_revinclude=Account:subject",
  "/Patient?_revinclude=Appointment:patient",
  "/Patient?_revinclude=Person:link",
  "/Patient?_revinclude=Provenance:target",
  "/Patient?_format=csv",
  "/Patient?_format=ndjson&_count=1000",
  "/Observation?_count=1000",
  "/Observation?_count=1000&_format=csv",
  `/Observation?_id=${otherObservation}`,
  `/Observation?subject=Patient/${otherId}`,
  `/Observation?subject=${otherId}`,
  `/Observation?patient=${otherId}`,
  `/Observation?patient=Patient/${ownId},Patient/${otherId}`,
  `/Observation?patient=${ownId}&patient=${otherId}`,
  `/Observation?subject:Patient=${otherId}`,
  `/Observation?patient:not=${ownId}`,
  "/Observation?patient:missing=true",
  "/Observation?code:not=x",
  "/Observation?_include=Observation:subject&_include=Observation:performer",
  "/Observation?_include=Observation:encounter&_include:iterate=Encounter:subject",
  `/Observation?_tag=${PRACTITIONER_TAG}|${otherWorker}`,
  `/Encounter?subject=Patient/${otherId}&_revinclude=Observation:encounter`,
  `/Task?patient=${otherId}&_include=Task:focus`,
  `/QuestionnaireResponse?subject=Patient/${otherId}`,
  `/Consent?patient=Patient/${otherId}`,
  `/Media?subject=Patient/${otherId}`,
  "/Account",
  "/Account?_count=0",
  "/Appointment?_count=0",
  "/Appointment",
  "/Provenance",
  "/Person",
];

describe("a search of a provider finds nobody else", () => {
  it.each(SEARCHES)("by patient: %s", async (path) => {
    const answer = await asProvider(path, BY_PATIENT);
    expectNoOthers(answer);
    if (answer.status !== 200) expectRefusal(answer, refusalOf(answer));
  });

  it.each([
    `/Patient?telecom=${otherPhone}`,
    `/Patient?_id=${otherId}`,
    `/Observation?subject=Patient/${otherId}`,
    "/Account?_id=account-of-two",
    "/Appointment?_id=appointment-of-two",
    "/Person?_id=person-of-two",
    "/Provenance?_id=provenance-of-two",
    "/Observation?_id=observation-of-two,observation-elsewhere,observation-of-a-version",
  ])("nor counts them: %s", async (path) => {
    for (const count of ["_count=0", "_count=5", "_summary=count", "_total=accurate"]) {
      const answer = await asProvider(`${path}&${count}`, BY_PATIENT);
      if (answer.status !== 200) expectRefusal(answer, refusalOf(answer));
      else expect([undefined, 0], count).toContain(answer.json().total);
      expect(answer.body).not.toContain('"next"');
    }
  });

  it.each([
    `/Patient?_id=${otherId}`,
    `/Patient?telecom=${otherPhone}`,
    `/Patient?_tag=${PRACTITIONER_TAG}|${otherWorker}`,
    `/Patient?_tag:not=${PRACTITIONER_TAG}|${worker}`,
    `/Patient?_security=${PRACTITIONER_TAG}|${otherWorker}`,
    `/Observation?subject=Patient/${otherId}`,
    `/Observation?_id=${otherObservation}`,
    `/Observation?_tag=${PRACTITIONER_TAG}|${otherWorker}&_count=0`,
    `/Observation?_tag=${PRACTITIONER_TAG}|${worker},${PRACTITIONER_TAG}|${otherWorker}&_count=1000`,
    "/Observation?_count=1000&_include=Observation:subject",
    "/Patient?_count=1000&_revinclude=Observation:subject",
    "/Encounter?_count=1000&_include=Encounter:subject&_include=Encounter:practitioner",
    "/Practitioner",
    "/Organization?_count=1000",
    "/Media?_count=1000",
    "/Consent?_count=1000",
  ])("by tag: %s", async (path) => {
    const answer = await asProvider(path, BY_TAG);
    if (answer.status !== 200) return expectRefusal(answer, refusalOf(answer));
    for (const row of rowsOf(answer)) expect(tagOf(row, PRACTITIONER_TAG)).toBe(worker);
    const { total } = answer.json();
    if (total !== undefined && path.includes("_count=0")) expect(total).toBe(0);
  });
});

describe("a search of a provider does not reach through others", () => {
  it.each([
    `/Observation?subject.name=${encodeURIComponent(otherFamily)}`,
    `/Observation?subject:Patient.telecom=${otherPhone}`,
    `/Observation?patient.identifier=${encodeURIComponent(otherNumber)}`,
    `/Observation?performer:Practitioner.name=${victims.practitionerName}`,
    "/Observation?encounter.subject.name=a",
    `/Patient?link.telecom=${otherPhone}`,
    "/Patient?general-practitioner.name=a",
    `/Patient?_has:Observation:subject:_id=${otherObservation}`,
    "/Patient?_has:Observation:patient:code=62596-2",
    "/Patient?_has:Consent:patient:_has:Provenance:target:recorded=2026",
    `/Patient?_filter=telecom eq ${otherPhone}`,
    "/Patient?_text=a",
    "/Patient?_content=a",
    "/Patient?_query=a",
    "/Patient?_list=a",
    "/Patient?_type=Practitioner",
    "/Patient?_contained=true",
    "/Patient?_containedType=contained",
  ])("%s", async (path) => {
    for (const claims of [BY_PATIENT, BY_TAG]) {
      expectRefusal(await asProvider(encodeURI(path), claims), "403 parameter-hidden", [
        otherPhone,
        otherNumber,
      ]);
    }
  });
});

describe("a read of a provider", () => {
  it.each([
    ["another patient", "Patient", otherId],
    ["what is about another", "Observation", otherObservation],
    ["an account of two", "Account", "account-of-two"],
    ["an appointment of two", "Appointment", "appointment-of-two"],
    ["what two have in common", "Provenance", "provenance-of-two"],
    ["one person who is two patients", "Person", "person-of-two"],
    ["an Observation of two", "Observation", "observation-of-two"],
    ["an Observation of another server's patient of the same id", "Observation", "observation-elsewhere"],
    ["an Observation whose reference is none", "Observation", "observation-of-a-version"],
    ["an Observation of nobody", "Observation", "observation-of-nobody"],
  ])("of %s is one of nobody", async (_, type, id) => {
    for (const claims of [BY_PATIENT, BY_TAG]) {
      const answer = await asProvider(`/${type}/${id}`, claims);
      expectNoOthers(answer);
      expect(shapeOf(answer, id)).toEqual(shapeOf(await asProvider(`/${type}/nobody`, claims), "nobody"));
    }
  });

  // HAPI gives a tag without a system the system of another tag with the same code, as soon as it is written.
  const NO_SYSTEM = isEmbedded() ? [{ code: worker }] : [];

  it("of a resource that says of another system's tag what the own one would say, too", async () => {
    const id = "observation-of-another-system";
    await writeUpstream(stack, {
      ...about("Observation", id, { status: "final", code: { text: "x" }, subject: reference(otherId) }),
      meta: {
        tag: [{ system: "https://smartregister.org/location-tag-id", code: worker }, ...NO_SYSTEM],
        security: [{ system: PRACTITIONER_TAG, code: worker }],
      },
    });
    expectRefusal(await asProvider(`/Observation/${id}`, BY_TAG), "404 resource-not-found");
    expect(rowsOf(await asProvider(`/Observation?_id=${id}`, BY_TAG))).toEqual([]);
  });

  it.each(["Practitioner", "Organization", "Location", "Questionnaire", "Group", "Binary", "Medication"])(
    "of a type that belongs to no patient is refused: %s",
    async (type) => {
      expectRefusal(await asProvider(`/${type}/1`, BY_PATIENT), "403 resource-type-hidden");
      expectRefusal(await asProvider(`/${type}`, BY_PATIENT), "403 resource-type-hidden");
    },
  );

  it.each(["/AuditEvent", "/AuditEvent/1", "/AuditEvent/$verify", "/$denied-access"])(
    "of the administrators' own is refused: %s",
    async (path) => {
      for (const claims of [BY_PATIENT, BY_TAG]) {
        const answer = await asProvider(path, claims);
        expect(answer.status).toBe(403);
        expectRefusal(answer, refusalOf(answer));
      }
    },
  );
});

describe("a provider does not write", () => {
  it.each([
    ["PUT", `/Patient/${ownId}`, "405 method-not-allowed"],
    ["PUT", `/Patient/${otherId}`, "405 method-not-allowed"],
    ["PATCH", `/Patient/${ownId}`, "405 method-not-allowed"],
    ["DELETE", `/Patient/${ownId}`, "405 method-not-allowed"],
    ["DELETE", `/Observation?subject=Patient/${otherId}`, "405 method-not-allowed"],
    ["POST", "/Observation", "405 method-not-allowed"],
    ["POST", "", "405 method-not-allowed"],
    ["POST", `/Patient/${ownId}/$meta-add`, "404 operation-unknown"],
    ["POST", "/$deny-access", "403 role-not-served"],
    ["POST", "/$restore-access", "403 role-not-served"],
  ])("%s %s is %s", async (method, path, refusal) => {
    const body = JSON.stringify({
      resourceType: "Observation",
      subject: reference(ownId),
      meta: { tag: [{ code: worker }] },
    });
    const headers = { "Content-Type": "application/fhir+json" };
    for (const claims of [BY_PATIENT, BY_TAG]) {
      expectRefusal(await asProvider(path, claims, { method, headers, body }), refusal);
    }
    const { requests = [] } = stack.upstream ?? {};
    expect(requests.filter((request) => /^(?:PATCH|DELETE|POST)/.test(request))).toEqual([]);
  });
});

describe("a page link of a provider", () => {
  const nextOf = (answer: RawResponse) => /"next","url":"([^"]+)"/.exec(answer.body)?.[1] ?? "";

  it("is closed to another provider, and shows the same one whom the token names now", async () => {
    const sub = crypto.randomUUID();
    const next = nextOf(await asProvider("/Observation?_count=1", { ...BY_PATIENT, sub }));
    expect(next).toContain("_page=");
    expect(rowsOf(await asProvider(next, { ...BY_PATIENT, sub }))).toHaveLength(1);
    for (const claims of [BY_PATIENT, { patient: otherId }, { ...BY_PATIENT, sub: `${sub}x` }]) {
      expectRefusal(await asProvider(next, claims), "410 page-expired");
    }
    for (const claims of [{ patient: otherId }, { practitioner_id: otherWorker }]) {
      const answer = await asProvider(next, { ...claims, sub });
      if (answer.status === 200) expect(rowsOf(answer)).toEqual([]);
      expect(answer.body.replace(/"self","url":"[^"]*"/, "")).not.toContain(ownId);
    }
    expectRefusal(await asProvider(next, { sub, practitioner_id: "Not defined" }), "403 role-not-served");
  });
});

describe("a claim that names nobody", () => {
  const NOBODY: readonly unknown[] = [
    "Not defined",
    "not defined",
    "NOT_DEFINED",
    "not-defined",
    "NotDefined",
    "undefined",
    "null",
    "None",
    "unknown",
    "N/A",
    "na",
    "-",
    "--",
    "",
    " ",
    " Not defined ",
    "*",
    "%",
    "a,b",
    "a|b",
    "a$b",
    "a\\,b",
    "a\nb",
    "a b",
    "../a",
    "http://x|y",
    0,
    true,
    null,
    {},
    [],
    [""],
    ["Not defined"],
    ["Not defined", "null", ""],
    [["x"]],
    [{ code: "x" }],
    Array.from({ length: 101 }, () => "x"),
    "x".repeat(129),
  ];

  it.each([
    ["patient", NOBODY],
    ["practitioner_id", NOBODY],
    ["care_team_id", NOBODY.slice(0, 6)],
    ["location_id", NOBODY.slice(0, 6)],
    ["organisation_id", NOBODY.slice(0, 6)],
  ])("gives nobody's data, however it is written: %s", async (claim, values) => {
    for (const value of values) {
      // A broader claim beside it does not step in.
      const broader = claim === "organisation_id" ? {} : { organisation_id: "Not defined" };
      expectRefusal(await asProvider("/Patient", { [claim]: value, ...broader }), "403 role-not-served");
    }
  });

  it("does not fall back to a broader one that names somebody", async () => {
    const claims = { patient: "Not defined", practitioner_id: worker, care_team_id: worker };
    expectRefusal(await asProvider("/Patient", claims), "403 role-not-served");
  });

  it.each([
    `Patient/${otherId}?x`,
    `Patient?telecom=${otherPhone}`,
    `Practitioner/${otherWorker}`,
    `${ownId},${otherId}`,
    "Patient/*",
  ])("is none of a patient: %s", async (patient) =>
    expectRefusal(await asProvider("/Patient", { patient }), "403 role-not-served"),
  );

  it("is not made up for by other claims, parameters or headers", async () => {
    const claims = {
      fhirUser: `Patient/${ownId}`,
      sub: ownId,
      preferred_username: ownId,
      launch: { patient: ownId },
    };
    const request = { headers: { "X-Patient": ownId, patient: ownId, Cookie: `patient=${ownId}` } };
    expectRefusal(await asProvider(`/Patient?patient=${ownId}`, claims, request), "403 role-not-served");
    const headers = { "Aarohan-Role": "system-administrator" };
    expectRefusal(await asProvider("/Patient", BY_PATIENT, { headers }), "403 role-not-held");
  });
});

describe("scopes that are narrower than the role", () => {
  it.each([
    ["patient/Observation.rs", "/Patient"],
    ["patient/Observation.rs", `/Patient/${ownId}`],
    ["patient/Observation.r", "/Observation"],
    ["patient/Observation.s", `/Observation/${victims.observationId}`],
    ["patient/Observation.cud", "/Observation"],
    ["patient/Observation.write", "/Observation"],
    ["patient/Encounter.rs user/Task.rs", "/Observation"],
    ["patient/observation.rs", "/Observation"],
    ["patient/Observation.sr", "/Observation"],
    ["patient/Observation", "/Observation"],
    ["patient/*.x", "/Observation"],
    ["patient/", "/Observation"],
    ["patient/Patient.rs", "/Patient/$data-dictionary-of-others"],
    ["patient/Observation.rs?code=a patient/Observation.rs?code=b", "/Observation"],
    ["patient/Observation.rs?code=a", `/Observation/${victims.observationId}`],
  ])("%s does not open %s", async (scope, path) => {
    const answer = await asProvider(path, { ...BY_PATIENT, scope });
    expect(["403 scope-missing", "404 operation-unknown"]).toContain(refusalOf(answer));
    expectRefusal(answer, refusalOf(answer));
  });

  it("patient/… opens nothing where the token names a team instead of a patient", async () => {
    expectRefusal(await asProvider("/Patient", { ...BY_TAG, scope: "patient/*.rs" }), "403 scope-missing");
  });

  it.each([
    ["patient/Observation.rs", "/Observation?_include=Observation:subject", ["Observation"]],
    ["patient/Observation.rs", "/Observation?_include=Observation:encounter", ["Observation"]],
    ["patient/Patient.rs", "/Patient?_revinclude=Observation:subject", ["Patient"]],
    [
      "patient/Patient.rs patient/Encounter.r",
      "/Patient?_revinclude=Encounter:subject&_revinclude=Task:patient",
      ["Patient", "Encounter"],
    ],
    ["patient/Task.rs", "/Task?_include=Task:focus&_include=Task:encounter", ["Task"]],
  ])("%s: nothing else comes along with %s", async (scope, path, types) => {
    for (const ask of [
      () => asProvider(`${path}&_count=200`, { ...BY_PATIENT, scope }),
      () => withScope("analyst", `${path}&_count=200`, scope.replaceAll("patient/", "user/")),
      () => withScope("administrator", `${path}&_count=200`, scope.replaceAll("patient/", "user/")),
    ]) {
      const answer = await ask();
      if (answer.status !== 200) expectRefusal(answer, refusalOf(answer));
      else for (const { resourceType } of rowsOf(answer)) expect(types).toContain(resourceType);
    }
  });

  it.each([
    "/Observation?_count=200",
    "/Observation?code=http://loinc.org|63638-1",
    "/Observation?code:not=http://loinc.org|62596-2",
    "/Patient?_revinclude=Observation:subject",
    "/Encounter?_revinclude=Observation:encounter",
  ])("a constraint holds for what comes along, too: %s", async (path) => {
    const scope =
      "patient/Patient.rs patient/Encounter.rs patient/Observation.rs?code=http://loinc.org|62596-2";
    const answer = await asProvider(path, { ...BY_PATIENT, scope });
    if (answer.status !== 200) return expectRefusal(answer, refusalOf(answer));
    for (const row of rowsOf(answer)) {
      if (row.resourceType === "Observation") expect(JSON.stringify(row.code)).toContain("62596-2");
    }
  });

  it("hold for the later pages of a search that was begun without them", async () => {
    const claims = { ...BY_PATIENT, sub: crypto.randomUUID() };
    const first = await asProvider("/Observation?_count=1", claims);
    const next = /"next","url":"([^"]+)"/.exec(first.body)?.[1] ?? "";
    expect(next).toContain("_page=");
    const scope = "patient/Observation.rs?code=http://loinc.org|62596-2";
    let page: RawResponse = await asProvider(next, { ...claims, scope });
    for (let pages = 0; page.status === 200 && pages < 6; pages += 1) {
      for (const { code } of rowsOf(page)) expect(JSON.stringify(code)).toContain("62596-2");
      const later = /"next","url":"([^"]+)"/.exec(page.body)?.[1];
      if (later === undefined) break;
      page = await asProvider(later, { ...claims, scope });
    }
  });

  it.each([
    ["in a list", { scope: ["user/Observation.rs"] }],
    ["in a list, under the name that some issuers use", { scope: undefined, scp: ["user/Observation.rs"] }],
    ["after a tabulator", { scope: "openid\tuser/Observation.rs" }],
    ["after a line's end", { scope: "openid\nuser/Observation.rs" }],
  ])("narrow when they stand %s, or the token is refused", async (_, claims) => {
    const answer = await asProvider("/Patient", { ...BY_PATIENT, ...claims });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expectNoOthers(answer);
  });

  it.each([
    ["user/Observation.rs", `/Observation?subject.telecom=${otherPhone}`],
    [
      "user/Observation.rs",
      `/Observation?subject:Patient.identifier=${encodeURIComponent(otherNumber)}&_count=0`,
    ],
    ["user/Patient.rs", "/Patient?_has:Observation:subject:code=62596-2"],
  ])("%s: an administrator's search does not ask what another type says: %s", async (scope, path) => {
    const heard = stack.upstream?.requests ?? [];
    heard.splice(0);
    const answer = await withScope("administrator", path, scope);
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(heard).toEqual([]);
  });
});

async function withScope(
  role: "analyst" | "administrator",
  path: string,
  scope: string,
): Promise<RawResponse> {
  const token = await stack.mint.mint(role, { scope });
  return rawRequest(`${stack.fhirUrl}${path}`, { headers: { Authorization: `Bearer ${token}` } });
}
