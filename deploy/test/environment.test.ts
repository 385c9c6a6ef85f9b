import { describe, expect, it } from "vitest";
import { checkSettings, placeholdersOf } from "../src/check-settings.ts";
import { readEnvironment } from "../src/environment.ts";
import { withStandIns } from "../src/secret-values.ts";
import { environmentWith } from "./environment-fixture.ts";

const SECRETS = withStandIns({}, [
  "PSEUDONYM_KEYS",
  "PAGE_LINK_KEY",
  "AUDIT_SIGNING_KEY",
  "OIDC_CLIENT_SECRET",
]);

describe("an environment's file", () => {
  it("may hold JSON as JSON", () => {
    expect(environmentWith().settings.ROLE_MAPPINGS).toBe('[{"role":"viewer","realmRole":"aarohan-viewer"}]');
  });

  it("says which optional secrets there are", () => {
    expect(environmentWith().withoutSecrets).toEqual(["UPSTREAM_CLIENT_SECRET"]);
  });

  it.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    ["PAGE_LINK_KEY", { PAGE_LINK_KEY: "secret-value" }, {}],
    ["EXPORT_JOBS_AN_HOUR", { EXPORT_JOBS_AN_HOUR: "2" }, {}],
    ["host", {}, { host: "https://secret-value" }],
    ["suffix", {}, { suffix: "secret-value" }],
    ["bucketLocation", {}, { bucketLocation: "secret-value" }],
    ["optionalSecrets", {}, { optionalSecrets: ["PSEUDONYM_KEYS"] }],
    ["rateLimitNamespaceOffset", {}, { rateLimitNamespaceOffset: "1" }],
    ["route", {}, { route: "secret-value" }],
  ])("is refused for %s, without its value", (named, settings, fields) => {
    expect(() => environmentWith(settings, fields)).toThrow(named);
    expect(() => environmentWith(settings, fields)).not.toThrow(/secret-value/);
  });

  it("is asked for by a plain name, and has to be there", () => {
    expect(() => readEnvironment("nowhere")).toThrow("there is no deploy/environments/nowhere.json");
    expect(() => readEnvironment("../../secrets")).toThrow("lower case letters");
  });
});

describe("an environment's settings", () => {
  it("are checked by what the workers read them with", () => {
    expect(() => checkSettings(environmentWith(), SECRETS)).not.toThrow();
  });

  it.each<[string, Record<string, unknown>]>([
    ["UPSTREAM_BASE_URL", { UPSTREAM_BASE_URL: "" }],
    ["UPSTREAM_BASE_URL", { UPSTREAM_BASE_URL: "http://fhir.programme.in/fhir" }],
    ["UPSTREAM_TOKEN_URL", { UPSTREAM_AUTH: "client-credentials" }],
    ["OIDC_ISSUERS", { OIDC_ISSUERS: [] }],
    ["ROLE_MAPPINGS", { ROLE_MAPPINGS: [{ role: "viewer" }] }],
    ["OIDC_SIGN_IN_ISSUER", { OIDC_SIGN_IN_ISSUER: "https://elsewhere.in" }],
    ["AUDIT_RETENTION_DAYS", { AUDIT_RETENTION_DAYS: "30" }],
    ["EXPORT_SHARDS_AT_ONCE", { EXPORT_SHARDS_AT_ONCE: "1000" }],
    ["CONSENT_MODE", { CONSENT_MODE: "sometimes" }],
  ])("are refused for %s: %j", (named, settings) => {
    expect(() => checkSettings(environmentWith(settings), SECRETS)).toThrow(new RegExp(`^${named}`));
  });

  it.each(["PSEUDONYM_KEYS", "PAGE_LINK_KEY", "AUDIT_SIGNING_KEY"])("need %s as it is to be", (name) => {
    const check = () => checkSettings(environmentWith(), { ...SECRETS, [name]: "secret-value" });
    expect(check).toThrow(new RegExp(`^${name}: (?!.*secret-value)`));
  });

  it("are told where they still stand as the examples have them", () => {
    expect(placeholdersOf(environmentWith())).toEqual([]);
    expect(placeholdersOf(readEnvironment("production"))).toEqual([
      "host",
      "UPSTREAM_BASE_URL",
      "UPSTREAM_TOKEN_URL",
      "OIDC_ISSUERS",
    ]);
  });
});
