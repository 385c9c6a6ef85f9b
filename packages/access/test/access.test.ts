import { createHmac } from "node:crypto";
import { EdgeError } from "@aarohan/contract";
import { exportSPKI } from "jose";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { type AccessConfig, challenge, createAccess, type IssuerConfig } from "../src/index.ts";
import {
  createSigningKey,
  ISSUER,
  KeySets,
  NOW,
  NOW_SECONDS,
  OTHER_ISSUER,
  type SigningKey,
  sign,
} from "./test-issuer.ts";

let first: SigningKey;
let second: SigningKey;
let other: SigningKey;
let keySets: KeySets;

beforeAll(async () => {
  first = await createSigningKey("k1");
  second = await createSigningKey("k2");
  other = await createSigningKey("k1", "ES256");
});

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: NOW });
  keySets = new KeySets();
  keySets.publish(ISSUER, first);
  keySets.publish(OTHER_ISSUER, other);
});

afterEach(() => {
  vi.useRealTimers();
});

function access(change: Partial<IssuerConfig> = {}) {
  const config: AccessConfig = {
    issuers: [
      { issuer: ISSUER, jwksUri: `${ISSUER}/certs`, audiences: ["aarohan-edge", "account"], ...change },
      { issuer: OTHER_ISSUER, jwksUri: `${OTHER_ISSUER}/certs`, audiences: ["aarohan-edge"] },
    ],
    roleMappings: [{ role: "data-analyst", realmRole: "aarohan-analyst" }],
  };
  return createAccess(config, { fetch: keySets.fetch });
}

/** The code with which a token is refused, or `accepted`. */
async function outcome(token: string, subject = access()): Promise<string> {
  return codeOf(subject.authenticate(`Bearer ${token}`));
}

async function codeOf(attempt: Promise<unknown>): Promise<string> {
  try {
    await attempt;
    return "accepted";
  } catch (error) {
    if (!(error instanceof EdgeError)) throw error;
    expect(error.message).not.toMatch(/user-1|analyst|eyJ|example/);
    return error.code;
  }
}

