import { ConfigError } from "@aarohan/settings";
import { describe, expect, it } from "vitest";
import { createProgramme, readProgrammeConfig } from "../src/index.ts";

const SETTINGS = {
  UPSTREAM_BASE_URL: "https://fhir.example/fhir",
  UPSTREAM_AUTH: "none",
  UPSTREAM_TOKEN_URL: "",
  UPSTREAM_CLIENT_ID: "",
  UPSTREAM_CLIENT_SECRET: "",
  UPSTREAM_SCOPE: "",
  UPSTREAM_LINK_ALIASES: "",
  UPSTREAM_TIMEOUT_SECONDS: "",
  CONSENT_MODE: "",
  CONSENT_PURPOSE: "",
  CONSENT_PURPOSES: "",
  PSEUDONYM_KEYS: `1:${Buffer.alloc(32, 1).toString("base64url")}`,
};

function read(change: Partial<typeof SETTINGS> = {}) {
  return readProgrammeConfig({ ...SETTINGS, ...change });
}

describe("the programme's settings", () => {
  it("have defaults where nothing is set", () => {
    expect(read()).toMatchObject({
      upstream: { timeoutMilliseconds: 30_000, credentials: { kind: "none" }, linkAliases: [] },
      consent: { mode: "opt-out", purpose: "HRESCH", purposesByClient: {} },
      pseudonymKeys: [{ id: 1 }],
    });
  });

  it.each([
    [{ UPSTREAM_BASE_URL: "" }, "UPSTREAM_BASE_URL"],
    [{ UPSTREAM_BASE_URL: "file:///secret-value" }, "UPSTREAM_BASE_URL"],
    [{ UPSTREAM_AUTH: "secret-value" }, "UPSTREAM_AUTH"],
    [{ UPSTREAM_AUTH: "client-credentials" }, "UPSTREAM_TOKEN_URL"],
    [{ UPSTREAM_TIMEOUT_SECONDS: "0" }, "UPSTREAM_TIMEOUT_SECONDS"],
    [{ CONSENT_MODE: "secret-value" }, "CONSENT_MODE"],
    [{ CONSENT_PURPOSES: "[]" }, "CONSENT_PURPOSES"],
    [{ PSEUDONYM_KEYS: "1:secret-value" }, "PSEUDONYM_KEYS"],
  ])("name the setting and not its value: %j", (change, setting) => {
    expect(() => read(change)).toThrow(ConfigError);
    expect(() => read(change)).toThrow(new RegExp(`^${setting}`));
    expect(() => read(change)).not.toThrow(/secret-value/);
  });

  it("hold client credentials", () => {
    const credentials = {
      UPSTREAM_AUTH: "client-credentials",
      UPSTREAM_TOKEN_URL: "https://idp/t",
      UPSTREAM_CLIENT_ID: "c",
      UPSTREAM_CLIENT_SECRET: "s",
    };
    expect(read(credentials).upstream.credentials).toEqual({
      kind: "client-credentials",
      tokenUrl: "https://idp/t",
      clientId: "c",
      clientSecret: "s",
    });
  });
});

describe("a tenant", () => {
  it("has what is its own, and is the same when it is asked for again", () => {
    const programme = createProgramme(read({ UPSTREAM_BASE_URL: "https://fhir.example/fhir/{tenant}" }));
    const [north, south] = [programme.tenant("north"), programme.tenant("south")];
    expect(programme.tenant("north")).toBe(north);
    expect(north.upstream).not.toBe(south.upstream);
    expect(north.questionnaires).not.toBe(south.questionnaires);
    expect(programme.auditPseudonyms("north").of("1")).not.toBe(programme.auditPseudonyms("south").of("1"));
  });

  it("is not served by a server of one tenant", () => {
    const programme = createProgramme(read());
    expect(() => programme.tenant("default")).not.toThrow();
    expect(() => programme.tenant("north")).toThrow(expect.objectContaining({ code: "tenant-not-served" }));
  });
});
