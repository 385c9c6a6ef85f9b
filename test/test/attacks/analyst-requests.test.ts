import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  askAs,
  expectNobodyIn,
  expectRefusal,
  expectRefused,
  population,
  refusalOf,
} from "../../src/attack.ts";
import { type RawRequest, rawRequest } from "../../src/raw-client.ts";
import { startTestStack, type TestStack } from "../../src/test-stack.ts";
import { writeUpstream } from "../../src/upstream-writer.ts";
import { victimsOf } from "../../src/victims.ts";

const { patientId, practitionerId, given, practitionerName } = victimsOf(population);
const name = encodeURIComponent(given);
/** A search that is answered whole, on one page. */
const PLAIN = "/Patient?birthdate=lt1945-01-01";

let stack: TestStack;
let administrator: string;
let plain: string;
beforeAll(async () => {
  stack = await startTestStack();
  administrator = await stack.mint.mint("administrator");
  const answer = await askAs(stack, "analyst", PLAIN);
  plain = answer.body;
  expect(answer.json().total).toBeGreaterThan(0);
  expect(plain).not.toContain('"next"');
});
afterAll(() => stack.close());

const FORM = { "Content-Type": "application/x-www-form-urlencoded" };
const FHIR = { "Content-Type": "application/fhir+json" };

async function expectPlain(request: RawRequest): Promise<void> {
  const answer = await askAs(stack, "analyst", PLAIN, request);
  expect(answer.status).toBe(200);
  expect(answer.body).toBe(plain);
  expect(answer.headers["cache-control"]).toBe("private, no-store");
  expect(answer.headers.vary).toContain("Authorization");
  expectNobodyIn(answer);
}

const PLACES = [
  "/Patient",
  `/Patient/${patientId}`,
  "",
  "/Patient/$export",
  "/Patient/_search",
  "/Practitioner",
];

describe.each(["PUT", "PATCH", "DELETE", "TRACE", "PROPFIND", "SEARCH", "QUERY"])(
  "%s changes and shows nothing",
  (method) => {
    it.each(PLACES)("at %s", (path) =>
      expectRefused(stack, "analyst", path, "405 method-not-allowed", { method, headers: FHIR }),
    );
  },
);

describe("POST to anything but _search and the administrators' operations", () => {
  const batch = (type: string, method: string, url: string) =>
    JSON.stringify({ resourceType: "Bundle", type, entry: [{ request: { method, url } }] });

  it.each([
    ["", batch("batch", "GET", `Patient?name=${name}`)],
    ["", batch("batch", "GET", `Practitioner/${practitionerId}`)],
    ["", batch("transaction", "DELETE", `Patient/${patientId}`)],
    ["/", batch("batch", "GET", "Patient")],
    ["/Bundle", batch("batch", "GET", "Patient")],
    ["/Patient", JSON.stringify({ resourceType: "Patient", id: patientId })],
    ["/Patient", `name=${name}`],
    [`/Patient/${patientId}`, "{}"],
    [`/Patient/${patientId}/_search`, `name=${name}`],
    ["/_search", `_type=Patient&name=${name}`],
    ["/Patient/_Search", `name=${name}`],
    ["/Patient/$match", JSON.stringify({ resourceType: "Parameters" })],
    ["/Patient/$validate", "{}"],
    ["/Patient/$meta-add", "{}"],
    ["/$graphql", JSON.stringify({ query: `{PatientList(name:"${given}"){name{family}}}` })],
    ["/$process-message", "{}"],
    ["/$reindex", "{}"],
    ["/$expunge", "{}"],
  ])("%s is no interaction: %s", (path, body) =>
    expectRefused(
      stack,
      "analyst",
      path,
      /\/(?:_search|\$[a-z-]+)$/.test(path) ? "404 operation-unknown" : "405 method-not-allowed",
      { method: "POST", headers: FHIR, body },
    ),
  );

  it.each(["/$deny-access", "/$restore-access"])("%s is not the analyst's", (path) =>
    expectRefused(stack, "analyst", path, "403 role-not-served", {
      method: "POST",
      headers: FHIR,
      body: "{}",
    }),
  );
});

