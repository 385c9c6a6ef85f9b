import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import {
  DEMO_CLIENTS,
  DEMO_ROLE_MAPPINGS,
  DEMO_USERS,
  type Issuer,
  startIssuer,
} from "../src/issuer/index.ts";
import { DEFAULT_SEED } from "../src/population/index.ts";
import { createStaff } from "../src/population/staff.ts";
import { requestToken, verifiedClaims } from "./issuer-client.ts";

let issuer: Issuer;
beforeAll(async () => {
  issuer = await startIssuer({ port: 0 });
});
afterAll(() => issuer.close());
afterEach(() => {
  vi.restoreAllMocks();
});

function credentials(id: string, secret = "demo-secret") {
  return { grant_type: "client_credentials", client_id: id, client_secret: secret };
}

describe("client_credentials", () => {
  it.each(DEMO_CLIENTS)("gives $id a token of Keycloak's shape, good for an hour", async (client) => {
    const { id, secret, roles, claims = {} } = client;
    const { status, body } = await requestToken(issuer, credentials(id, secret));
    expect(status).toBe(200);
    expect(body).toMatchObject({ token_type: "Bearer", expires_in: 3600, scope: "openid profile email" });
    const { header, payload } = await verifiedClaims(issuer, body.access_token);
    expect(header).toMatchObject({ alg: "RS256", typ: "at+jwt" });
    expect(payload).toMatchObject({
      ...claims,
      iss: issuer.issuer,
      sub: id,
      aud: "aarohan-edge",
      azp: id,
      typ: "Bearer",
      scope: "openid profile email",
      preferred_username: `service-account-${id}`,
      realm_access: { roles },
    });
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(3600);
  });

  it("takes the secret in the Authorization header too", async () => {
    const Authorization = `Basic ${btoa("analyst:demo-secret")}`;
    const { status } = await requestToken(issuer, { grant_type: "client_credentials" }, { Authorization });
    expect(status).toBe(200);
  });

  it("gives the scope that is asked for, as far as there is one", async () => {
    const { body } = await requestToken(issuer, { ...credentials("analyst"), scope: "openid" });
    expect((await verifiedClaims(issuer, body.access_token)).payload.scope).toBe("openid");
  });

  it("gives a provider the ids of a team that the default population has", async () => {
    const { body } = await requestToken(issuer, credentials("provider"));
    const { payload } = await verifiedClaims(issuer, body.access_token);
    const teams = [...createStaff(DEFAULT_SEED).posts.values()].map(({ careTeamId }) => careTeamId);
    expect(teams).toContain(payload.care_team_id);
  });

  it.each([
    ["a wrong secret", credentials("analyst", "wrong"), 401, "invalid_client"],
    ["an unknown client", credentials("nobody"), 401, "invalid_client"],
    ["no client", { grant_type: "client_credentials" }, 400, "invalid_request"],
    ["another grant", { ...credentials("analyst"), grant_type: "password" }, 400, "unsupported_grant_type"],
    ["the dashboard's client", credentials("dashboard"), 400, "invalid_request"],
  ])("refuses %s as OAuth says", async (_, form, status, error) => {
    const answer = await requestToken(issuer, form);
    expect([answer.status, answer.body.error]).toEqual([status, error]);
    expect(answer.body.access_token).toBeUndefined();
  });
});

