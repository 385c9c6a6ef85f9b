import { EdgeError } from "@aarohan/contract";
import { describe, expect, it } from "vitest";
import { createUpstream, type UpstreamConfig } from "../src/index.ts";

const BASE = "http://upstream.example/fhir";
const CALL = { requestId: "r-1", authorization: "Bearer caller" };
const FHIR_JSON = { "Content-Type": "application/fhir+json" };
const EMPTY = '{"resourceType":"Bundle","type":"searchset","entry":[]}';

type Answer = () => Response | Promise<Response>;

/** An upstream that gives the answers in turn, the last one again and again, and keeps what it was asked. */
function upstreamWith(answers: readonly Answer[], config: Partial<UpstreamConfig> = {}) {
  const requests: { url: string; init: RequestInit }[] = [];
  const sleeps: number[] = [];
  const upstream = createUpstream(
    { baseUrl: `${BASE}/`, credentials: { kind: "none" }, ...config },
    {
      fetch: async (url, init = {}) => {
        const answer = answers[Math.min(requests.length, answers.length - 1)];
        requests.push({ url: String(url), init });
        if (answer === undefined) throw new Error("no answer");
        return answer();
      },
      sleep: async (milliseconds) => {
        sleeps.push(milliseconds);
      },
    },
  );
  return { upstream, requests, sleeps };
}

const bundle =
  (text = EMPTY): Answer =>
  () =>
    new Response(text, { headers: FHIR_JSON });
const status =
  (code: number, headers: Record<string, string> = {}, body = '{"issue":"Lakshmi"}'): Answer =>
  () =>
    new Response(body, { status: code, headers: { ...FHIR_JSON, ...headers } });
const linking = (next: string) =>
  bundle(JSON.stringify({ resourceType: "Bundle", link: [{ relation: "next", url: next }] }));

async function refusalOf(attempt: Promise<unknown>): Promise<EdgeError> {
  const error = await attempt.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof EdgeError)) throw new Error(`was not refused with an EdgeError: ${error}`);
  expect(error.message).not.toContain("Lakshmi");
  return error;
}

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
      headers: { Accept: "application/fhir+json", Prefer: "handling=strict", "X-Request-Id": "r-1" },
    });
    expect(JSON.stringify(requests[0]?.init.headers)).not.toContain("caller");
  });

  it("goes by POST _search where its query is long", async () => {
    const { upstream, requests } = upstreamWith([bundle()]);
    await upstream.search("Patient", [["_id", "x".repeat(5000)]], CALL);
    expect(requests[0]).toMatchObject({ url: `${BASE}/Patient/_search`, init: { method: "POST" } });
  });

  it.each([
    ["400", [status(400)], "search-refused", 400],
    ["401", [status(401)], "upstream-refused", 502],
    ["403", [status(403)], "upstream-refused", 502],
    ["404", [status(404)], "search-refused", 400],
    ["422", [status(422)], "search-refused", 400],
    ["429", [status(429, { "Retry-After": "7" })], "upstream-throttled", 503],
    ["500", [status(500)], "upstream-failed", 502],
    ["502 twice", [status(502)], "upstream-failed", 502],
    ["a redirect", [status(302, { Location: "http://169.254.169.254/" })], "upstream-refused", 502],
    [
      "HTML",
      [() => new Response("<html>Lakshmi", { headers: { "Content-Type": "text/html" } })],
      "upstream-malformed",
      502,
    ],
    ["HTML that says it is JSON", [bundle("<html>Lakshmi")], "upstream-malformed", 502],
    [
      "half a Bundle",
      [bundle('{"resourceType":"Bundle","entry":[{"resource":{"name":"Lakshmi')],
      "upstream-malformed",
      502,
    ],
    ["another resource", [bundle('{"resourceType":"Patient","id":"Lakshmi"}')], "upstream-malformed", 502],
    ["no connection twice", [() => Promise.reject(new TypeError("Lakshmi"))], "upstream-unreachable", 502],
  ] as const)("answered with %s is refused clearly", async (_, answers, code, httpStatus) => {
    const error = await refusalOf(upstreamWith(answers).upstream.search("Patient", [], CALL));
    expect(error).toMatchObject({ code, status: httpStatus });
  });

  it("is refused with 504 when the server hangs, before the head or in the middle of the body", async () => {
    const hang: Answer = () => new Promise(() => undefined);
    const drip: Answer = () =>
      new Response(new ReadableStream({ start: (c) => c.enqueue(new Uint8Array(9)) }), {
        headers: FHIR_JSON,
      });
    for (const answer of [hang, drip]) {
      const { upstream } = timedUpstream(answer);
      expect(await refusalOf(upstream.search("Patient", [], CALL))).toMatchObject({
        code: "upstream-timeout",
        status: 504,
      });
    }
  });

  it("stops reading a page at its bound", async () => {
    let pulled = 0;
    const endless: Answer = () =>
      new Response(
        new ReadableStream({
          pull(controller) {
            pulled += 65_536;
            controller.enqueue(new Uint8Array(65_536));
          },
        }),
        { headers: FHIR_JSON },
      );
    const { upstream } = upstreamWith([endless], { maximumPageBytes: 1_000_000 });
    expect(await refusalOf(upstream.search("Patient", [], CALL))).toMatchObject({
      code: "upstream-page-too-large",
    });
    expect(pulled).toBeLessThan(1_000_000 + 4 * 65_536);
    const announced = upstreamWith([status(200, { "Content-Length": "50000000" })]);
    expect(await refusalOf(announced.upstream.search("Patient", [], CALL))).toMatchObject({
      code: "upstream-page-too-large",
    });
  });

  it("refuses a resource past its bound, in a page and alone", async () => {
    const text = `{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"P","a":"${"x".repeat(2000)}"}}]}`;
    const { upstream } = upstreamWith([bundle(text)], { maximumResourceBytes: 1000 });
    expect(await refusalOf(upstream.search("Patient", [], CALL))).toMatchObject({
      code: "upstream-resource-too-large",
    });
    expect(await refusalOf(upstream.read("Patient", "1", CALL))).toMatchObject({
      code: "upstream-resource-too-large",
    });
  });

  it("is sent once more after a dropped connection or a moment's overload, and no more", async () => {
    const dropped = upstreamWith([() => Promise.reject(new TypeError("x")), bundle()]);
    await dropped.upstream.search("Patient", [], CALL);
    expect(dropped.requests).toHaveLength(2);
    const busy = upstreamWith([status(503, { "Retry-After": "1" }), bundle()]);
    await busy.upstream.search("Patient", [], CALL);
    expect(busy.sleeps).toEqual([1000]);
    const later = upstreamWith([status(503, { "Retry-After": "60" })]);
    expect(await refusalOf(later.upstream.search("Patient", [], CALL))).toMatchObject({
      retryAfterSeconds: 60,
    });
    expect(later.requests).toHaveLength(1);
    const failed = upstreamWith([status(500), bundle()]);
    await refusalOf(failed.upstream.search("Patient", [], CALL));
    expect(failed.requests).toHaveLength(1);
  });
});