describe("HEAD and OPTIONS say nothing of what GET would", () => {
  it.each(["/Patient", "/Practitioner", `/Patient/${patientId}`, "/Patient?name=x", ""])(
    "HEAD %s",
    async (path) => {
      const head = await askAs(stack, "analyst", path, { method: "HEAD" });
      expect(head.status).toBe((await askAs(stack, "analyst", path)).status);
      expect(head.body).toBe("");
      expect(head.headers["content-length"]).toBeUndefined();
      expect(head.headers.etag).toBeUndefined();
    },
  );

  it.each(["/Patient", `/Patient/${patientId}`, `/Practitioner/${practitionerId}`, "/$denied-access"])(
    "OPTIONS %s",
    async (path) => {
      const known = await askAs(stack, "analyst", path, { method: "OPTIONS" });
      const unknown = await askAs(stack, "analyst", "/Patient/nobody", { method: "OPTIONS" });
      expect([known.status, known.body]).toEqual([unknown.status, unknown.body]);
      expect(known.headers["access-control-allow-origin"]).toBeUndefined();
    },
  );
});

describe("another interaction, or another version, of a resource", () => {
  it.each([
    "/_history",
    "/Patient/_history",
    `/Patient/${patientId}/_history`,
    `/Patient/${patientId}/_history/1`,
    `/Patient/${patientId}/_history?_format=csv`,
    `/Patient/${patientId}/$everything`,
    `/Patient/${patientId}/$everything?_type=Practitioner`,
    "/Patient/$everything",
    `/Patient/${patientId}/$graphql?query={name{family}}`,
    "/$graphql?query={PatientList{name{family}}}",
    `/Patient/${patientId}/$diff`,
    `/$diff?from=Patient/1&to=Patient/${patientId}`,
    "/Patient/$match",
    `/Patient/${patientId}/$meta`,
    "/$meta",
    "/Patient/$summary",
    `/Patient/${patientId}/$summary`,
    "/Observation/$lastn?max=1",
    `/Observation/$stats?subject=Patient/${patientId}`,
    "/Group/1/$export",
    "/metadata/$versions",
    "/$get-resource-counts",
    "/Patient/%24export",
    `/Patient/${patientId}/%24everything`,
    `/Patient/${patientId}/Observation`,
    `/Patient/${patientId}/*`,
    "/?_getpages=1",
    `/?_type=Patient&name=${name}`,
    "/_search?_type=Patient",
  ])("is not served: %s", async (path) => {
    const answer = await askAs(stack, "analyst", encodeURI(path).replaceAll("%25", "%"));
    expect(answer.status).toBe(404);
    expectRefusal(answer, refusalOf(answer));
  });
});

