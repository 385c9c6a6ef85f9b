import { describe, expect, it } from "vitest";
import { createUpstream } from "../src/index.ts";
import { BASE, bundle, CALL, refusalOf, status, upstreamWith } from "./scripted-upstream.ts";

const linking = (next: string) =>
  bundle(JSON.stringify({ resourceType: "Bundle", link: [{ relation: "next", url: next }] }));

describe("a search", () => {
  it("asks strictly, for FHIR JSON, below the base and nowhere else", async () => {
    const { upstream, requests } = upstreamWith([bundle()]);
    await upstream.search(
      "Patient",
      [
        ["_sort", "-_lastUpdated"],
        ["date", "ge2025-01-01T00:00:00+05:30"],
      ],
      CALL,
    );
    expect(requests[0]?.url).toBe(
      `${BASE}/Patient?_sort=-_lastUpdated&date=ge2025-01-01T00%3A00%3A00%2B05%3A30`,
    );
    expect(requests[0]?.init).toMatchObject({
      method: "GET",
      redirect: "manual",
      headers: {
        Accept: "application/fhir+json",
        Prefer: "handling=strict",
        "Cache-Control": "no-cache",
        "User-Agent": "aarohan-edge",
        "X-Request-Id": "r-1",
      },
    });
    expect(JSON.stringify(requests[0]?.init.headers)).not.toContain("caller");
  });

  it("shows the user agent that is configured", async () => {
    const { upstream, requests } = upstreamWith([bundle()], { config: { userAgent: "edge-of-karnataka" } });
    await upstream.search("Patient", [], CALL);
    expect(requests[0]?.init.headers).toMatchObject({ "User-Agent": "edge-of-karnataka" });
  });

  it.each([
    [4096 - "_id=".length, "GET", `${BASE}/Patient?_id=`],
    [4097 - "_id=".length, "POST", `${BASE}/Patient/_search`],
  ])("with a value of %d bytes goes by %s", async (length, method, url) => {
    const { upstream, requests } = upstreamWith([bundle()]);
    await upstream.search("Patient", [["_id", "x".repeat(length)]], CALL);
    expect(requests[0]?.init.method).toBe(method);
    expect(requests[0]?.url.startsWith(url)).toBe(true);
    expect(`${requests[0]?.url} ${requests[0]?.init.body}`).toContain(`_id=${"x".repeat(length)}`);
  });

  it.each(["Patients", "patient", "", "Patient/..", "metadata", "$export"])(
    "of %j, which is no resource type, is refused before anything is asked",
    async (type) => {
      const { upstream, requests } = upstreamWith([bundle()]);
      expect(await refusalOf(upstream.search(type, [], CALL))).toMatchObject({
        code: "resource-type-unknown",
      });
      expect(requests).toHaveLength(0);
    },
  );

  it("gives the page's bytes, where its resources stand in them, and no next page at the end", async () => {
    const text = '{"resourceType":"Bundle","total":1,"entry":[{"resource":{"resourceType":"Patient"}}]}';
    const page = await upstreamWith([bundle(text)]).upstream.search("Patient", [], CALL);
    const [entry] = page.bundle.entries;
    expect(page).toMatchObject({ next: undefined, bundle: { total: 1 } });
    expect(new TextDecoder().decode(page.bytes.subarray(entry?.start, entry?.end))).toBe(
      '{"resourceType":"Patient"}',
    );
  });
});

