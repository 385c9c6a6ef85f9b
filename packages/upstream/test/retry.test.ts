import { describe, expect, it } from "vitest";
import { bundle, CALL, dropped, refusalOf, status, upstreamWith } from "./scripted-upstream.ts";

const START = Date.parse("2026-01-01T00:00:00Z");
const inSeconds = (seconds: number) => new Date(START + seconds * 1000).toUTCString();

describe("a read that is likely to succeed a moment later", () => {
  it.each([
    ["a dropped connection", dropped, 0],
    ["502", status(502), 0],
    ["503", status(503), 0],
    ["503 for 0 s", status(503, { "Retry-After": "0" }), 0],
    ["503 for 1 s", status(503, { "Retry-After": "1" }), 1],
    ["503 for 2 s", status(503, { "Retry-After": "2" }), 2],
    ["503 until in 2 s", status(503, { "Retry-After": inSeconds(2) }), 2],
    ["503 until a second ago", status(503, { "Retry-After": inSeconds(-1) }), 0],
    ["504", status(504), 0],
  ] as const)("is sent once more after %s", async (_, first, seconds) => {
    const { upstream, requests, sleeps } = upstreamWith([first, bundle()], { now: () => START });
    await upstream.search("Patient", [], CALL);
    expect(requests).toHaveLength(2);
    expect(sleeps).toHaveLength(1);
    expect(sleeps[0]).toBeGreaterThanOrEqual(seconds * 1000 + 50);
    expect(sleeps[0]).toBeLessThan(seconds * 1000 + 150);
  });

  it.each([
    ["400", status(400), "search-refused"],
    ["403", status(403), "upstream-refused"],
    ["401", status(401), "upstream-refused"],
    ["429", status(429, { "Retry-After": "1" }), "upstream-throttled"],
    ["500", status(500), "upstream-failed"],
    ["501", status(501), "upstream-failed"],
    ["503 for 3 s", status(503, { "Retry-After": "3" }), "upstream-throttled"],
    ["503 until in 3 s", status(503, { "Retry-After": inSeconds(3) }), "upstream-throttled"],
    ["HTML", () => new Response("", { headers: { "Content-Type": "text/html" } }), "upstream-malformed"],
    ["half a Bundle", bundle('{"resourceType":'), "upstream-malformed"],
  ] as const)("is not sent again after %s", async (_, first, code) => {
    const { upstream, requests, sleeps } = upstreamWith([first, bundle()], { now: () => START });
    expect(await refusalOf(upstream.search("Patient", [], CALL))).toMatchObject({ code });
    expect(requests).toHaveLength(1);
    expect(sleeps).toEqual([]);
  });

  it.each([
    [dropped, "upstream-unreachable"],
    [status(502), "upstream-failed"],
    [status(503), "upstream-throttled"],
    [status(504), "upstream-failed"],
  ] as const)("is sent no more than twice, and then refused", async (answer, code) => {
    const { upstream, requests } = upstreamWith([answer]);
    expect(await refusalOf(upstream.search("Patient", [], CALL))).toMatchObject({ code });
    expect(requests).toHaveLength(2);
  });

  it.each([0, 1, 3])("is sent again as often as is configured: %d times", async (retries) => {
    const { upstream, requests, sleeps } = upstreamWith([status(502)], { config: { retries } });
    await refusalOf(upstream.search("Patient", [], CALL));
    expect(requests).toHaveLength(retries + 1);
    for (const [index, pause] of sleeps.entries()) {
      expect(pause).toBeGreaterThanOrEqual(50 * 2 ** index);
      expect(pause).toBeLessThan(150 * 2 ** index);
    }
  });

  it.each([
    ["a dropped connection", dropped, "upstream-unreachable"],
    ["503", status(503, { "Retry-After": "1" }), "upstream-throttled"],
  ] as const)("is not sent again after %s when the time would not suffice", async (_, first, code) => {
    let elapsed = 0;
    const late = () => {
      elapsed = 29_960;
      return first();
    };
    const { upstream, requests } = upstreamWith([late, bundle()], { now: () => START + elapsed });
    expect(await refusalOf(upstream.search("Patient", [], CALL))).toMatchObject({ code });
    expect(requests).toHaveLength(1);
  });

  it("is sent again the same, a POST _search included", async () => {
    const { upstream, requests } = upstreamWith([dropped, bundle()]);
    await upstream.search("Patient", [["_id", "x".repeat(5000)]], CALL);
    expect(requests.map(({ init }) => init.method)).toEqual(["POST", "POST"]);
    expect(requests[1]?.init.body).toBe(requests[0]?.init.body);
  });
});

describe("a Retry-After that the server gives", () => {
  it.each([
    ["7", 7],
    ["0", 1],
    ["86400", 3600],
    [inSeconds(90), 90],
    [inSeconds(-90), 1],
    [inSeconds(86_400), 3600],
    ["soon", 10],
    ["-5", 10],
    ["2026-01-01T00:01:30Z", 10],
    ["", 10],
  ])("of %j is passed on as %d s", async (text, seconds) => {
    const { upstream } = upstreamWith([status(429, { "Retry-After": text })], { now: () => START });
    expect(await refusalOf(upstream.search("Patient", [], CALL))).toMatchObject({
      retryAfterSeconds: seconds,
    });
  });
});
