import { ConfigError } from "@aarohan/settings";
import { describe, expect, it } from "vitest";
import { readConfig } from "../src/config.ts";

const SECRET = Buffer.alloc(32, 1).toString("base64url");
const ENV = {
  UPSTREAM_BASE_URL: "https://fhir.example/fhir",
  UPSTREAM_AUTH: "none",
  UPSTREAM_TOKEN_URL: "",
  UPSTREAM_CLIENT_ID: "",
  UPSTREAM_CLIENT_SECRET: "",
  UPSTREAM_SCOPE: "",
  UPSTREAM_LINK_ALIASES: "",
  UPSTREAM_TIMEOUT_SECONDS: "",
  OIDC_ISSUERS:
    '[{"issuer":"https://idp.example/realms/a","jwksUri":"https://idp.example/certs","audiences":["a"]}]',
  ROLE_MAPPINGS: '[{"role":"viewer","realmRole":"x"}]',
  RECIPIENTS: "",
  ALLOWED_ORIGINS: "https://a.example, https://b.example",
  PUBLIC_BASE_URL: "",
  PAGE_LINK_MINUTES: "",
  STRICT_PREFER: "",
  PSEUDONYM_KEYS: `1:${SECRET}`,
  PAGE_LINK_KEY: SECRET,
};

function read(change: Partial<typeof ENV> = {}) {
  return readConfig({ ...ENV, ...change });
}

describe("readConfig", () => {
  it("gives defaults where nothing is set", () => {
    expect(read()).toMatchObject({
      pageLinkMinutes: 60,
      programme: {
        upstream: { timeoutMilliseconds: 30_000, credentials: { kind: "none" }, linkAliases: [] },
      },
      allowedOrigins: ["https://a.example", "https://b.example"],
      publicOrigin: undefined,
      issuers: [
        {
          tokenEndpoint: "https://idp.example/realms/a/protocol/openid-connect/token",
          authorizationEndpoint: "https://idp.example/realms/a/protocol/openid-connect/auth",
        },
      ],
    });
  });

  it.each([
    [{ UPSTREAM_BASE_URL: "" }, "UPSTREAM_BASE_URL"],
    [{ OIDC_ISSUERS: "[]" }, "OIDC_ISSUERS"],
    [{ OIDC_ISSUERS: "secret-value" }, "OIDC_ISSUERS"],
    [{ RECIPIENTS: '{"a":1}' }, "RECIPIENTS"],
    [{ ALLOWED_ORIGINS: "https://a.example/path" }, "ALLOWED_ORIGINS"],
    [{ ALLOWED_ORIGINS: "*" }, "ALLOWED_ORIGINS"],
    [{ PAGE_LINK_KEY: "secret-value" }, "PAGE_LINK_KEY"],
    [{ PAGE_LINK_MINUTES: "many" }, "PAGE_LINK_MINUTES"],
  ])("names the setting and not its value: %j", (change, setting) => {
    expect(() => read(change)).toThrow(ConfigError);
    expect(() => read(change)).toThrow(new RegExp(`^${setting}`));
    expect(() => read(change)).not.toThrow(/secret-value/);
  });
});
