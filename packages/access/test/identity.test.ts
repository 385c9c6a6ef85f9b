import type { Role } from "@aarohan/contract";
import { beforeAll, describe, expect, it } from "vitest";
import { type AccessConfig, createAccess, servingRole } from "../src/index.ts";
import {
  type Claims,
  createSigningKey,
  ISSUER,
  KeySets,
  NOW,
  OTHER_ISSUER,
  type SigningKey,
  sign,
} from "./test-issuer.ts";

const CONFIG: AccessConfig = {
  issuers: [
    { issuer: ISSUER, jwksUri: `${ISSUER}/certs`, audiences: ["aarohan-edge"] },
    {
      issuer: OTHER_ISSUER,
      jwksUri: `${OTHER_ISSUER}/certs`,
      audiences: ["aarohan-edge"],
      tenantClaim: "organisation",
    },
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
    { role: "viewer", clientRole: { client: "constructor", role: "viewer" } },
    { role: "viewer", clientRole: { client: "edge", role: "viewer" } },
    { role: "viewer", scope: "aggregates" },
    { role: "system-administrator", realmRole: "MANAGE_PATIENT", issuer: OTHER_ISSUER },
  ],
  recipients: {
    "analyst-a": "university",
    "analyst-b": "university",
    [`${OTHER_ISSUER}#analyst-b`]: "partner",
    [`${ISSUER}#analyst-c`]: "university",
  },
};

let key: SigningKey;
let access: ReturnType<typeof createAccess>;

beforeAll(async () => {
  key = await createSigningKey("k1", "ES256");
  const keySets = new KeySets();
  keySets.publish(ISSUER, key);
  keySets.publish(OTHER_ISSUER, key);
  access = createAccess(CONFIG, { fetch: keySets.fetch, now: () => NOW });
});

async function identity(claims: Claims = {}) {
  return access.authenticate(`Bearer ${await sign(key, claims)}`);
}

describe("an identity", () => {
  it("is what the token proves", async () => {
    expect(await identity({ scope: "openid profile", partition_id: "T1" })).toEqual({
      issuer: ISSUER,
      subject: "user-1",
      clientId: "analyst-a",
      tenant: "T1",
      roles: ["data-analyst"],
      scopes: ["openid", "profile"],
      authorisation: { kind: "none" },
      recipient: "group:university",
      // printf 'https://idp.example/auth/realms/aarogya\nuser-1\nT1' | openssl dgst -sha256 -binary | basenc --base64url
      userKey: "oO46xr03aQ1_4wbc-InX6HdB-y7KdppK1mHL-gYNdDE",
      expiresAtSeconds: NOW.getTime() / 1000 + 300,
    });
  });

  it("has the default tenant, and no scopes, where the token names none", async () => {
    expect(await identity()).toMatchObject({ tenant: "default", scopes: [] });
  });

  it("has the tenant of the claim that is configured for its issuer, and of no other", async () => {
    const claims = { organisation: "O1", partition_id: "T1" };
    expect((await identity({ ...claims, iss: OTHER_ISSUER })).tenant).toBe("O1");
    expect((await identity(claims)).tenant).toBe("T1");
  });

  it("falls back from subject to client and from client to subject, and never mixes the two", async () => {
    expect(await identity({ sub: undefined })).toMatchObject({
      subject: "client:analyst-a",
      clientId: "analyst-a",
    });
    expect(await identity({ azp: undefined, client_id: "analyst-b" })).toMatchObject({
      clientId: "analyst-b",
      recipient: "group:university",
    });
    expect(await identity({ azp: undefined, sub: "analyst-a" })).toMatchObject({
      clientId: "subject:analyst-a",
      recipient: `client:${ISSUER}#subject:analyst-a`,
    });
  });

  it("shares pseudonyms with no client of that name elsewhere, and with no group of that name", async () => {
    const recipients = await Promise.all([
      identity({ azp: "university" }),
      identity({ azp: "university", iss: OTHER_ISSUER }),
      identity({ azp: "analyst-b" }),
    ]);
    expect(new Set(recipients.map(({ recipient }) => recipient)).size).toBe(3);
    expect((await identity({ azp: "analyst-b", iss: OTHER_ISSUER })).recipient).toBe("group:partner");
    expect((await identity({ azp: "analyst-c" })).recipient).toBe("group:university");
    expect((await identity({ azp: "analyst-c", iss: OTHER_ISSUER })).recipient).toBe(
      `client:${OTHER_ISSUER}#analyst-c`,
    );
    expect((await identity({ azp: "constructor" })).recipient).toBe(`client:${ISSUER}#constructor`);
  });

  it("has limits of its own for each issuer and subject", async () => {
    const keys = await Promise.all([
      identity(),
      identity({ sub: "user-2" }),
      identity({ iss: OTHER_ISSUER }),
      identity({ azp: "analyst-b" }),
    ]);
    expect(new Set(keys.map(({ userKey }) => userKey)).size).toBe(3);
  });
});

