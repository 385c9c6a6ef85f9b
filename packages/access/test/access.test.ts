import { createHmac } from "node:crypto";
import { EdgeError, type Role } from "@aarohan/contract";
import { exportJWK, exportSPKI, generateKeyPair, type JWK, type JWTHeaderParameters, SignJWT } from "jose";
import { beforeAll, describe, expect, it } from "vitest";
import { type AccessConfig, challenge, createAccess, servingRole } from "../src/index.ts";

type KeyPair = Awaited<ReturnType<typeof generateKeyPair>>;
const ISSUER = "https://idp.example/auth/realms/aarogya";
const NOW = new Date("2026-11-01T00:00:00Z");
const CONFIG: AccessConfig = {
  issuers: [
    { issuer: ISSUER, jwksUri: `${ISSUER}/certs`, audiences: ["aarohan-edge"] },
    { issuer: "https://other.example", jwksUri: "https://other.example/certs", audiences: ["aarohan-edge"] },
  ],
  roleMappings: [
    { role: "data-analyst", realmRole: "aarohan-analyst" },
    { role: "system-administrator", realmRole: "aarohan-administrator" },
    {
      role: "data-analyst",
      realmRole: "FHIR_READ_ALL_OF_TYPE",
      permissionArgument: "FHIR_READ_ALL_OF_TYPE/Patient",
    },
    { role: "healthcare-provider", realmRole: "GET_PATIENT" },
    { role: "viewer", clientRole: { client: "edge", role: "viewer" } },
    { role: "system-administrator", realmRole: "MANAGE_PATIENT", issuer: "https://other.example" },
  ],
  recipients: { "analyst-a": "university", "analyst-b": "university" },
};

let first: KeyPair;
let second: KeyPair;
let published: JWK[];
let fetches: number;

beforeAll(async () => {
  first = await generateKeyPair("RS256", { extractable: true });
  second = await generateKeyPair("RS256", { extractable: true });
});

async function jwk(pair: KeyPair, kid: string): Promise<JWK> {
  return { ...(await exportJWK(pair.publicKey)), kid, alg: "RS256", use: "sig" };
}

function access(options: { down?: boolean; cooldownMilliseconds?: number } = {}) {
  fetches = 0;
  return createAccess(CONFIG, {
    now: () => NOW,
    fetch: async (url) => {
      fetches += 1;
      if (options.down) throw new TypeError("connection refused");
      return Response.json({ keys: String(url).startsWith(ISSUER) ? published : [] });
    },
    ...(options.cooldownMilliseconds === undefined
      ? {}
      : { cooldownMilliseconds: options.cooldownMilliseconds }),
  });
}

async function token(
  claims: Record<string, unknown> = {},
  header: Partial<JWTHeaderParameters> = {},
  pair = first,
): Promise<string> {
  published ??= [await jwk(first, "k1")];
  const seconds = NOW.getTime() / 1000;
  return new SignJWT({
    iss: ISSUER,
    sub: "user-1",
    aud: "aarohan-edge",
    azp: "analyst-a",
    exp: seconds + 300,
    typ: "Bearer",
    realm_access: { roles: ["aarohan-analyst"] },
    ...claims,
  })
    .setProtectedHeader({ alg: "RS256", kid: "k1", ...header })
    .sign(pair.privateKey);
}

async function codeOf(attempt: Promise<unknown>): Promise<string> {
  const error = await attempt.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof EdgeError)) throw new Error("was not refused with an EdgeError");
  expect(error.message).not.toMatch(/user-1|eyJ/);
  return error.code;
}

const seconds = NOW.getTime() / 1000;