describe("a path that means something else once it is cleaned", () => {
  it.each([
    ["/fhir/Patient/../Practitioner", "403 resource-type-hidden"],
    ["/fhir/./Practitioner", "403 resource-type-hidden"],
    ["/fhir/%2e%2e/fhir/Practitioner", "403 resource-type-hidden"],
    ["/fhir/Patient/%2e%2e/Practitioner", "403 resource-type-hidden"],
    ["/status/../fhir/Practitioner", "403 resource-type-hidden"],
    ["/fhir/metadata/../Practitioner", "403 resource-type-hidden"],
    ["/fhir\\Practitioner", "403 resource-type-hidden"],
    ["/fhir/%50ractitioner", "403 resource-type-hidden"],
    ["/fhir/%2550ractitioner", "404 resource-type-unknown"],
    ["/fhir/Practitioner/", "403 resource-type-hidden"],
    ["/fhir/default/Practitioner", "403 resource-type-hidden"],
    ["/fhir/default/../Practitioner", "403 resource-type-hidden"],
    ["http://elsewhere.example/fhir/Practitioner", "403 resource-type-hidden"],
    [`/fhir/../fhir/Patient?name=${name}`, "403 parameter-hidden"],
    [`/fhir/default/Patient?name=${name}`, "403 parameter-hidden"],
    ["/fhir/DEFAULT/Patient", "403 tenant-not-held"],
    ["/fhir/north/Patient", "403 tenant-not-held"],
    ["/fhir/north/../south/Patient", "403 tenant-not-held"],
    ["/fhir/north%2f..%2fdefault/Patient", "404 resource-type-unknown"],
    ["/fhir/default/default/Patient", "404 resource-type-unknown"],
    ["/fhir/Patient/..%2fPractitioner", "404 resource-not-found"],
    [`/fhir/Patient/..%2fPractitioner%2f${practitionerId}`, "404 resource-not-found"],
    [`/fhir/Patient/%2e%2e%2fPractitioner%2f${practitionerId}`, "404 resource-not-found"],
    ["/fhir/Patient/..%5cPractitioner", "404 resource-not-found"],
    ["/fhir/Patient/%252e%252e%252fPractitioner", "404 resource-not-found"],
    [`/fhir/Patient/${patientId}%00`, "404 resource-not-found"],
    [`/fhir/Patient/${patientId}%20`, "404 resource-not-found"],
    [`/fhir/Patient/${patientId}%3f_format=json`, "404 resource-not-found"],
    [`/fhir/Patient/${patientId}%23`, "404 resource-not-found"],
    [`/fhir/Patient/${patientId}/`, "404 resource-not-found"],
    ["/fhir/Patient/%ff", "404 resource-not-found"],
    [`/fhir/Patient%2f${patientId}`, "404 resource-type-unknown"],
    ["/fhir/Patient;jsessionid=1", "404 resource-type-unknown"],
    [`/fhir/Patient;name=${name}`, "404 resource-type-unknown"],
    ["/fhir/practitioner", "404 resource-type-unknown"],
    ["/fhir/PATIENT", "404 resource-type-unknown"],
    ["/fhir/Patient%20", "404 resource-type-unknown"],
    ["/fhir/%ff/Patient", "404 resource-type-unknown"],
    ["/fhir/patient/abc", "404 resource-type-unknown"],
    ["/fhir/patient/$export", "404 resource-type-unknown"],
    ["/fhir/Foo/1", "404 resource-type-unknown"],
    ["/fhir/Foo/_history", "404 resource-type-unknown"],
    ["/fhir/_history", "404 operation-unknown"],
    ["/fhir/Patient/_history", "404 operation-unknown"],
    ["/fhir//Patient", "404 operation-unknown"],
    ["/fhir/Patient//", "404 operation-unknown"],
    ["/fhir/Patient/..;/Practitioner", "404 operation-unknown"],
    [`/fhir/Patient/../Patient/${patientId}/_history`, "404 operation-unknown"],
  ])("%s is %s", (target, refusal) => expectRefused(stack, "analyst", "", refusal, { target }));

  it.each([
    "/FHIR/Practitioner",
    "/Fhir/Patient",
    "//fhir/Practitioner",
    "/fhir%2fPractitioner",
    "//elsewhere.example/fhir/Practitioner",
    "/%2f%2felsewhere.example/",
    "/\\elsewhere.example",
    "/%5celsewhere.example",
    "/.env",
    "/fhir/../.dev.vars",
    "/cdn-cgi/handler/scheduled",
    "/index.js",
    "/wrangler.jsonc",
  ])("outside of the interface there are no data, and no way elsewhere: %s", async (target) => {
    const answer = await askAs(stack, "analyst", "", { target });
    expect(answer.headers.location ?? "/").toMatch(/^\/(?![/\\])/);
    expect(answer.body).not.toMatch(/resourceType":"(?!OperationOutcome)|PSEUDONYM_KEYS|PAGE_LINK_KEY/);
    expectNobodyIn(answer);
  });
});

