import { describe, expect, it } from "vitest";
import { type Answer, bundle, CALL, dropped, refusalOf, status, upstreamWith } from "./scripted-upstream.ts";

const credentials = {
  kind: "client-credentials",
  tokenUrl: "http://idp/token",
  clientId: "gateway",
  clientSecret: "Lakshmi&x=1",
} as const;

const issued =
  (answer: unknown): Answer =>
  () =>
    Response.json(answer);
const token = (value: string, lifetimeSeconds = 300) =>
  issued({ access_token: value, token_type: "Bearer", expires_in: lifetimeSeconds });

/** What was asked of whom, in turn. */
function asked(requests: readonly { readonly url: string; readonly init: RequestInit }[]): string[] {
  return requests.map(({ url, init }) =>
    url === credentials.tokenUrl ? "token" : String(new Headers(init.headers).get("Authorization")),
  );
}

describe("credentials of the caller", () => {
  it("are forwarded where it is configured so, and no token is fetched", async () => {
    const { upstream, requests } = upstreamWith([bundle()], { config: { credentials: { kind: "forward" } } });
    await upstream.search("Patient", [], CALL);
    await upstream.search("Patient", [], { requestId: "r-2" });
    expect(asked(requests)).toEqual(["Bearer caller", "null"]);
  });

  it("that the server refuses are not tried again", async () => {
    const { upstream, requests } = upstreamWith([status(401)], {
      config: { credentials: { kind: "forward" } },
    });
    expect(await refusalOf(upstream.search("Patient", [], CALL))).toMatchObject({ code: "upstream-refused" });
    expect(requests).toHaveLength(1);
  });
});