describe("authenticate", () => {
  it("gives the identity that the token proves", async () => {
    const identity = await access().authenticate(
      `bearer ${await token({ scope: "openid profile", partition_id: "T1" })}`,
    );
    expect(identity).toMatchObject({
      issuer: ISSUER,
      subject: "user-1",
      clientId: "analyst-a",
      tenant: "T1",
      roles: ["data-analyst"],
      scopes: ["openid", "profile"],
      recipient: "university",
      userKey: expect.stringMatching(/^[A-Za-z0-9_-]{43}$/),
    });
  });

  it.each([
    ["expired", { exp: seconds - 31 }, "token-expired"],
    ["not yet valid", { nbf: seconds + 60 }, "token-invalid"],
    ["without expiry", { exp: undefined }, "token-invalid"],
    ["of an unknown issuer", { iss: "https://evil.example" }, "token-invalid"],
    ["of another trusted issuer's name", { iss: "https://other.example" }, "token-invalid"],
    ["for another audience", { aud: "account" }, "token-invalid"],
    ["without an audience", { aud: undefined }, "token-invalid"],
    ["an ID token", { typ: "ID" }, "token-invalid"],
    ["a refresh token", { typ: "Refresh" }, "token-invalid"],
    ["of nobody", { sub: undefined, azp: undefined }, "token-invalid"],
    ["of a tenant with a path in it", { partition_id: "../x" }, "token-invalid"],
    ["of a tenant that is no text", { partition_id: ["a"] }, "token-invalid"],
  ])("refuses a token %s", async (_, claims, code) => {
    expect(await codeOf(access().authenticate(`Bearer ${await token(claims)}`))).toBe(code);
  });

  it("accepts clocks that are half a minute apart", async () => {
    await expect(
      access().authenticate(`Bearer ${await token({ exp: seconds - 29 })}`),
    ).resolves.toBeDefined();
  });

  it.each([
    "Basic YTpi",
    "Bearer",
    "Bearer a b",
    "Bearer é",
    "Bearer  a",
    `Bearer ${"a".repeat(20_000)}`,
    "Bearer a.b.c",
  ])("refuses the header %.20s", async (header) => {
    expect(await codeOf(access().authenticate(header))).toBe("token-invalid");
  });

  it("asks for a token where there is none", async () => {
    expect(await codeOf(access().authenticate(undefined))).toBe("token-missing");
  });

  it("refuses alg none, and HS256 with the public key as secret", async () => {
    const [, payload] = (await token()).split(".");
    const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
    expect(await codeOf(access().authenticate(`Bearer ${encode({ alg: "none" })}.${payload}.`))).toBe(
      "token-invalid",
    );
    const input = `${encode({ alg: "HS256", kid: "k1" })}.${payload}`;
    const mac = createHmac("sha256", await exportSPKI(first.publicKey))
      .update(input)
      .digest("base64url");
    expect(await codeOf(access().authenticate(`Bearer ${input}.${mac}`))).toBe("token-invalid");
  });

  it("ignores a key that the token brings along", async () => {
    const brought = await token(
      {},
      { kid: "k1", jwk: await jwk(second, "k1"), jku: "https://evil.example" },
      second,
    );
    expect(await codeOf(access().authenticate(`Bearer ${brought}`))).toBe("token-invalid");
  });

  it("refuses a critical header that it does not know", async () => {
    const [, payload, signature] = (await token()).split(".");
    const header = Buffer.from(JSON.stringify({ alg: "RS256", kid: "k1", crit: ["x"], x: 1 })).toString(
      "base64url",
    );
    expect(await codeOf(access().authenticate(`Bearer ${header}.${payload}.${signature}`))).toBe(
      "token-invalid",
    );
  });

  it("refuses a changed payload and a changed signature", async () => {
    const [header, payload = "", signature = ""] = (await token()).split(".");
    const claims = JSON.parse(Buffer.from(payload, "base64url").toString());
    const changed = Buffer.from(JSON.stringify({ ...claims, sub: "someone" })).toString("base64url");
    expect(await codeOf(access().authenticate(`Bearer ${header}.${changed}.${signature}`))).toBe(
      "token-invalid",
    );
    expect(await codeOf(access().authenticate(`Bearer ${header}.${payload}.AA${signature.slice(2)}`))).toBe(
      "token-invalid",
    );
  });

  it("takes up a new key when the issuer rotates, and fetches once within the cool-down", async () => {
    published = [await jwk(first, "k1")];
    const rotating = access({ cooldownMilliseconds: 0 });
    await rotating.authenticate(`Bearer ${await token()}`);
    published = [await jwk(second, "k2")];
    await rotating.authenticate(`Bearer ${await token({}, { kid: "k2" }, second)}`);
    published = [await jwk(first, "k1")];
    const cooled = access();
    await cooled.authenticate(`Bearer ${await token()}`);
    for (let attempt = 0; attempt < 5; attempt += 1) {
      expect(await codeOf(cooled.authenticate(`Bearer ${await token({}, { kid: "k9" }, second)}`))).toBe(
        "token-invalid",
      );
    }
    expect(fetches).toBe(1);
  });

  it("says that the issuer cannot be reached, and does not call the token wrong", async () => {
    expect(await codeOf(access({ down: true }).authenticate(`Bearer ${await token()}`))).toBe(
      "issuer-unreachable",
    );
  });
});

