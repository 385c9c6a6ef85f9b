import { describe, expect, it } from "vitest";
import { endSessionUrl, readSignInConfig, startSignIn } from "../src/index.ts";

const ISSUER = {
  issuer: "https://idp.example/realms/a",
  jwksUri: "https://idp.example/certs",
  audiences: ["a"],
};

function read(issuers: readonly unknown[], change: Record<string, string> = {}) {
  return readSignInConfig({
    OIDC_ISSUERS: JSON.stringify(issuers),
    OIDC_CLIENT_ID: "dashboard",
    OIDC_SIGN_IN_ISSUER: "",
    ...change,
  });
}

describe("how people sign in", () => {
  it("is at the first issuer, by Keycloak's layout, unless another is named", () => {
    const other = {
      ...ISSUER,
      issuer: "https://other.example",
      tokenEndpoint: "https://other.example/token",
    };
    expect(read([ISSUER, other])?.issuer).toMatchObject({
      tokenEndpoint: "https://idp.example/realms/a/protocol/openid-connect/token",
      endSessionEndpoint: "https://idp.example/realms/a/protocol/openid-connect/logout",
    });
    expect(read([ISSUER, other], { OIDC_SIGN_IN_ISSUER: other.issuer })?.issuer.tokenEndpoint).toBe(
      "https://other.example/token",
    );
  });

  it("is not at all without a client", () => {
    expect(read([ISSUER], { OIDC_CLIENT_ID: "" })).toBeUndefined();
  });

  it.each<[string, readonly unknown[], Record<string, string>]>([
    ["an issuer that is not trusted", [ISSUER], { OIDC_SIGN_IN_ISSUER: "https://evil.example" }],
    ["plain http to another machine", [{ ...ISSUER, issuer: "http://idp.example" }], {}],
    ["a token endpoint of plain http", [{ ...ISSUER, tokenEndpoint: "http://localhost.evil.example/t" }], {}],
    ["no issuer", [], {}],
  ])("is refused with %s", (_, issuers, change) => {
    expect(() => read(issuers, change)).toThrow(/^OIDC_(?:SIGN_IN_ISSUER|ISSUERS): /);
  });

  it.each(["http://localhost:8788/r", "http://127.0.0.1:1/r", "http://[::1]:1/r"])(
    "may be at %s",
    (issuer) => {
      expect(read([{ ...ISSUER, issuer }])).toBeDefined();
    },
  );

  it("starts with another state, nonce and verifier each time, and shows no verifier", async () => {
    const config = read([ISSUER]);
    if (config === undefined) throw new Error("no configuration");
    const [one, two] = [await startSignIn(config, "https://a/cb"), await startSignIn(config, "https://a/cb")];
    expect(new Set([...Object.values(one.attempt), ...Object.values(two.attempt)]).size).toBe(7);
    expect(one.url).not.toContain(one.attempt.verifier);
  });

  it("ends nowhere else where the issuer has no such place", () => {
    const config = read([{ ...ISSUER, endSessionEndpoint: "" }]);
    expect(config === undefined ? "" : endSessionUrl(config, "https://a/")).toBeUndefined();
  });
});
