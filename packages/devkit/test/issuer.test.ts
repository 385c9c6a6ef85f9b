import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRemoteJWKSet, jwtVerify } from "jose";
import { afterEach, describe, expect, it } from "vitest";
import { DEMO_CLIENTS, type Issuer, startIssuer } from "../src/issuer/index.ts";

const REDIRECT = "http://localhost:8787/auth/callback";
const issuers: Issuer[] = [];
afterEach(async () => {
  for (const issuer of issuers.splice(0)) await issuer.close();
});

async function start(options: { stateFile?: string } = {}): Promise<Issuer> {
  const issuer = await startIssuer({ port: 0, ...options });
  issuers.push(issuer);
  return issuer;
}

async function token(issuer: Issuer, form: Record<string, string>) {
  const response = await fetch(issuer.tokenUrl, { method: "POST", body: new URLSearchParams(form) });
  return { status: response.status, body: (await response.json()) as Record<string, string> };
}

const credentials = (id: string, secret = "demo-secret") => ({
  grant_type: "client_credentials",
  client_id: id,
  client_secret: secret,
});

async function verified(issuer: Issuer, accessToken = "") {
  const keys = createRemoteJWKSet(new URL(issuer.jwksUrl));
  return (await jwtVerify(accessToken, keys, { issuer: issuer.issuer, audience: "aarohan-edge" })).payload;
}

describe("client_credentials", () => {
  it.each(DEMO_CLIENTS)("gives $id a token of Keycloak's shape", async ({ id, roles }) => {
    const issuer = await start();
    const { status, body } = await token(issuer, credentials(id));
    expect(status).toBe(200);
    expect(await verified(issuer, body.access_token)).toMatchObject({
      typ: "Bearer",
      azp: id,
      sub: id,
      preferred_username: `service-account-${id}`,
      realm_access: { roles },
    });
  });

  it("refuses a wrong secret", async () => {
    const { status, body } = await token(await start(), credentials("analyst", "wrong"));
    expect([status, body.error]).toEqual([401, "invalid_client"]);
  });

  it("has Keycloak's URL layout", async () => {
    const issuer = await start();
    expect(issuer.tokenUrl).toMatch(/\/auth\/realms\/aarogya\/protocol\/openid-connect\/token$/);
    const discovery = await (await fetch(`${issuer.issuer}/.well-known/openid-configuration`)).json();
    expect(discovery).toMatchObject({
      issuer: issuer.issuer,
      token_endpoint: issuer.tokenUrl,
      jwks_uri: issuer.jwksUrl,
    });
  });
});

it("keeps its keys between starts", async () => {
  const folder = mkdtempSync(join(tmpdir(), "issuer-"));
  const stateFile = join(folder, "issuer.json");
  const keys = async () => (await fetch((await start({ stateFile })).jwksUrl)).text();
  expect(await keys()).toBe(await keys());
  rmSync(folder, { recursive: true });
});

it("says so when its port is in use", async () => {
  const issuer = await start();
  await expect(startIssuer({ port: Number(new URL(issuer.issuer).port) })).rejects.toThrow(/EADDRINUSE/);
});

/** A browser in small: keeps cookies, follows redirects within the issuer by hand. */
class Browser {
  readonly #cookies = new Map<string, string>();

  async go(url: string, init: RequestInit = {}): Promise<Response> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const response = await fetch(url, { ...init, redirect: "manual", headers: { cookie } });
    for (const line of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      this.#cookies.set(name, value);
    }
    return response;
  }

  async follow(
    url: string,
    init: RequestInit = {},
  ): Promise<{ url: string; response: Response | undefined }> {
    let response = await this.go(url, init);
    let at = url;
    while (response.headers.has("location")) {
      at = new URL(response.headers.get("location") ?? "", at).href;
      if (at.startsWith(REDIRECT)) return { url: at, response: undefined };
      response = await this.go(at);
    }
    return { url: at, response };
  }
}

describe("the authorization code flow", () => {
  const verifier = randomBytes(32).toString("base64url");
  const challenge = createHash("sha256").update(verifier).digest("base64url");

  function authorizationUrl(issuer: Issuer, pkce: boolean): string {
    const query = new URLSearchParams({
      client_id: "dashboard",
      response_type: "code",
      redirect_uri: REDIRECT,
      scope: "openid profile",
      state: "s",
      ...(pkce ? { code_challenge: challenge, code_challenge_method: "S256" } : {}),
    });
    return `${issuer.issuer}/protocol/openid-connect/auth?${query}`;
  }

  it("signs a demo user in, after a wrong password, and gives a token with the user's role", async () => {
    const issuer = await start();
    const browser = new Browser();
    const login = await browser.follow(authorizationUrl(issuer, true));
    expect(await login.response?.text()).toContain("Demo sign-in");
    const form = (password: string) => ({
      method: "POST",
      body: new URLSearchParams({ username: "asha", password }),
    });
    const wrong = await browser.follow(login.url, form("wrong"));
    expect(wrong.response?.status).toBe(401);
    const back = new URL((await browser.follow(login.url, form("demo-password"))).url);
    expect(back.searchParams.get("state")).toBe("s");
    const { status, body } = await token(issuer, {
      grant_type: "authorization_code",
      client_id: "dashboard",
      client_secret: "demo-secret",
      redirect_uri: REDIRECT,
      code: back.searchParams.get("code") ?? "",
      code_verifier: verifier,
    });
    expect(status).toBe(200);
    expect(await verified(issuer, body.access_token)).toMatchObject({
      sub: "asha",
      azp: "dashboard",
      preferred_username: "asha",
      realm_access: { roles: ["aarohan-analyst"] },
    });
  });

  it("is refused without PKCE", async () => {
    const issuer = await start();
    const { url } = await new Browser().follow(authorizationUrl(issuer, false));
    expect(url).toContain("error=invalid_request");
  });
});