describe("a header of the client's own choice", () => {
  it.each<Record<string, string>>([
    { "X-Role": "system-administrator" },
    { Role: "system-administrator" },
    { Aarohan_Role: "system-administrator" },
    { "X-Aarohan-Role": "system-administrator" },
    { "X-Roles": "aarohan-administrator" },
    { "X-User": "administrator" },
    { "X-Remote-User": "administrator" },
    { "X-Tenant": "north" },
    { "X-Partition-Id": "north" },
    { "X-HTTP-Method": "DELETE" },
    { "X-HTTP-Method-Override": "DELETE" },
    { "X-Method-Override": "POST" },
    { "X-Original-URL": "/fhir/Practitioner" },
    { "X-Rewrite-URL": "/fhir/Practitioner" },
    { "X-Original-Host": "elsewhere.example" },
    { "X-Forwarded-Host": "elsewhere.example" },
    { "X-Forwarded-Prefix": "/elsewhere" },
    { "X-Forwarded-For": "127.0.0.1" },
    { "X-Real-IP": "127.0.0.1" },
    { "CF-Connecting-IP": "127.0.0.1" },
    { "CF-Access-Jwt-Assertion": "x.y.z" },
    { Forwarded: "for=127.0.0.1;host=elsewhere.example;proto=https" },
    { "X-Provenance": '{"resourceType":"Provenance"}' },
    { "If-None-Match": "*" },
    { "If-None-Match": 'W/"1"' },
    { "If-Match": 'W/"1"' },
    { "If-Modified-Since": "Mon, 23 Nov 2026 00:00:00 GMT" },
    { "If-Unmodified-Since": "Mon, 23 Nov 1998 00:00:00 GMT" },
    { "If-None-Exist": "name=x" },
    { Range: "bytes=0-40" },
    { Range: "bytes=-1" },
    { "Accept-Encoding": "gzip, br" },
    { "Accept-Encoding": "identity;q=0" },
    { "Accept-Language": "kn" },
    { "Cache-Control": "only-if-cached, max-stale" },
    { Pragma: "no-cache" },
    { Prefer: "return=OperationOutcome" },
    { Prefer: "respond-async" },
    { Expect: "100-continue" },
    { TE: "trailers" },
    { "Content-Type": "application/x-www-form-urlencoded" },
    { Cookie: "role=system-administrator" },
  ])("changes nothing: %j", (headers) => expectPlain({ headers }));

  it.each<readonly [Record<string, string | string[]>, string]>([
    [{ "Aarohan-Role": "system-administrator" }, "403 role-not-held"],
    [{ "aarohan-role": "healthcare-provider" }, "403 role-not-held"],
    [{ "Aarohan-Role": "administrator" }, "403 role-not-held"],
    [{ "Aarohan-Role": "System-Administrator" }, "403 role-not-held"],
    [{ "Aarohan-Role": "data-analyst, system-administrator" }, "403 role-not-held"],
    [{ "Aarohan-Role": ["data-analyst", "system-administrator"] }, "403 role-not-held"],
    [{ "Aarohan-Role": "" }, "403 role-not-held"],
    [{ "Aarohan-Role": "__proto__" }, "403 role-not-held"],
    [{ Accept: "application/fhir+xml" }, "406 not-acceptable"],
    [{ Accept: "text/html" }, "406 not-acceptable"],
    [{ Accept: "application/fhir+json; fhirVersion=3.0" }, "406 not-acceptable"],
    [{ Accept: "*/*;q=0" }, "406 not-acceptable"],
  ])("is refused: %j", async (headers, refusal) => {
    expectRefusal(await askAs(stack, "analyst", "/Patient", { headers }), refusal);
  });

  it("that names the host is not taken for a source of data", async () => {
    const answer = await askAs(stack, "analyst", "/Patient?_count=1", {
      headers: { Host: "elsewhere.example" },
    });
    expect([200, 400, 404, 421]).toContain(answer.status);
    expectNobodyIn(answer);
  });

  it("that carries a body makes no search of a GET", () =>
    expectPlain({ headers: FORM, body: `name=${name}` }));
});

