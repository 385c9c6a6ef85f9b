import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import { createUpstream, type UpstreamConfig } from "../src/index.ts";
import { type FaultServer, type Handler, startFaultServer } from "./fault-server.ts";
import { bundle, CALL, EMPTY, FHIR_JSON, refusalOf, upstreamWith } from "./scripted-upstream.ts";

/** Far less than the default time limit: an attempt that takes longer was not bounded by what it was told. */
const BOUND_MILLISECONDS = 3000;
const MIB = 1024 * 1024;

let server: FaultServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function upstreamOf(handler: Handler, config: Partial<UpstreamConfig> = {}) {
  server = await startFaultServer(handler);
  const { baseUrl, paths, abandoned } = server;
  return {
    upstream: createUpstream({ baseUrl, credentials: { kind: "none" }, ...config }),
    paths,
    abandoned,
  };
}

const answers =
  (code: number, body: string | Buffer, headers: Record<string, string> = {}): Handler =>
  (_, response) => {
    response.writeHead(code, { ...FHIR_JSON, ...headers }).end(body);
  };

/** Sends chunks of 64 KiB for as long as they are taken. */
const endless: Handler = (_, response) => {
  response.writeHead(200, FHIR_JSON);
  const chunk = Buffer.alloc(65_536, " ");
  const send = () => {
    while (!response.destroyed && response.write(chunk));
  };
  response.on("drain", send);
  send();
};

const hangs: Handler = () => undefined;
const drips: Handler = (_, response) => void response.writeHead(200, FHIR_JSON).write("{");
const drops: Handler = (request) => void request.socket.destroy();
const breaks: Handler = (request, response) =>
  void response.writeHead(200, FHIR_JSON).write('{"resourceType":"Bundle"', () => request.socket.destroy());
const breaksItsPromise: Handler = (request, response) =>
  void response
    .writeHead(200, { ...FHIR_JSON, "Content-Length": "1000" })
    .write('{"resourceType":"Bundle"', () => request.socket.destroy());