/** An upstream whose fetch obeys its signal, as the platform's does. */
function timedUpstream(answer: Answer) {
  const upstream = createUpstream(
    { baseUrl: BASE, credentials: { kind: "none" }, timeoutMilliseconds: 30 },
    {
      fetch: (_, init) => {
        const aborted = new Promise<never>((__, fail) =>
          init?.signal?.addEventListener("abort", () => fail(init.signal?.reason)),
        );
        const answered = Promise.resolve(answer()).then((response) => {
          const { readable, writable } = new TransformStream();
          response.body?.pipeTo(writable, init?.signal ? { signal: init.signal } : {}).catch(() => undefined);
          return new Response(readable, response);
        });
        return Promise.race([answered, aborted]);
      },
    },
  );
  return { upstream };
}

describe("a link to the next page", () => {
  it.each([
    [`${BASE}?_getpages=abc&_getpagesoffset=50`, "?_getpages=abc&_getpagesoffset=50"],
    [`${BASE}/Patient?page=2`, "/Patient?page=2"],
    ["Patient?page=2", "/Patient?page=2"],
    ["http://public.example/hapi?_getpages=1", "?_getpages=1"],
  ])("%s is followed", async (next, cursor) => {
    const { upstream, requests } = upstreamWith([linking(next), bundle()], {
      linkAliases: ["http://public.example/hapi"],
    });
    const page = await upstream.search("Patient", [], CALL);
    expect(page.next).toBe(cursor);
    await upstream.follow(cursor, CALL);
    expect(requests[1]?.url).toBe(BASE + cursor);
  });

  it.each([
    "http://evil.example/fhir/Patient",
    "//evil.example/fhir/Patient",
    "https://upstream.example/fhir/Patient",
    "http://upstream.example:8080/fhir/Patient",
    "http://upstream.example/other",
    "http://upstream.example/fhirx/Patient",
    "http://upstream.example/",
    "http://user@upstream.example/fhir/Patient",
    "http://user:pass@upstream.example/fhir/Patient",
    "http://upstream.example@evil.example/fhir/Patient",
    "http://upstream.example.evil.example/fhir/Patient",
    "http://upstream.example/fhir/../admin",
    "http://upstream.example/fhir/..%2fadmin",
    "http://upstream.example/fhir/%2e%2e/admin",
    "http://upstream.example/fhir/%2E%2E%2Fadmin",
    "http://upstream.example/fhir/..\\admin",
    "\\\\evil.example\\fhir",
    "http:\\\\evil.example\\fhir",
    "http://upstream.example/fhir//evil.example",
    "http://upstream.example/fhir#@evil.example",
    "/admin",
    "../admin",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "data:text/plain,x",
    "http://169.254.169.254/latest/meta-data",
    "http://[::1]/fhir/Patient",
    "http://",
  ])("%s is refused", async (next) => {
    const { upstream, requests } = upstreamWith([linking(next)]);
    expect(await refusalOf(upstream.search("Patient", [], CALL))).toMatchObject({
      code: "upstream-malformed",
    });
    expect(requests).toHaveLength(1);
  });

  it.each(["@evil.example/", ".evil.example/fhir", "/../admin", ":8080/x", "//evil.example"])(
    "the cursor %s is refused before anything is asked",
    async (cursor) => {
      const { upstream, requests } = upstreamWith([bundle()]);
      await expect(upstream.follow(cursor, CALL)).rejects.toThrow();
      expect(requests).toHaveLength(0);
    },
  );

  it.each([404, 410])("that the server answers with %d is expired", async (code) => {
    const { upstream } = upstreamWith([status(code)]);
    expect(await refusalOf(upstream.follow("?_getpages=x", CALL))).toMatchObject({
      code: "page-expired",
      status: 410,
    });
  });
});