describe("roles", () => {
  it.each<[string, Record<string, unknown>, Role[]]>([
    ["a realm role", {}, ["data-analyst"]],
    [
      "permission and argument",
      {
        realm_access: { roles: ["FHIR_READ_ALL_OF_TYPE"] },
        permission_argument: ["FHIR_READ_ALL_OF_TYPE/Patient"],
      },
      ["data-analyst"],
    ],
    ["a permission without its argument", { realm_access: { roles: ["FHIR_READ_ALL_OF_TYPE"] } }, []],
    ["a verb", { realm_access: { roles: ["GET_PATIENT", "ALL_LOCATIONS"] } }, ["healthcare-provider"]],
    ["a verb of another issuer's mapping", { realm_access: { roles: ["MANAGE_PATIENT"] } }, []],
    ["a client's role", { realm_access: {}, resource_access: { edge: { roles: ["viewer"] } } }, ["viewer"]],
    [
      "several",
      { realm_access: { roles: ["aarohan-administrator", "aarohan-analyst"] } },
      ["data-analyst", "system-administrator"],
    ],
    ["claims of a wrong shape", { realm_access: "aarohan-administrator", resource_access: null }, []],
    [
      "names of Object",
      { realm_access: { roles: ["constructor"] }, resource_access: { __proto__: { roles: ["viewer"] } } },
      [],
    ],
  ])("maps %s", async (_, claims, roles) => {
    expect((await access().authenticate(`Bearer ${await token(claims)}`)).roles).toEqual(roles);
  });

  it("serves the most restrictive, unless another that is held is named", () => {
    expect(servingRole(["data-analyst", "system-administrator"], undefined)).toBe("data-analyst");
    expect(servingRole(["data-analyst", "system-administrator"], "system-administrator")).toBe(
      "system-administrator",
    );
    expect(() => servingRole(["data-analyst"], "system-administrator")).toThrow(/does not hold/);
    expect(() => servingRole(["data-analyst"], "root")).toThrow(/does not hold/);
    expect(() => servingRole([], undefined)).toThrow(/permissions/);
  });
});

describe("a configuration", () => {
  it.each([
    [{ issuers: [{ ...CONFIG.issuers[0], algorithms: ["HS256"] }] }, /OIDC_ISSUERS/],
    [{ issuers: [{ ...CONFIG.issuers[0], algorithms: ["none"] }] }, /OIDC_ISSUERS/],
    [{ issuers: [{ ...CONFIG.issuers[0], audiences: [] }] }, /OIDC_ISSUERS/],
    [{ roleMappings: [{ role: "system-administrator" }] }, /ROLE_MAPPINGS/],
  ])("that would accept too much is refused: %#", (change, message) => {
    expect(() => createAccess(Object.assign({}, CONFIG, change))).toThrow(message);
  });
});

describe("challenge", () => {
  it("follows RFC 6750", () => {
    expect(challenge(new EdgeError("token-missing", "x"), "edge")).toBe('Bearer realm="edge"');
    expect(challenge(new EdgeError("token-expired", 'a "b"'), "edge")).toBe(
      'Bearer realm="edge", error="invalid_token", error_description="a \'b\'"',
    );
    expect(challenge(new EdgeError("role-missing", "x"), "edge")).toContain('error="insufficient_scope"');
  });
});
