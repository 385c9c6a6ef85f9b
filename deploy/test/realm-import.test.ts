import { describe, expect, it } from "vitest";
import { realmImport } from "../src/realm-import.ts";
import { environmentWith } from "./environment-fixture.ts";

describe("what Keycloak is given", () => {
  it("has the roles and clients that the environment's settings name, and no secret", () => {
    const given = realmImport(environmentWith({ UPSTREAM_CLIENT_ID: "edge-of-the-server" }));
    expect(given.roles.realm).toEqual([{ name: "aarohan-viewer" }]);
    expect(given.clients.map(({ clientId }) => clientId)).toEqual([
      "dashboard",
      "edge-of-the-server",
      "data-analyst",
    ]);
    expect(JSON.stringify(given)).not.toMatch(/"secret"/);
  });

  it("makes tokens for the audience that the gateway asks for", () => {
    for (const { protocolMappers } of realmImport(environmentWith()).clients) {
      expect(JSON.stringify(protocolMappers)).toContain('"included.custom.audience":"aarohan-edge"');
    }
  });

  it("leads people back to the gateway's host alone, by code and PKCE", () => {
    const [signIn] = realmImport(environmentWith()).clients;
    expect(signIn).toMatchObject({
      standardFlowEnabled: true,
      directAccessGrantsEnabled: false,
      redirectUris: ["https://data.programme.in/auth/callback"],
      attributes: { "pkce.code.challenge.method": "S256" },
    });
  });

  it("has accounts for programs, with the role of a data analyst for the analyst's alone", () => {
    const mappings = [
      { role: "data-analyst", realmRole: "aarohan-analyst" },
      { role: "system-administrator", realmRole: "aarohan-administrator" },
    ];
    const given = realmImport(environmentWith({ UPSTREAM_CLIENT_ID: "edge", ROLE_MAPPINGS: mappings }));
    expect(
      given.users.map(({ serviceAccountClientId, realmRoles }) => [serviceAccountClientId, realmRoles]),
    ).toEqual([
      ["edge", []],
      ["data-analyst", ["aarohan-analyst"]],
    ]);
  });

  it("needs a host to lead people back to", () => {
    expect(() => realmImport(environmentWith({}, { host: "" }))).toThrow(/^host/);
  });

  it("needs an audience", () => {
    expect(() => realmImport(environmentWith({ OIDC_ISSUERS: [] }))).toThrow(/^OIDC_ISSUERS/);
  });
});