describe("a read", () => {
  it("gives the bytes, or nothing for 404, 410 and what is no id", async () => {
    const { upstream } = upstreamWith([bundle('{"resourceType":"Patient"}'), status(404), status(410)]);
    expect(new TextDecoder().decode(await upstream.read("Patient", "1", CALL))).toBe(
      '{"resourceType":"Patient"}',
    );
    expect(await upstream.read("Patient", "1", CALL)).toBeUndefined();
    expect(await upstream.read("Patient", "1", CALL)).toBeUndefined();
    const strange = upstreamWith([bundle()]);
    expect(await strange.upstream.read("Patient", "../admin", CALL)).toBeUndefined();
    expect(strange.requests).toHaveLength(0);
  });
});

describe("credentials", () => {
  it("of the caller are forwarded where it is configured so", async () => {
    const { upstream, requests } = upstreamWith([bundle()], { credentials: { kind: "forward" } });
    await upstream.search("Patient", [], CALL);
    expect(requests[0]?.init.headers).toMatchObject({ Authorization: "Bearer caller" });
  });

  const credentials = {
    kind: "client-credentials",
    tokenUrl: "http://idp/token",
    clientId: "c",
    clientSecret: "s",
  } as const;
  const tokenAnswer =
    (token: string): Answer =>
    () =>
      Response.json({ access_token: token, expires_in: 300 });

  it("of the client are fetched once, and again after a 401", async () => {
    const { upstream, requests } = upstreamWith(
      [tokenAnswer("one"), bundle(), bundle(), status(401), tokenAnswer("two"), bundle()],
      { credentials },
    );
    await upstream.search("Patient", [], CALL);
    await upstream.search("Patient", [], CALL);
    await upstream.search("Patient", [], CALL);
    expect(
      requests.map(({ url, init }) => [url.slice(0, 15), new Headers(init.headers).get("Authorization")]),
    ).toEqual([
      ["http://idp/toke", null],
      ["http://upstream", "Bearer one"],
      ["http://upstream", "Bearer one"],
      ["http://upstream", "Bearer one"],
      ["http://idp/toke", null],
      ["http://upstream", "Bearer two"],
    ]);
  });

  it("that the issuer refuses are named as the fault", async () => {
    const { upstream } = upstreamWith([status(401)], { credentials });
    expect(await refusalOf(upstream.search("Patient", [], CALL))).toMatchObject({ code: "upstream-refused" });
  });
});

describe("isReachable", () => {
  it("tells whether the CapabilityStatement is answered", async () => {
    expect(await upstreamWith([status(200)]).upstream.isReachable(CALL)).toBe(true);
    expect(await upstreamWith([status(500)]).upstream.isReachable(CALL)).toBe(false);
    expect(await upstreamWith([() => Promise.reject(new TypeError("x"))]).upstream.isReachable(CALL)).toBe(
      false,
    );
  });
});
