import { EdgeError } from "@aarohan/contract";
import fc from "fast-check";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { type Access, createAccess } from "../src/index.ts";
import { createSigningKey, ISSUER, KeySets, NOW, type SigningKey, sign } from "./test-issuer.ts";

const MARK = "Zyxwqsent";
const ROLES = new Set(["data-analyst", "system-administrator"]);

let key: SigningKey;
let stranger: SigningKey;
let access: Access;
beforeAll(async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: NOW });
  key = await createSigningKey("k1", "ES256");
  stranger = await createSigningKey("k1", "ES256");
  const keySets = new KeySets();
  keySets.publish(ISSUER, key);
  access = createAccess(
    {
      issuers: [{ issuer: ISSUER, jwksUri: `${ISSUER}/certs`, audiences: ["aarohan-edge"] }],
      roleMappings: [
        { role: "data-analyst", realmRole: "aarohan-analyst" },
        { role: "system-administrator", clientRole: { client: "edge", role: "admin" } },
      ],
    },
    { fetch: keySets.fetch },
  );
  return () => vi.useRealTimers();
});

const json = fc.oneof(fc.constantFrom(MARK, [MARK], { [MARK]: MARK }, null, "", -1, 1e308), fc.jsonValue());
const CLAIMS = [
  ..."iss sub aud exp nbf iat azp client_id typ scope scp realm_access resource_access permission_argument".split(
    " ",
  ),
  ..."partition_id practitioner_id patient at_hash c_hash cnf __proto__ constructor".split(" "),
];
const claims = fc
  .array(fc.tuple(fc.constantFrom(...CLAIMS), json), { maxLength: 4 })
  .map((pairs) => Object.fromEntries(pairs));
const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

/** The roles of who is let in; `undefined` for who is refused as the specification has it, and is told nothing that was sent. */
async function rolesOf(token: string): Promise<readonly string[] | undefined> {
  try {
    return (await access.authenticate(`Bearer ${token}`)).roles;
  } catch (error) {
    if (!(error instanceof EdgeError)) throw error;
    expect(error.status).toBe(401);
    expect(error.message).not.toContain(MARK);
    return undefined;
  }
}

describe("a hostile token", () => {
  it("with claims of any kind is refused, or gives roles that are mapped", async () => {
    await fc.assert(
      fc.asyncProperty(claims, async (changed) => {
        const roles = (await rolesOf(await sign(key, changed))) ?? [];
        expect(roles.filter((role) => !ROLES.has(role))).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it("that another key has signed, or that was changed since, is refused", async () => {
    const header = fc.record(
      {
        alg: fc.constantFrom("none", "None", "HS256", "ES256", "RS256", MARK, null),
        kid: fc.constantFrom("k1", MARK, null),
        typ: fc.constantFrom("JWT", "at+jwt", MARK),
        jwk: fc.constant({}),
        jku: fc.constant("https://evil.example"),
        crit: fc.constant(["exp"]),
        b64: fc.constant(false),
      },
      { requiredKeys: ["alg"] },
    );
    await fc.assert(
      fc.asyncProperty(claims, header, fc.integer({ min: 0, max: 3 }), async (changed, other, way) => {
        const good = (await sign(key)).split(".");
        const ours = (await sign(stranger, changed)).split(".");
        const payload = base64url({
          ...JSON.parse(Buffer.from(good[1] ?? "", "base64url").toString()),
          sub: MARK,
        });
        const ways = [
          ours.join("."),
          [base64url(other), payload, good[2]].join("."),
          [good[0], payload, good[2]].join("."),
          [base64url(other), good[1], ""].join("."),
        ];
        expect(await rolesOf(ways[way] ?? "")).toBeUndefined();
      }),
      { numRuns: 500 },
    );
  });
});
