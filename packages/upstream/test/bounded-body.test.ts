import { describe, expect, it } from "vitest";
import { bundle, CALL, EMPTY, FHIR_JSON, refusalOf, status, upstreamWith } from "./scripted-upstream.ts";

const MIB = 1024 * 1024;

describe("a page that is too large", () => {
  it("of 50 MB costs no more than the bound and one chunk", async () => {
    const chunkBytes = 65_536;
    let pulled = 0;
    let cancelled = false;
    const large = () =>
      new Response(
        new ReadableStream(
          {
            pull(controller) {
              pulled += chunkBytes;
              controller.enqueue(new Uint8Array(chunkBytes));
              if (pulled >= 50_000_000) controller.close();
            },
            cancel() {
              cancelled = true;
            },
          },
          { highWaterMark: 0 },
        ),
        { headers: FHIR_JSON },
      );
    const { upstream } = upstreamWith([large]);
    expect(await refusalOf(upstream.search("Patient", [], CALL))).toMatchObject({
      code: "upstream-page-too-large",
    });
    expect(pulled).toBeGreaterThan(32 * MIB);
    expect(pulled).toBeLessThanOrEqual(32 * MIB + chunkBytes);
    expect(cancelled).toBe(true);
  });

  it.each([
    ["no number", { "Content-Length": "no number" }],
    ["negative", { "Content-Length": "-1" }],
    ["1e3", { "Content-Length": "1e3" }],
    ["given twice", { "Content-Length": "5, 5" }],
    ["empty", { "Content-Length": "" }],
    ["that of the compressed body", { "Content-Length": "5", "Content-Encoding": "gzip" }],
    ["overruled by chunks", { "Content-Length": "5", "Transfer-Encoding": "chunked" }],
  ])("is found out behind a Content-Length that is %s", async (_, headers) => {
    const large = () => new Response("x".repeat(2000), { headers: { ...FHIR_JSON, ...headers } });
    const { upstream } = upstreamWith([large], { config: { maximumPageBytes: 1000 } });
    expect(await refusalOf(upstream.search("Patient", [], CALL))).toMatchObject({
      code: "upstream-page-too-large",
    });
  });

  it("is taken at exactly the bound, and not at one byte more", async () => {
    const { upstream } = upstreamWith([bundle(), bundle(`${EMPTY} `)], {
      config: { maximumPageBytes: EMPTY.length },
    });
    expect((await upstream.search("Patient", [], CALL)).bytes).toHaveLength(EMPTY.length);
    expect(await refusalOf(upstream.search("Patient", [], CALL))).toMatchObject({
      code: "upstream-page-too-large",
    });
  });
});

describe("a body that is not wanted", () => {
  it.each([302, 400, 401, 403, 404, 429, 500, 502, 503])("of an answer %d is let go", async (code) => {
    const { promise: cancelled, resolve } = Promise.withResolvers<unknown>();
    const pull = (controller: ReadableStreamDefaultController) => controller.enqueue(new Uint8Array(65_536));
    const answer = () =>
      new Response(new ReadableStream({ pull, cancel: resolve }, { highWaterMark: 0 }), { status: code });
    await refusalOf(upstreamWith([answer, status(500)]).upstream.search("Patient", [], CALL));
    await cancelled;
  });

  it("may fail to be let go without a word", async () => {
    const body = () => new ReadableStream({ cancel: () => Promise.reject(new Error("Lakshmi")) });
    const { upstream } = upstreamWith([() => new Response(body(), { status: 500 })]);
    expect(await refusalOf(upstream.search("Patient", [], CALL))).toMatchObject({ code: "upstream-failed" });
  });
});