describe("a base URL", () => {
  it.each([
    ["http://upstream.example", "http://upstream.example/Patient"],
    ["http://upstream.example/", "http://upstream.example/Patient"],
    ["HTTPS://Upstream.Example:443/hapi/fhir//", "https://upstream.example/hapi/fhir/Patient"],
    ["http://upstream.example/x/../fhir", "http://upstream.example/fhir/Patient"],
  ])("%s is taken", async (baseUrl, url) => {
    const { upstream, requests } = upstreamWith([bundle()], { config: { baseUrl } });
    await upstream.search("Patient", [], CALL);
    expect(requests[0]?.url).toBe(url);
  });

  it.each([
    "ftp://upstream.example/fhir",
    "/fhir",
    "",
    "http://user:Lakshmi@upstream.example/fhir",
    "http://upstream.example/fhir?key=Lakshmi",
    "http://upstream.example/fhir#Lakshmi",
    "http://upstream.example/fhir;Lakshmi",
  ])("%j is refused by the setting's name, without its value", (url) => {
    const none = { kind: "none" } as const;
    expect(() => createUpstream({ baseUrl: url, credentials: none })).toThrow(/^UPSTREAM_BASE_URL: [^@]*$/);
    expect(() => createUpstream({ baseUrl: BASE, linkAliases: [url], credentials: none })).toThrow(
      /^UPSTREAM_LINK_ALIASES: (?!.*Lakshmi)/,
    );
  });
});

describe("a link to the next page", () => {
  it.each([
    [`${BASE}?_getpages=abc&_getpagesoffset=50`, "?_getpages=abc&_getpagesoffset=50"],
    [`${BASE}/?_getpages=abc`, "/?_getpages=abc"],
    [`${BASE}/Patient?page=2`, "/Patient?page=2"],
    [`${BASE}/KA-north/Patient/_search?page=2`, "/KA-north/Patient/_search?page=2"],
    ["http://UPSTREAM.example:80/fhir/Patient?page=2", "/Patient?page=2"],
    ["Patient?page=2", "/Patient?page=2"],
    ["?_getpages=1", "/?_getpages=1"],
    ["/fhir/Patient?page=2", "/Patient?page=2"],
    ["//upstream.example/fhir/Patient?page=2", "/Patient?page=2"],
    [`${BASE}/Patient?_id=..%2F..%2Fadmin&next=http://evil.example`, undefined],
    ["http://public.example/hapi?_getpages=1", "?_getpages=1"],
  ])("%s is followed", async (next, cursor = next.slice(BASE.length)) => {
    const { upstream, requests } = upstreamWith([linking(next), bundle()], {
      config: { linkAliases: ["http://public.example/hapi/"] },
    });
    const page = await upstream.search("Patient", [], CALL);
    expect(page.next).toBe(cursor);
    await upstream.follow(cursor, CALL);
    expect(requests[1]?.url).toBe(BASE + cursor);
  });

  it.each([
    "http://evil.example/fhir/Patient",
    "//evil.example/fhir/Patient",
    "///evil.example/fhir/Patient",
    "https://upstream.example/fhir/Patient",
    "http://upstream.example:8080/fhir/Patient",
    "http://upstream.example/other",
    "http://upstream.example/fhirx/Patient",
    "http://upstream.example/FHIR/Patient",
    "http://upstream.example/",
    "http://user@upstream.example/fhir/Patient",
    "http://user:pass@upstream.example/fhir/Patient",
    "http://:pass@upstream.example/fhir/Patient",
    "http://upstream.example@evil.example/fhir/Patient",
    "http://upstream.example.evil.example/fhir/Patient",
    "http://upstream.example%2eevil.example/fhir/Patient",
    "http://upstream.example%00.evil.example/fhir/Patient",
    "http://upstream.example/fhir/../admin",
    "http://upstream.example/fhir/x/../../admin",
    "http://upstream.example/fhir/.\t./admin",
    "http://upstream.example/fhir/..%2fadmin",
    "http://upstream.example/fhir/%2e%2e/admin",
    "http://upstream.example/fhir/%2E%2E%2Fadmin",
    "http://upstream.example/fhir/%252e%252e%252fadmin",
    "http://upstream.example/fhir/..;/admin",
    "http://upstream.example/fhir/;/../../admin",
    "http://upstream.example/fhir/...",
    "http://upstream.example/fhir/..%00/admin",
    "http://upstream.example/fhir/..%ef%bc%8fadmin",
    "http://upstream.example/fhir/..\\admin",
    "\\\\evil.example\\fhir",
    "http:\\\\evil.example\\fhir",
    "http://upstream.example\\fhir\\Patient",
    "http://upstream.example/fhir//evil.example",
    "http://upstream.example/fhir/http://evil.example",
    "http://upstream.example/fhir#@evil.example",
    "/admin",
    "../admin",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "data:text/plain,x",
    "blob:http://upstream.example/fhir/x",
    "ws://upstream.example/fhir/Patient",
    "http://169.254.169.254/latest/meta-data",
    "http://2852039166/latest/meta-data",
    "http://[::1]/fhir/Patient",
    "http://upstream。example.evil.example/fhir",
    "http://",
    "http://public.example/other?_getpages=1",
    "https://public.example/hapi?_getpages=1",
  ])("%j is refused", async (next) => {
    const { upstream, requests } = upstreamWith([linking(next)], {
      config: { linkAliases: ["http://public.example/hapi"] },
    });
    expect(await refusalOf(upstream.search("Patient", [], CALL))).toMatchObject({
      code: "upstream-malformed",
    });
    expect(requests).toHaveLength(1);
  });

  it.each([
    "@evil.example/",
    ".evil.example/fhir",
    "/../admin",
    "/..;/admin",
    ":8080/x",
    ":x",
    "//evil.example",
    "/%2e%2e/admin",
    "\\..\\admin",
    "/Patient#x",
    "Patient",
    "http://evil.example/",
  ])("the cursor %j is refused before anything is asked", async (cursor) => {
    for (const baseUrl of [BASE, "http://upstream.example"]) {
      const { upstream, requests } = upstreamWith([bundle()], { config: { baseUrl } });
      expect(await refusalOf(upstream.follow(cursor, CALL))).toMatchObject({ code: "upstream-malformed" });
      expect(requests).toHaveLength(0);
    }
  });

  it.each([404, 410])("that the server answers with %d is expired", async (code) => {
    const { upstream } = upstreamWith([status(code)]);
    expect(await refusalOf(upstream.follow("?_getpages=x", CALL))).toMatchObject({
      code: "page-expired",
      status: 410,
    });
  });
});