describe("a token that is not in the one place where it counts", () => {
  const bearer = (token: string) => `Bearer ${token}`;
  const PATIENTS = "/Patient?_count=1";

  async function expectUnauthenticated(path: string, headers: Record<string, string | string[]>) {
    const answer = await rawRequest(`${stack.fhirUrl}${path}`, { headers });
    expect(refusalOf(answer)).toMatch(/^401 token-(?:invalid|missing)$/);
    expectRefusal(answer, refusalOf(answer), [administrator]);
    expect(answer.headers["www-authenticate"]).toMatch(/^Bearer realm=/);
  }

  it("twice in the header, of two people", async () => {
    const analyst = await stack.mint.mint("analyst");
    await expectUnauthenticated(PATIENTS, { Authorization: [bearer(analyst), bearer(administrator)] });
    await expectUnauthenticated(PATIENTS, { Authorization: [bearer(administrator), bearer(analyst)] });
    await expectUnauthenticated(PATIENTS, { Authorization: `${bearer(analyst)}, ${bearer(administrator)}` });
  });

  it.each<readonly [string, (token: string) => Record<string, string>]>([
    ["without its scheme", (token) => ({ Authorization: token })],
    ["under another scheme", (token) => ({ Authorization: `Basic ${token}` })],
    ["with two spaces", (token) => ({ Authorization: `Bearer  ${token}` })],
    ["with something behind it", (token) => ({ Authorization: `Bearer ${token} x` })],
    ["in quotes", (token) => ({ Authorization: `Bearer "${token}"` })],
    ["in a cookie", (token) => ({ Cookie: `access_token=${token}; Authorization=Bearer ${token}` })],
    ["in Proxy-Authorization", (token) => ({ "Proxy-Authorization": `Bearer ${token}` })],
    ["in X-Forwarded-Access-Token", (token) => ({ "X-Forwarded-Access-Token": token })],
    ["in X-Authorization", (token) => ({ "X-Authorization": `Bearer ${token}` })],
    ["in Sec-WebSocket-Protocol", (token) => ({ "Sec-WebSocket-Protocol": `bearer, ${token}` })],
  ])("%s", (_, headers) => expectUnauthenticated(PATIENTS, headers(administrator)));

  it.each(["access_token", "token", "id_token", "bearer_token", "authorization"])(
    "in the query: %s",
    async (key) => {
      await expectUnauthenticated(`/Patient?${key}=${administrator}`, {});
      const answer = await askAs(stack, "analyst", `/Patient?${key}=${administrator}`);
      expect(answer.status).toBe(400);
      expectRefusal(answer, refusalOf(answer), [administrator]);
    },
  );

  it("in a form", async () => {
    const answer = await rawRequest(`${stack.fhirUrl}/Patient/_search`, {
      method: "POST",
      headers: FORM,
      body: `access_token=${administrator}`,
    });
    expectRefusal(answer, "401 token-missing", [administrator]);
  });
});

