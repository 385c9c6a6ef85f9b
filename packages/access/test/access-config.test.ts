import { describe, expect, it } from "vitest";
import { type AccessConfig, createAccess } from "../src/index.ts";

const ISSUER = { issuer: "https://idp.example", jwksUri: "https://idp.example/certs", audiences: ["edge"] };
const MAPPING = { role: "viewer", realmRole: "x" };

/** As it arrives from JSON: of whatever shape. */
function configure(issuers: readonly unknown[], roleMappings: readonly unknown[]) {
  const config: AccessConfig = JSON.parse(JSON.stringify({ issuers, roleMappings }));
  return () => createAccess(config);
}

describe("a configuration", () => {
  it("with all settings is accepted", () => {
    const issuer = {
      ...ISSUER,
      algorithms: ["ES256", "EdDSA"],
      clockToleranceSeconds: 0,
      maximumTokenAgeSeconds: 600,
      tenantClaim: "partition_id",
      tokenEndpoint: "https://idp.example/token",
    };
    const mapping = {
      role: "viewer",
      issuer: "https://idp.example",
      realmRole: "a",
      clientRole: { client: "b", role: "c" },
      permissionArgument: "d",
      scope: "e",
    };
    expect(configure([issuer, { ...ISSUER, issuer: "https://b.example" }], [mapping])).not.toThrow();
  });

  it.each([
    ["no audience", { audiences: [] }],
    ["no list of audiences", { audiences: undefined }],
    ["a text as audiences", { audiences: "secret-value" }],
    ["an empty audience", { audiences: [""] }],
    ["a symmetric algorithm", { algorithms: ["RS256", "HS256"] }],
    ["no signature", { algorithms: ["none"] }],
    ["an empty list of algorithms", { algorithms: [] }],
    ["an encryption algorithm", { algorithms: ["RSA-OAEP"] }],
    ["no key set", { jwksUri: undefined }],
    ["a relative key set", { jwksUri: "/secret-value" }],
    ["a key set in a file", { jwksUri: "file:///secret-value" }],
    ["no name", { issuer: undefined }],
    ["an unbounded tolerance", { clockToleranceSeconds: 3600 }],
    ["a negative tolerance", { clockToleranceSeconds: -1 }],
    ["a tolerance that is a text", { clockToleranceSeconds: "30" }],
    ["an age of nothing", { maximumTokenAgeSeconds: 0 }],
    ["an age that is a text", { maximumTokenAgeSeconds: "1 hour" }],
    ["an empty claim for the tenant", { tenantClaim: "" }],
  ])("is refused whose issuer has %s", (_, change) => {
    const attempt = configure([ISSUER, { ...ISSUER, issuer: "https://b.example", ...change }], [MAPPING]);
    expect(attempt).toThrow(/^OIDC_ISSUERS\[1\]: /);
    expect(attempt).not.toThrow(/secret-value/);
  });

  it.each([null, "secret-value", 1, []])("is refused where an issuer or a mapping is %j", (entry) => {
    expect(configure([entry], [MAPPING])).toThrow(/^OIDC_ISSUERS\[0\]: /);
    expect(configure([ISSUER], [entry])).toThrow(/^ROLE_MAPPINGS\[0\]: /);
  });

  it("is refused that names an issuer twice", () => {
    expect(configure([ISSUER, ISSUER], [MAPPING])).toThrow(/^OIDC_ISSUERS: names an issuer twice$/);
  });

  it.each([
    ["no condition", { role: "system-administrator" }],
    ["an issuer as its only condition", { role: "system-administrator", issuer: "https://idp.example" }],
    ["a misspelt condition", { role: "system-administrator", realmrole: "secret-value" }],
    ["a misspelt condition beside a good one", { ...MAPPING, permissionArguments: "secret-value" }],
    ["a role that there is not", { role: "secret-value", realmRole: "x" }],
    ["no role", { realmRole: "x" }],
    ["a condition that is null", { ...MAPPING, scope: null }],
    ["a condition that is a list", { role: "viewer", realmRole: ["secret-value"] }],
    ["an empty condition", { role: "viewer", realmRole: "" }],
    ["a client's role without a client", { role: "viewer", clientRole: { role: "secret-value" } }],
    ["a client's role that is a text", { role: "viewer", clientRole: "secret-value" }],
    ["a client's role that is null", { role: "viewer", clientRole: null }],
  ])("is refused whose mapping has %s", (_, mapping) => {
    const attempt = configure([ISSUER], [MAPPING, mapping]);
    expect(attempt).toThrow(/^ROLE_MAPPINGS\[1\]: /);
    expect(attempt).not.toThrow(/secret-value/);
  });
});