describe("a read", () => {
  it("gives the bytes, or nothing for 404 and 410", async () => {
    const { upstream, requests } = upstreamWith([
      bundle('{"resourceType":"Patient"}'),
      status(404),
      status(410),
    ]);
    expect(new TextDecoder().decode(await upstream.read("Patient", "1", CALL))).toBe(
      '{"resourceType":"Patient"}',
    );
    expect(requests[0]?.url).toBe(`${BASE}/Patient/1`);
    expect(await upstream.read("Patient", "1", CALL)).toBeUndefined();
    expect(await upstream.read("Patient", "1", CALL)).toBeUndefined();
  });

  it.each(["../admin", "..", ".", "", "1?x", "1/_history/1", "1#x", "%2e%2e", "x".repeat(65)])(
    "of %j, which is no id, asks nothing",
    async (id) => {
      const { upstream, requests } = upstreamWith([bundle()]);
      expect(await upstream.read("Patient", id, CALL)).toBeUndefined();
      expect(requests).toHaveLength(0);
    },
  );

  it.each([
    [400, "upstream-refused"],
    [401, "upstream-refused"],
    [422, "upstream-refused"],
    [429, "upstream-throttled"],
    [500, "upstream-failed"],
  ] as const)("answered with %d is not called a search", async (code, expected) => {
    const error = await refusalOf(upstreamWith([status(code)]).upstream.read("Patient", "1", CALL));
    expect(error.code).toBe(expected);
    expect(error.message).not.toContain("search");
  });
});

describe("isReachable", () => {
  it.each([
    ["answers its CapabilityStatement", status(200), true],
    ["fails", status(500), false],
    ["does not let the gateway in", status(401), false],
    ["redirects", status(302, { Location: "http://evil.example/" }), false],
    ["drops the connection", () => Promise.reject(new TypeError("x")), false],
  ] as const)("of a server that %s", async (_, answer, expected) => {
    const { upstream, requests } = upstreamWith([answer]);
    expect(await upstream.isReachable(CALL)).toBe(expected);
    expect(requests[0]?.url).toBe(`${BASE}/metadata`);
  });
});