describe("the realm", () => {
  it("has Keycloak's URL layout", async () => {
    const connect = `${issuer.issuer}/protocol/openid-connect`;
    expect(issuer.issuer).toBe(`http://localhost:${issuer.port}/auth/realms/aarogya`);
    const discovery = await (await fetch(`${issuer.issuer}/.well-known/openid-configuration`)).json();
    expect(discovery).toMatchObject({
      issuer: issuer.issuer,
      token_endpoint: `${connect}/token`,
      authorization_endpoint: `${connect}/auth`,
      userinfo_endpoint: `${connect}/userinfo`,
      end_session_endpoint: `${connect}/logout`,
      jwks_uri: `${connect}/certs`,
      code_challenge_methods_supported: ["S256"],
    });
    expect(issuer).toMatchObject({ tokenUrl: `${connect}/token`, jwksUrl: `${connect}/certs` });
  });

  it("publishes no private part of a key", async () => {
    const { keys } = (await (await fetch(issuer.jwksUrl)).json()) as { keys: object[] };
    expect(keys.map((key) => Object.keys(key).sort())).toEqual([["alg", "e", "kid", "kty", "n", "use"]]);
  });

  it("may have another name and another audience", async () => {
    const other = await startIssuer({ port: 0, realm: "b", audience: "another" });
    const { body } = await requestToken(other, credentials("analyst"));
    await other.close();
    const payload = JSON.parse(
      Buffer.from(body.access_token?.split(".")[1] ?? "", "base64url").toString("utf8"),
    );
    expect(payload).toMatchObject({ aud: "another", iss: expect.stringMatching(/\/auth\/realms\/b$/) });
  });

  it("has nothing beside its paths", async () => {
    expect((await fetch(`http://localhost:${issuer.port}/auth/realms/other/protocol`)).status).toBe(404);
  });

  it("says nothing on the console, not even where it refuses", async () => {
    const said = (["log", "info", "warn", "error"] as const).map((name) =>
      vi.spyOn(console, name).mockImplementation(() => undefined),
    );
    const quiet = await startIssuer({ port: 0 });
    await requestToken(quiet, credentials("analyst"));
    await requestToken(quiet, credentials("analyst", "wrong"));
    await fetch(`${quiet.issuer}/protocol/openid-connect/auth?client_id=nobody`);
    await fetch(`${quiet.issuer}/protocol/openid-connect/logout`);
    await quiet.close();
    expect(said.flatMap((spy) => spy.mock.calls)).toEqual([]);
  });
});

describe("its demo people", () => {
  it("hold roles that the demo maps", () => {
    const mapped: readonly string[] = DEMO_ROLE_MAPPINGS.map(({ realmRole }) => realmRole);
    const held = [...DEMO_CLIENTS, ...DEMO_USERS].map(({ roles }) =>
      roles.some((role) => mapped.includes(role)),
    );
    expect(held).not.toContain(false);
  });
});

describe("a start", () => {
  const folder = mkdtempSync(join(tmpdir(), "issuer-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  async function startAndStop<T>(stateFile: string, use: (started: Issuer) => Promise<T>): Promise<T> {
    const started = await startIssuer({ port: 0, stateFile });
    try {
      return await use(started);
    } finally {
      await started.close();
    }
  }

  it("keeps the keys of the last one in its state file, which its owner alone can read", async () => {
    const stateFile = join(folder, "kept", "issuer.json");
    const { body } = await startAndStop(stateFile, (started) =>
      requestToken(started, credentials("analyst")),
    );
    const keys = await startAndStop(stateFile, async ({ jwksUrl }) => (await fetch(jwksUrl)).json());
    const [header = ""] = body.access_token?.split(".") ?? [];
    const { kid } = JSON.parse(Buffer.from(header, "base64url").toString("utf8"));
    expect(keys).toMatchObject({ keys: [{ kid }] });
    expect(statSync(stateFile).mode & 0o777).toBe(0o600);
  });

  it.each(['{"signingKey":{"d":"secret-va', "{}", '{"signingKey":{},"cookieKeys":[]}'])(
    "is refused with a damaged state file, whose contents are not shown: %s",
    async (contents) => {
      const stateFile = join(folder, "damaged.json");
      writeFileSync(stateFile, contents);
      const error = await startIssuer({ port: 0, stateFile }).catch(String);
      expect(error).toMatch(/damaged\.json cannot be read: delete the file/);
      expect(error).not.toContain("secret-va");
      expect(readFileSync(stateFile, "utf8")).toBe(contents);
    },
  );

  it("on a port in use says which", async () => {
    await expect(startIssuer({ port: issuer.port })).rejects.toThrow(`port ${issuer.port} is in use`);
  });

  it("is possible on the port of one that was closed", async () => {
    const before = await startIssuer({ port: 0 });
    await fetch(before.jwksUrl);
    await before.close();
    const after = await startIssuer({ port: before.port });
    await after.close();
    expect(after.port).toBe(before.port);
  });
});