describe("credentials of the client", () => {
  it("are exchanged for a token by a form, which goes to its endpoint alone", async () => {
    const { upstream, requests } = upstreamWith([token("one"), bundle()], {
      config: { credentials: { ...credentials, scope: "system/*.read" } },
    });
    await upstream.search("Patient", [], CALL);
    expect(requests[0]).toMatchObject({
      url: credentials.tokenUrl,
      init: { method: "POST", redirect: "manual" },
    });
    expect(Object.fromEntries(new URLSearchParams(String(requests[0]?.init.body)))).toEqual({
      grant_type: "client_credentials",
      client_id: "gateway",
      client_secret: "Lakshmi&x=1",
      scope: "system/*.read",
    });
    expect(JSON.stringify(requests[0]?.init.headers)).not.toContain("caller");
    expect(JSON.stringify(requests[1])).not.toContain("Lakshmi");
  });

  it.each([
    ["300 s", 300, 269_999, ["token", "Bearer one", "Bearer one"]],
    ["300 s, 30 s before its end", 300, 270_000, ["token", "Bearer one", "token", "Bearer two"]],
    ["20 s", 20, 0, ["token", "Bearer one", "token", "Bearer two"]],
  ] as const)(
    "give a token of %s that is used until 30 s before it expires",
    async (_, lifetime, later, expected) => {
      let now = 1_000_000;
      let count = 0;
      const tokens = ["one", "two"];
      const { upstream, requests } = upstreamWith(
        expected.map((step) =>
          step === "token" ? () => token(tokens[count++] ?? "", lifetime)() : bundle(),
        ),
        { config: { credentials }, now: () => now },
      );
      await upstream.search("Patient", [], CALL);
      now += later;
      await upstream.search("Patient", [], CALL);
      expect(asked(requests)).toEqual(expected);
    },
  );

  it("are exchanged again after a 401, once, and the request is repeated", async () => {
    const { upstream, requests } = upstreamWith(
      [token("one"), bundle(), status(401), token("two"), bundle(), bundle()],
      { config: { credentials } },
    );
    await upstream.search("Patient", [], CALL);
    await upstream.search("Patient", [], CALL);
    await upstream.search("Patient", [], CALL);
    expect(asked(requests)).toEqual([
      "token",
      "Bearer one",
      "Bearer one",
      "token",
      "Bearer two",
      "Bearer two",
    ]);
  });

  it("let the body of a 401 go before the request is repeated", async () => {
    const { promise: cancelled, resolve } = Promise.withResolvers<unknown>();
    const refused: Answer = () => new Response(new ReadableStream({ cancel: resolve }), { status: 401 });
    const { upstream } = upstreamWith([token("one"), refused, token("two"), bundle()], {
      config: { credentials },
    });
    await upstream.search("Patient", [], CALL);
    await cancelled;
  });

  it("that the server keeps refusing end in upstream-refused", async () => {
    const { upstream, requests } = upstreamWith([token("one"), status(401), token("two"), status(401)], {
      config: { credentials },
    });
    expect(await refusalOf(upstream.search("Patient", [], CALL))).toMatchObject({ code: "upstream-refused" });
    expect(asked(requests)).toEqual(["token", "Bearer one", "token", "Bearer two"]);
  });

  it("survive a late 401 for a token that another request has replaced already", async () => {
    const { promise: isReplaced, resolve: replaced } = Promise.withResolvers<void>();
    const late: Answer = () => isReplaced.then(status(401));
    const { upstream, requests } = upstreamWith([token("one"), late, status(401), token("two"), bundle()], {
      config: { credentials },
    });
    const slow = upstream.search("Patient", [], CALL);
    await expect.poll(() => requests.length).toBe(2);
    await upstream.search("Patient", [], CALL);
    replaced();
    await slow;
    expect(asked(requests)).toEqual([
      "token",
      "Bearer one",
      "Bearer one",
      "token",
      "Bearer two",
      "Bearer two",
    ]);
  });

  it("are exchanged by each of the requests that come while no token is kept: none waits for another's", async () => {
    const { upstream, requests } = upstreamWith([token("one"), token("two"), bundle()], {
      config: { credentials },
    });
    await Promise.all([upstream.search("Patient", [], CALL), upstream.search("Patient", [], CALL)]);
    expect(asked(requests).filter((step) => step === "token")).toHaveLength(2);
    await upstream.search("Patient", [], CALL);
    expect(asked(requests)).toHaveLength(5);
  });

  it.each([
    ["400", status(400), "upstream-refused"],
    ["401", status(401), "upstream-refused"],
    ["a redirect", status(302, { Location: "http://evil.example/" }), "upstream-refused"],
    ["HTML", () => new Response("<html>Lakshmi"), "upstream-refused"],
    ["nothing", () => new Response(null), "upstream-refused"],
    ["null", issued(null), "upstream-refused"],
    ["no token", issued({ error: "Lakshmi" }), "upstream-refused"],
    ["an empty token", token(""), "upstream-refused"],
    ["a token that would end the header", token("Lakshmi\r\nX-Admin: 1"), "upstream-refused"],
    ["a token of another type", issued({ access_token: "Lakshmi", token_type: "mac" }), "upstream-refused"],
    ["a token without end", token("Lakshmi".repeat(10_000)), "upstream-refused"],
    ["429", status(429), "upstream-unreachable"],
    ["500", status(500), "upstream-unreachable"],
    ["no connection", dropped, "upstream-unreachable"],
  ] as const)("that the token endpoint answers with %s are named as the fault", async (_, answer, code) => {
    const { upstream, requests } = upstreamWith([answer], { config: { credentials } });
    const error = await refusalOf(upstream.search("Patient", [], CALL));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(/access token/);
    expect(new Set(asked(requests))).toEqual(new Set(["token"]));
    expect(requests).toHaveLength(code === "upstream-unreachable" ? 2 : 1);
  });

  it("are kept for half a minute where the issuer does not say how long its token is good", async () => {
    let now = 1_000_000;
    const { upstream, requests } = upstreamWith(
      [issued({ access_token: "one" }), bundle(), bundle(), issued({ access_token: "two" }), bundle()],
      { config: { credentials }, now: () => now },
    );
    for (const elapsed of [0, 29_999, 30_000]) {
      now = 1_000_000 + elapsed;
      await upstream.search("Patient", [], CALL);
    }
    expect(asked(requests)).toEqual(["token", "Bearer one", "Bearer one", "token", "Bearer two"]);
  });
});