describe("a server that", () => {
  it.each([
    ["answers 400", answers(400, '{"issue":"Lakshmi"}'), "search-refused", 400],
    ["answers 401", answers(401, "Lakshmi"), "upstream-refused", 502],
    ["answers 403", answers(403, "Lakshmi"), "upstream-refused", 502],
    ["answers 404", answers(404, "Lakshmi"), "search-refused", 400],
    ["answers 405", answers(405, "Lakshmi"), "search-refused", 400],
    ["answers 410", answers(410, "Lakshmi"), "upstream-refused", 502],
    ["answers 422", answers(422, "Lakshmi"), "search-refused", 400],
    ["answers 429", answers(429, "Lakshmi"), "upstream-throttled", 503],
    ["answers 500", answers(500, "Lakshmi"), "upstream-failed", 502],
    ["answers 502", answers(502, "Lakshmi"), "upstream-failed", 502],
    ["answers 503", answers(503, "Lakshmi"), "upstream-throttled", 503],
    ["answers 504", answers(504, "Lakshmi"), "upstream-failed", 502],
    ["answers 204", answers(204, ""), "upstream-refused", 502],
    ["answers 206", answers(206, EMPTY), "upstream-refused", 502],
    ["redirects", answers(302, "", { Location: "/fhir/elsewhere" }), "upstream-refused", 502],
    ["redirects for good", answers(308, "", { Location: "/fhir/elsewhere" }), "upstream-refused", 502],
    [
      "answers HTML",
      answers(200, "<html>Lakshmi", { "Content-Type": "text/html" }),
      "upstream-malformed",
      502,
    ],
    [
      "answers XML",
      answers(200, "<a/>", { "Content-Type": "application/fhir+xml" }),
      "upstream-malformed",
      502,
    ],
    [
      "answers a JSON of another kind",
      answers(200, EMPTY, { "Content-Type": "application/json-patch+json" }),
      "upstream-malformed",
      502,
    ],
    ["answers HTML as JSON", answers(200, "<html>Lakshmi"), "upstream-malformed", 502],
    ["answers nothing", answers(200, ""), "upstream-malformed", 502],
    ["answers half a Bundle", answers(200, '{"resourceType":"Bundle","entry":[{'), "upstream-malformed", 502],
    ["answers two Bundles", answers(200, EMPTY + EMPTY), "upstream-malformed", 502],
    ["answers another resource", answers(200, '{"resourceType":"Patient"}'), "upstream-malformed", 502],
    ["answers an outcome", answers(200, '{"resourceType":"OperationOutcome"}'), "upstream-refused", 502],
    ["drops the connection", drops, "upstream-unreachable", 502],
    ["breaks off", breaks, "upstream-unreachable", 502],
    ["breaks off before its Content-Length", breaksItsPromise, "upstream-unreachable", 502],
  ] as const)(
    "%s is named so, at once, and by its words not at all",
    async (_, handler, code, httpStatus) => {
      const { upstream, paths } = await upstreamOf(handler);
      const startedAt = performance.now();
      const error = await refusalOf(upstream.search("Patient", [], CALL));
      expect(error).toMatchObject({ code, status: httpStatus });
      expect(performance.now() - startedAt).toBeLessThan(BOUND_MILLISECONDS);
      expect(new Set(paths)).toEqual(new Set(["/fhir/Patient"]));
    },
  );

  it("is not there is named so", async () => {
    const { baseUrl, close } = await startFaultServer(hangs);
    await close();
    const upstream = createUpstream({ baseUrl, credentials: { kind: "none" } });
    expect(await refusalOf(upstream.search("Patient", [], CALL))).toMatchObject({
      code: "upstream-unreachable",
      status: 502,
      retryAfterSeconds: 10,
    });
    expect(await upstream.isReachable(CALL)).toBe(false);
  });

  it.each([
    ["hangs before its answer", hangs],
    ["hangs within its answer", drips],
    [
      "hangs within its refusal",
      ((_, response) => void response.writeHead(400).write("{")) satisfies Handler,
    ],
  ])("%s is given up after the time limit", async (_, handler) => {
    const { upstream, abandoned } = await upstreamOf(handler, { timeoutMilliseconds: 150 });
    const startedAt = performance.now();
    expect(await refusalOf(upstream.search("Patient", [], CALL))).toMatchObject({
      code: "upstream-timeout",
      status: 504,
    });
    expect(performance.now() - startedAt).toBeLessThan(BOUND_MILLISECONDS);
    await abandoned;
  });

  it("hangs as the issuer of tokens is given up after the time limit", async () => {
    for (const handler of [hangs, drips]) {
      const issuer = await startFaultServer(handler);
      const upstream = createUpstream({
        baseUrl: "http://upstream.example/fhir",
        credentials: {
          kind: "client-credentials",
          tokenUrl: issuer.baseUrl,
          clientId: "c",
          clientSecret: "s",
        },
        timeoutMilliseconds: 150,
      });
      expect(await refusalOf(upstream.search("Patient", [], CALL))).toMatchObject({
        code: "upstream-timeout",
      });
      await issuer.abandoned;
      await issuer.close();
    }
  });

  it.each(["application/fhir+json", "application/json", "Application/FHIR+JSON;charset=utf-8"])(
    "answers %s is understood, compressed as well",
    async (type) => {
      const headers = { "Content-Type": type, "Content-Encoding": "gzip" };
      const { upstream } = await upstreamOf(answers(200, gzipSync(EMPTY), headers));
      expect((await upstream.search("Patient", [], CALL)).bundle.entries).toEqual([]);
    },
  );
});