describe("a parameter in disguise", () => {
  it.each([
    [`/Patient?%6eame=${name}`, "403 parameter-hidden"],
    [`/Patient?n%61me=${name}`, "403 parameter-hidden"],
    [`/Patient?name%3Aexact=${name}`, "403 parameter-hidden"],
    [`/Patient?name%3aexact=${name}`, "403 parameter-hidden"],
    [`/Patient?&&name=${name}`, "403 parameter-hidden"],
    [`/Patient?gender=female;x&name=${name}`, "400 parameter-invalid"],
    [`/Patient?gender=female&gender=male&name=${name}`, "403 parameter-hidden"],
    [`/Patient?name=${name};gender=female`, "403 parameter-hidden"],
    [`/Patient?gender=female%26name=${name}`, "400 parameter-invalid"],
    [`/Patient?gender=female%00&x=${name}`, "400 parameter-invalid"],
    [`/Patient?gender=female%0d%0aname:${name}`, "400 parameter-invalid"],
    ["/Patient?gender=female,name", "400 parameter-invalid"],
    ["/Patient?gender=FEMALE", "400 parameter-invalid"],
    ["/Patient?gender=", "400 parameter-invalid"],
    [`/Patient?;name=${name}`, "400 parameter-invalid"],
    [`/Patient?name%00=${name}`, "400 parameter-invalid"],
    [`/Patient?%00name=${name}`, "400 parameter-invalid"],
    [`/Patient?name%20=${name}`, "400 parameter-invalid"],
    [`/Patient?%20name=${name}`, "400 parameter-invalid"],
    [`/Patient?+name=${name}`, "400 parameter-invalid"],
    [`/Patient?%256eame=${name}`, "400 parameter-invalid"],
    [`/Patient?name%253Aexact=${name}`, "400 parameter-invalid"],
    [`/Patient?n%D0%B0me=${name}`, "400 parameter-invalid"],
    [`/Patient?%EF%BD%8Eame=${name}`, "400 parameter-invalid"],
    [`/Patient?name%E2%80%8B=${name}`, "400 parameter-invalid"],
    [`/Patient?name[]=${name}`, "400 parameter-invalid"],
    [`/Patient?name[0]=${name}`, "400 parameter-invalid"],
    [`/Patient?name::exact=${name}`, "400 parameter-invalid"],
    [`/Patient?:exact=${name}`, "400 parameter-invalid"],
    [`/Patient?.name=${name}`, "400 parameter-invalid"],
    [`/Patient?name.=${name}`, "400 parameter-invalid"],
    [`/Patient?=${name}`, "400 parameter-invalid"],
    ["/Patient?%ff=%fe", "400 parameter-invalid"],
    [`/Patient?__proto__=${name}`, "400 parameter-invalid"],
    [`/Patient?Name=${name}`, "400 parameter-unknown"],
    [`/Patient?NAME=${name}`, "400 parameter-unknown"],
    [`/Patient?Patient.name=${name}`, "403 parameter-hidden"],
    [`/Patient?constructor=${name}`, "400 parameter-unknown"],
    [`/Patient?toString=${name}`, "400 parameter-unknown"],
    [`/Patient?_page=x&name=${name}`, "400 parameter-invalid"],
    ["/Patient?_page=x", "410 page-expired"],
    ["/Patient?_page=", "410 page-expired"],
    ["/Patient?_page=x&_page=y", "400 parameter-repeated"],
    ["/Patient?_count=1&_count=2", "400 parameter-repeated"],
    ["/Patient?_format=csv&_format=json", "400 parameter-repeated"],
    ["/Patient?_count=-1", "400 parameter-invalid"],
    ["/Patient?_count=1.5", "400 parameter-invalid"],
    ["/Patient?_count=1e3", "400 parameter-invalid"],
    ["/Patient?_count=0x10", "400 parameter-invalid"],
    ["/Patient?_count=%2B5", "400 parameter-invalid"],
    ["/Patient?_count=", "400 parameter-invalid"],
    ["/Patient?_count=99999999999999999999", "400 parameter-invalid"],
    ["/Patient?_count=%D9%A1", "400 parameter-invalid"],
    [`/Patient?_pretty=${name}`, "400 parameter-invalid"],
    [`/Patient?_format=${name}`, "406 not-acceptable"],
    ["/Patient?_format=xml", "406 not-acceptable"],
    ["/Patient?_format=html/json", "406 not-acceptable"],
    ["/Patient?_format=text/turtle", "406 not-acceptable"],
    ["/Patient?_format=json%00", "406 not-acceptable"],
    ["/Patient?_format=application/fhir%2Bjson;fhirVersion=5.0", "406 not-acceptable"],
    ["/Patient?_format=__proto__", "406 not-acceptable"],
    [`/Patient/_search?name=${name}`, "405 method-not-allowed"],
    [`/Patient/${patientId}?_summary=text`, "400 parameter-unknown"],
  ])("%s is %s", (path, refusal) => expectRefused(stack, "analyst", path, refusal));

  it("a thousand and more rows a page are a thousand", async () => {
    const answer = await askAs(stack, "analyst", "/Observation?_count=999999999");
    expect(answer.body.match(/"mode":"match"/g)?.length).toBeLessThanOrEqual(1000);
    expectNobodyIn(answer);
  });
});