describe("roles", () => {
  it.each<[string, Claims, Role[]]>([
    ["a realm role", {}, ["data-analyst"]],
    [
      "a permission with its argument",
      {
        realm_access: { roles: ["FHIR_READ_ALL_OF_TYPE"] },
        permission_argument: ["FHIR_READ_ALL_OF_TYPE/Patient"],
      },
      ["data-analyst"],
    ],
    ["a permission without its argument", { realm_access: { roles: ["FHIR_READ_ALL_OF_TYPE"] } }, []],
    [
      "an argument without its permission",
      { realm_access: { roles: [] }, permission_argument: ["FHIR_READ_ALL_OF_TYPE/Patient"] },
      [],
    ],
    ["a verb", { realm_access: { roles: ["GET_PATIENT", "ALL_LOCATIONS"] } }, ["healthcare-provider"]],
    ["a verb of another issuer's mapping", { realm_access: { roles: ["MANAGE_PATIENT"] } }, []],
    [
      "a verb of this issuer's mapping",
      { iss: OTHER_ISSUER, realm_access: { roles: ["MANAGE_PATIENT"] } },
      ["system-administrator"],
    ],
    ["a client's role", { realm_access: {}, resource_access: { edge: { roles: ["viewer"] } } }, ["viewer"]],
    [
      "another client's role of that name",
      { realm_access: {}, resource_access: { other: { roles: ["viewer"] } } },
      [],
    ],
    ["a scope", { realm_access: {}, scope: "openid aggregates" }, ["viewer"]],
    ["a scope that begins like it", { realm_access: {}, scope: "aggregates-all" }, []],
    [
      "several, the most restrictive first",
      { realm_access: { roles: ["aarohan-administrator", "aarohan-analyst", "aarohan-analyst"] } },
      ["data-analyst", "system-administrator"],
    ],
    ["another case", { realm_access: { roles: ["Aarohan-Administrator"] } }, []],
    ["a text instead of a list", { realm_access: { roles: "aarohan-administrator" } }, []],
    ["a text instead of an object", { realm_access: "aarohan-administrator", resource_access: null }, []],
    ["nothing", { realm_access: undefined }, []],
    [
      "names that every object has",
      { realm_access: { roles: ["constructor"] }, resource_access: { ["__proto__"]: { roles: ["viewer"] } } },
      [],
    ],
  ])("are mapped from %s", async (_, claims, roles) => {
    expect((await identity(claims)).roles).toEqual(roles);
  });
});

describe("the role that serves", () => {
  const both: Role[] = ["data-analyst", "system-administrator"];

  it("is the most restrictive, unless another that is held is named", () => {
    expect(servingRole(both, undefined)).toBe("data-analyst");
    expect(servingRole(both, "data-analyst")).toBe("data-analyst");
    expect(servingRole(both, "system-administrator")).toBe("system-administrator");
  });

  it.each([
    [["data-analyst"], "system-administrator", "role-not-held"],
    [["data-analyst"], "root", "role-not-held"],
    [["data-analyst"], "", "role-not-held"],
    [[], undefined, "role-missing"],
    [[], "viewer", "role-missing"],
  ] as const)("of %j with %j named is refused: %s", (roles, requested, code) => {
    expect(() => servingRole(roles, requested)).toThrow(expect.objectContaining({ code, status: 403 }));
  });
});