describe("a page that is too large", () => {
  it("is refused from its Content-Length, without being read", async () => {
    const handler: Handler = (_, response) =>
      void response.writeHead(200, { ...FHIR_JSON, "Content-Length": 50 * MIB }).write("{");
    const { upstream, abandoned } = await upstreamOf(handler);
    expect(await refusalOf(upstream.search("Patient", [], CALL))).toMatchObject({
      code: "upstream-page-too-large",
      status: 502,
    });
    await abandoned;
  });

  it("is let go at the bound where its length is not announced", async () => {
    const { upstream, abandoned } = await upstreamOf(endless, { maximumPageBytes: MIB });
    expect(await refusalOf(upstream.search("Patient", [], CALL))).toMatchObject({
      code: "upstream-page-too-large",
    });
    await abandoned;
  });

  it("is let go at the bound of what it unpacks to", async () => {
    const packed = gzipSync(Buffer.alloc(50 * MIB, " "));
    const { upstream } = await upstreamOf(answers(200, packed, { "Content-Encoding": "gzip" }));
    expect(packed.length).toBeLessThan(MIB);
    expect(await refusalOf(upstream.search("Patient", [], CALL))).toMatchObject({
      code: "upstream-page-too-large",
    });
  });

  it("by one resource of 5 MB is named so, in a page and alone", async () => {
    const resource = `{"resourceType":"Patient","x":"${"x".repeat(5_000_000)}"}`;
    const { upstream } = await upstreamOf((request, response) => {
      const isRead = request.url?.endsWith("/1");
      answers(200, isRead ? resource : `{"resourceType":"Bundle","entry":[{"resource":${resource}}]}`)(
        request,
        response,
      );
    });
    for (const attempt of [
      () => upstream.search("Patient", [], CALL),
      () => upstream.read("Patient", "1", CALL),
    ]) {
      expect(await refusalOf(attempt())).toMatchObject({ code: "upstream-resource-too-large", status: 502 });
    }
  });
});

describe("a caller who is gone", () => {
  const gone = new Error("the caller is gone");

  it.each([
    ["before the answer", hangs],
    ["within the answer", drips],
  ])("%s ends the exchange, and hears the own reason", async (_, handler) => {
    const caller = new AbortController();
    const { upstream, abandoned } = await upstreamOf((request, response) => {
      handler(request, response);
      setImmediate(() => caller.abort(gone));
    });
    const call = { ...CALL, signal: caller.signal };
    await expect(upstream.search("Patient", [], call)).rejects.toBe(gone);
    await abandoned;
  });

  it("before the start causes no request", async () => {
    const { upstream, requests } = upstreamWith([bundle()]);
    const call = { ...CALL, signal: AbortSignal.abort(gone) };
    for (const attempt of [
      () => upstream.search("Patient", [], call),
      () => upstream.follow("?_getpages=1", call),
      () => upstream.read("Patient", "1", call),
      () => upstream.isReachable(call),
    ]) {
      await expect(attempt()).rejects.toBe(gone);
    }
    expect(requests).toHaveLength(0);
  });

  it("while a retry is waited for causes no further request, and waits no longer", async () => {
    const caller = new AbortController();
    const leave = () => void setImmediate(() => caller.abort(gone));
    let requests = 0;
    const upstream = createUpstream(
      { baseUrl: "http://upstream.example/fhir", credentials: { kind: "none" } },
      {
        async fetch() {
          requests += 1;
          // The body is let go right before the pause begins.
          const body = new ReadableStream({ cancel: leave });
          return new Response(body, { status: 503, headers: { "Retry-After": "2" } });
        },
      },
    );
    const startedAt = performance.now();
    await expect(upstream.search("Patient", [], { ...CALL, signal: caller.signal })).rejects.toBe(gone);
    expect(performance.now() - startedAt).toBeLessThan(1500);
    expect(requests).toBe(1);
  });

  it("takes nothing from one who stays", async () => {
    const caller = new AbortController();
    const { upstream } = await upstreamOf(answers(200, EMPTY));
    const page = await upstream.search("Patient", [], { ...CALL, signal: caller.signal });
    caller.abort(gone);
    expect(page.bundle.entries).toEqual([]);
  });
});