describe("a form", () => {
  it.each<readonly [string, string, Record<string, string>, string, string]>([
    [
      "that the URL completes",
      "/Patient/_search?gender=female",
      FORM,
      `name=${name}`,
      "403 parameter-hidden",
    ],
    [
      "that repeats what the URL says",
      "/Patient/_search?_count=1",
      FORM,
      "_count=1000",
      "400 parameter-repeated",
    ],
    ["whose page the URL names", "/Patient/_search?_page=x", FORM, `name=${name}`, "400 parameter-invalid"],
    ["with a slash behind", "/Patient/_search/", FORM, `name=${name}`, "403 parameter-hidden"],
    [
      "of a hidden type",
      "/Practitioner/_search",
      FORM,
      `name=${practitionerName}`,
      "403 resource-type-hidden",
    ],
    ["of the trail", "/AuditEvent/_search", FORM, "", "403 resource-type-hidden"],
    ["without a type", "/Patient/_search", {}, `name=${name}`, "415 media-type-unsupported"],
    ["that is JSON", "/Patient/_search", FHIR, `{"name":"${given}"}`, "415 media-type-unsupported"],
    [
      "that is text",
      "/Patient/_search",
      { "Content-Type": "text/plain" },
      `name=${name}`,
      "415 media-type-unsupported",
    ],
    [
      "in parts",
      "/Patient/_search",
      { "Content-Type": "multipart/form-data; boundary=a" },
      `--a\r\nContent-Disposition: form-data; name="name"\r\n\r\n${given}\r\n--a--`,
      "415 media-type-unsupported",
    ],
    [
      "in another character set",
      "/Patient/_search",
      { "Content-Type": "application/x-www-form-urlencoded; charset=utf-7" },
      `+AG4-ame=${name}`,
      "400 parameter-invalid",
    ],
    [
      "that is compressed",
      "/Patient/_search",
      { ...FORM, "Content-Encoding": "gzip" },
      `name=${name}`,
      "403 parameter-hidden",
    ],
    [
      "of more than 64 KiB",
      "/Patient/_search",
      FORM,
      `gender=female&x=${"y".repeat(70_000)}`,
      "413 body-too-large",
    ],
    [
      "with a name of its own length",
      "/Patient/_search",
      FORM,
      `${"n".repeat(60_000)}=1`,
      "400 parameter-invalid",
    ],
    ["after a byte order mark", "/Patient/_search", FORM, `\uFEFFname=${name}`, "403 parameter-hidden"],
  ])("%s", (_, path, headers, body, refusal) =>
    expectRefused(stack, "analyst", path, refusal, { method: "POST", headers, body }),
  );
});

describe("a table", () => {
  const FORMULAS = ["=1+1", "+1+1", "-1+1", "@SUM(1)", "\t=1+1", "\r=1+1", '=HYPERLINK("http://x")', "＝1+1"];

  beforeAll(async () => {
    for (const [index, family] of FORMULAS.entries()) {
      await writeUpstream(stack, {
        resourceType: "Patient",
        id: `formula-${index}`,
        gender: "unknown",
        name: [{ family }],
        address: [{ district: family, state: "Kerala" }],
        identifier: [{ value: family }],
        birthDate: "1980-02-02",
      });
    }
  });

  it.each(["analyst", "administrator"] as const)(
    "of %s has no cell that a spreadsheet runs",
    async (role) => {
      const answer = await askAs(stack, role, "/Patient?gender=unknown&_count=1000&_format=csv");
      expect(answer.status).toBe(200);
      const lines = answer.body.split("\r\n").slice(1, -1);
      expect(lines.length).toBeGreaterThanOrEqual(FORMULAS.length);
      for (const line of lines) expect(line).not.toMatch(/(?:^|,)"?[=+@\t\r＝]/);
      if (role === "administrator") expect(answer.body).toContain("'=1+1");
      else expect(answer.body).not.toMatch(/1\+1|SUM|HYPERLINK/);
    },
  );
});