function pass(seconds: number): void {
  vi.setSystemTime(Date.now() + seconds * 1000);
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

describe("a token", () => {
  it.each([
    ["as Keycloak writes it", {}],
    ["for several audiences, ours among them", { aud: ["account", "other"] }],
    ["whose clock is half a minute behind", { exp: NOW_SECONDS - 29 }],
    ["whose clock is half a minute ahead", { nbf: NOW_SECONDS + 29 }],
    ["of a client without a subject", { sub: undefined }],
    ["of a user without a client", { azp: undefined }],
    ["without a type", { typ: undefined }],
  ])("%s is accepted", async (_, claims) => {
    expect(await outcome(await sign(first, claims))).toBe("accepted");
  });

  it.each([
    ["expired", { exp: NOW_SECONDS - 31 }, "token-expired"],
    ["not yet valid", { nbf: NOW_SECONDS + 60 }, "token-invalid"],
    ["without expiry", { exp: undefined }, "token-invalid"],
    ["with an expiry that is no number", { exp: "never" }, "token-invalid"],
    ["of an unknown issuer", { iss: "https://evil.example" }, "token-invalid"],
    ["without an issuer", { iss: undefined }, "token-invalid"],
    ["that names another trusted issuer than its signer", { iss: OTHER_ISSUER }, "token-invalid"],
    ["whose issuer differs by a slash", { iss: `${ISSUER}/` }, "token-invalid"],
    ["for another audience", { aud: "another-service" }, "token-invalid"],
    ["for an audience that begins like ours", { aud: "aarohan-edge-two" }, "token-invalid"],
    ["without an audience", { aud: undefined }, "token-invalid"],
    ["that is an ID token by its type", { typ: "ID" }, "token-invalid"],
    ["that is an ID token by its contents", { typ: undefined, at_hash: "x" }, "token-invalid"],
    ["that is a refresh token", { typ: "Refresh" }, "token-invalid"],
    ["that is bound to a key", { cnf: { jkt: "x" } }, "token-invalid"],
    ["of nobody", { sub: undefined, azp: undefined }, "token-invalid"],
    ["of a tenant with a path in it", { partition_id: "../x" }, "token-invalid"],
    ["of a tenant that is no text", { partition_id: ["a"] }, "token-invalid"],
    ["of a tenant without a name", { partition_id: "" }, "token-invalid"],
  ])("%s is refused", async (_, claims, code) => {
    expect(await outcome(await sign(first, claims))).toBe(code);
  });

  it.each([
    ["JWT", "accepted"],
    ["at+jwt", "accepted"],
    ["application/AT+JWT", "accepted"],
    [undefined, "accepted"],
    ["logout+jwt", "token-invalid"],
    ["dpop+jwt", "token-invalid"],
  ])("of the header's type %s is %s", async (typ, code) => {
    expect(await outcome(await sign(first, {}, { typ }))).toBe(code);
  });

  it("that was issued too long ago is refused where an age is configured", async () => {
    const ancient = await sign(first, { iat: NOW_SECONDS - 86_500 });
    expect(await outcome(ancient, access({}))).toBe("token-expired");
    const old = await sign(first, { iat: NOW_SECONDS - 700 });
    expect(await outcome(old)).toBe("accepted");
    expect(await outcome(old, access({ maximumTokenAgeSeconds: 600 }))).toBe("token-expired");
    const undated = await sign(first, { iat: undefined });
    expect(await outcome(undated, access({ maximumTokenAgeSeconds: 600 }))).toBe("token-invalid");
  });

  it("is accepted from each of several issuers, and verified with that issuer's keys", async () => {
    const subject = access();
    expect(await outcome(await sign(first), subject)).toBe("accepted");
    expect(await outcome(await sign(other, { iss: OTHER_ISSUER }), subject)).toBe("accepted");
    expect(await outcome(await sign(other), subject)).toBe("token-invalid");
  });

  it("whose algorithm is not configured is refused", async () => {
    expect(await outcome(await sign(first), access({ algorithms: ["ES256"] }))).toBe("token-invalid");
  });

  it("of more than 16 KiB is refused, however good it is", async () => {
    const large = await sign(first, { padding: "a".repeat(12_500) });
    expect(large.length).toBeGreaterThan(16 * 1024);
    expect(await outcome(large)).toBe("token-invalid");
    expect(await outcome(await sign(first, { padding: "a".repeat(11_000) }))).toBe("accepted");
  });
});

describe("an Authorization header", () => {
  it.each([undefined, ""])("that is %j is asked for", async (header) => {
    expect(await codeOf(access().authenticate(header))).toBe("token-missing");
  });

  it.each(["bearer", "BEARER", "Bearer"])("may write the scheme as %s", async (scheme) => {
    expect(await codeOf(access().authenticate(`${scheme} ${await sign(first)}`))).toBe("accepted");
  });

  it.each([
    ["of another scheme", (token: string) => `Basic ${token}`],
    ["without a scheme", (token: string) => token],
    ["with two spaces", (token: string) => `Bearer  ${token}`],
    ["with two tokens", (token: string) => `Bearer ${token} ${token}`],
    ["with two tokens in a list", (token: string) => `Bearer ${token}, Bearer ${token}`],
    ["with another line", (token: string) => `Bearer ${token}\n`],
    ["with a letter outside of the alphabet", (token: string) => `Bearer ${token}é`],
    ["without a token", () => "Bearer"],
    ["whose token is no JWT", () => "Bearer opaque"],
    ["whose token has no JSON in it", () => "Bearer a.b.c"],
  ])("%s is refused", async (_, header) => {
    expect(await codeOf(access().authenticate(header(await sign(first))))).toBe("token-invalid");
  });
});

describe("a forged token", () => {
  it("without a signature (alg none) is refused", async () => {
    const [, payload] = (await sign(first)).split(".");
    expect(await outcome(`${encode({ alg: "none" })}.${payload}.`)).toBe("token-invalid");
    expect(await outcome(`${encode({ alg: "none", kid: "k1" })}.${payload}.AA`)).toBe("token-invalid");
  });

  it("with the public key as the secret (HS256) is refused", async () => {
    const [, payload] = (await sign(first)).split(".");
    const input = `${encode({ alg: "HS256", kid: "k1" })}.${payload}`;
    for (const secret of [await exportSPKI(first.publicKey), JSON.stringify(first.jwk)]) {
      const mac = createHmac("sha256", secret).update(input).digest("base64url");
      expect(await outcome(`${input}.${mac}`)).toBe("token-invalid");
    }
  });

  it("that brings its own key along is refused, and nobody is asked for it", async () => {
    const brought = { jwk: second.jwk, jku: "https://evil.example/certs", x5u: "https://evil.example/x5" };
    expect(await outcome(await sign(second, {}, { kid: "k1", ...brought }))).toBe("token-invalid");
    expect(keySets.fetches).toBe(1);
  });

  it("that another key signed is refused under a known id and under none", async () => {
    expect(await outcome(await sign(second, {}, { kid: "k1" }))).toBe("token-invalid");
    expect(await outcome(await sign(second, {}, { kid: undefined }))).toBe("token-invalid");
  });

  it("with a critical header that is not understood is refused", async () => {
    const [, payload, signature] = (await sign(first)).split(".");
    const header = encode({ alg: "RS256", kid: "k1", crit: ["x"], x: 1 });
    expect(await outcome(`${header}.${payload}.${signature}`)).toBe("token-invalid");
  });

  it("with a changed payload or a changed signature is refused", async () => {
    const [header, payload = "", signature = ""] = (await sign(first)).split(".");
    const claims = JSON.parse(Buffer.from(payload, "base64url").toString());
    expect(await outcome(`${header}.${encode({ ...claims, sub: "someone" })}.${signature}`)).toBe(
      "token-invalid",
    );
    const flipped = (signature.startsWith("A") ? "B" : "A") + signature.slice(1);
    expect(await outcome(`${header}.${payload}.${flipped}`)).toBe("token-invalid");
    expect(await outcome(`${header}.${payload}.`)).toBe("token-invalid");
  });
});

describe("the issuer's keys", () => {
  it("are fetched once for many tokens, and again after ten minutes", async () => {
    const subject = access();
    for (let count = 0; count < 3; count += 1)
      expect(await outcome(await sign(first), subject)).toBe("accepted");
    expect(keySets.fetches).toBe(1);
    pass(601);
    await outcome(await sign(first, { exp: NOW_SECONDS + 3600 }), subject);
    expect(keySets.fetches).toBe(2);
  });

  it("are not fetched for a token of an unknown issuer", async () => {
    await outcome(await sign(first, { iss: "https://evil.example" }));
    expect(keySets.fetches).toBe(0);
  });

  it("may rotate: an unknown key is looked up once the cool-down is over, and not before", async () => {
    const subject = access();
    await outcome(await sign(first), subject);
    keySets.publish(ISSUER, first, second);
    for (let count = 0; count < 5; count += 1) {
      expect(await outcome(await sign(second), subject)).toBe("token-invalid");
    }
    expect(keySets.fetches).toBe(1);
    pass(31);
    expect(await outcome(await sign(second), subject)).toBe("accepted");
    expect(await outcome(await sign(first), subject)).toBe("accepted");
    expect(keySets.fetches).toBe(2);
  });

  it.each<[string, () => Promise<Response>]>([
    ["refuses the connection", () => Promise.reject(new TypeError("connection refused"))],
    ["does not answer in time", () => Promise.reject(new DOMException("too slow", "TimeoutError"))],
    ["answers 500", async () => new Response("no", { status: 500 })],
    [
      "redirects",
      async () => new Response(null, { status: 302, headers: { Location: "https://evil.example" } }),
    ],
    ["answers a page instead", async () => new Response("<html>")],
    ["answers no key set", async () => Response.json({ keys: "none" })],
  ])("cannot be had where it %s: 503, and the token is not called wrong", async (_, answer) => {
    keySets.answer(ISSUER, answer);
    expect(await outcome(await sign(first))).toBe("issuer-unreachable");
  });

  it("are not asked for again within five seconds of a failure", async () => {
    keySets.answer(ISSUER, () => Promise.reject(new TypeError("connection refused")));
    const subject = access();
    for (let count = 0; count < 5; count += 1) {
      expect(await outcome(await sign(first), subject)).toBe("issuer-unreachable");
    }
    expect(keySets.fetches).toBe(1);
    keySets.publish(ISSUER, first);
    pass(6);
    expect(await outcome(await sign(first), subject)).toBe("accepted");
  });

  it("serve on while the issuer is down", async () => {
    const subject = access();
    await outcome(await sign(first), subject);
    keySets.answer(ISSUER, () => Promise.reject(new TypeError("connection refused")));
    pass(120);
    expect(await outcome(await sign(second), subject)).toBe("issuer-unreachable");
    expect(await outcome(await sign(first), subject)).toBe("accepted");
  });
});

describe("a challenge (RFC 6750 §3)", () => {
  it.each([
    [new EdgeError("token-missing", "x"), 'Bearer realm="edge"'],
    [
      new EdgeError("token-expired", 'a "b"'),
      'Bearer realm="edge", error="invalid_token", error_description="a \'b\'"',
    ],
    [
      new EdgeError("role-missing", "x"),
      'Bearer realm="edge", error="insufficient_scope", error_description="x"',
    ],
  ])("of %s says what RFC 6750 has it say", (error, header) => {
    expect(challenge(error, "edge")).toBe(header);
  });
});
