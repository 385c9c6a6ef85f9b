import type { DemoRole } from "@aarohan/devkit";
import fc from "fast-check";
import { hostileJson, SENT } from "./hostile-json.ts";

/** A token to be minted, and what is done to it then. */
export interface FuzzedToken {
  readonly role: DemoRole;
  /** `undefined`: as the issuer makes them, and used again. */
  readonly claims: Readonly<Record<string, unknown>> | undefined;
  readonly tamper: ((token: string) => string) | undefined;
}

const ROLES = ["viewer", "analyst", "provider", "administrator"] as const;
const CLAIMS = [
  ..."iss sub aud exp nbf iat jti azp client_id typ scope scp realm_access resource_access".split(" "),
  ..."permission_argument partition_id practitioner_id patient at_hash cnf".split(" "),
];

const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

const protectedHeader = fc
  .record({
    alg: fc.constantFrom("none", "None", "HS256", "ES256", "RS256", "dir", SENT, null, 1),
    kid: fc.constantFrom("test-1", SENT, "../../etc", null),
    typ: fc.constantFrom("JWT", "at+jwt", "dpop+jwt", SENT),
    extra: fc.constantFrom(
      {},
      { jku: "https://evil.example" },
      { crit: ["exp"] },
      { b64: false },
      { jwk: {} },
    ),
  })
  .map(({ extra, ...header }) => base64url({ ...header, ...extra }));

const tampering: fc.Arbitrary<(token: string) => string> = fc.oneof(
  protectedHeader.map((header) => (token: string) => [header, ...token.split(".").slice(1)].join(".")),
  protectedHeader.map((header) => (token: string) => [header, token.split(".")[1], ""].join(".")),
  hostileJson(SENT).map((claims) => (token: string) => {
    const [header, , signature] = token.split(".");
    return [header, base64url(claims), signature].join(".");
  }),
  fc.nat(40).map((at) => (token: string) => {
    const [header = "", payload = "", signature = ""] = token.split(".");
    const other = signature[at] === "A" ? "B" : "A";
    return [header, payload, signature.slice(0, at) + other + signature.slice(at + 1)].join(".");
  }),
  fc.constantFrom(
    (token: string) => `${token}.${token}`,
    (token: string) => token.split(".").slice(0, 2).join("."),
    (token: string) => `${token} ${SENT}`,
    (token: string) => token.repeat(60),
    () => SENT,
    () => `${base64url({ alg: "none" })}..`,
    () => "",
  ),
);

const claims = fc
  .array(fc.tuple(fc.constantFrom(...CLAIMS), hostileJson(SENT)), { minLength: 1, maxLength: 3 })
  .map((pairs) => Object.fromEntries(pairs));

export const plainTokens: fc.Arbitrary<FuzzedToken> = fc
  .constantFrom<DemoRole>(...ROLES)
  .map((role) => ({ role, claims: undefined, tamper: undefined }));

export const hostileTokens: fc.Arbitrary<FuzzedToken> = fc.oneof(
  fc.record({ role: fc.constantFrom(...ROLES), claims, tamper: fc.constant(undefined) }),
  fc.record({ role: fc.constantFrom(...ROLES), claims: fc.constant({}), tamper: tampering }),
);
