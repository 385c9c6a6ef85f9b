import { createHash, randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DEMO_USERS, type Issuer, startIssuer } from "../src/issuer/index.ts";
import { Browser, requestToken, type TokenAnswer, verifiedClaims } from "./issuer-client.ts";

const REDIRECT = "http://localhost:8787/auth/callback";
const VERIFIER = randomBytes(32).toString("base64url");
const CHALLENGE = createHash("sha256").update(VERIFIER).digest("base64url");
const PKCE = { code_challenge: CHALLENGE, code_challenge_method: "S256" };

let issuer: Issuer;
beforeAll(async () => {
  issuer = await startIssuer({ port: 0, redirectUris: [REDIRECT] });
});
afterAll(() => issuer.close());

function authorizationUrl(change: Record<string, string> = {}): string {
  const query = new URLSearchParams({
    client_id: "dashboard",
    response_type: "code",
    redirect_uri: REDIRECT,
    scope: "openid profile",
    state: "s",
    ...change,
  });
  return `${issuer.issuer}/protocol/openid-connect/auth?${query}`;
}

/** The parameters with which the dashboard is called back. */
async function signedIn(browser: Browser, username: string): Promise<URLSearchParams> {
  const login = await browser.follow(authorizationUrl(PKCE));
  const { url } = await browser.follow(login.url, { username, password: "demo-password" });
  expect(url.startsWith(`${REDIRECT}?`)).toBe(true);
  return new URL(url).searchParams;
}

function redeem(code: string | null, verifier = VERIFIER): Promise<TokenAnswer> {
  return requestToken(issuer, {
    grant_type: "authorization_code",
    client_id: "dashboard",
    client_secret: "demo-secret",
    redirect_uri: REDIRECT,
    code: code ?? "",
    code_verifier: verifier,
  });
}

describe("the authorization code flow", () => {
  it.each(DEMO_USERS)("gives $username a token with the user's roles", async ({ username, roles }) => {
    const callback = await signedIn(new Browser(issuer), username);
    expect(Object.fromEntries(callback)).toMatchObject({ state: "s", iss: issuer.issuer });
    const { status, body } = await redeem(callback.get("code"));
    expect(status).toBe(200);
    expect((await verifiedClaims(issuer, body.access_token)).payload).toMatchObject({
      sub: username,
      azp: "dashboard",
      typ: "Bearer",
      preferred_username: username,
      realm_access: { roles },
    });
    expect(body.id_token).toBeDefined();
  });

  it("shows the form again after a wrong password or name, and then lets in who knows", async () => {
    const browser = new Browser(issuer);
    const login = await browser.follow(authorizationUrl(PKCE));
    expect(login.response?.headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
    expect(await login.response?.text()).toContain("Demo sign-in");
    for (const form of [
      { username: "asha", password: "wrong" },
      { username: "<b>", password: "demo-password" },
      {},
    ]) {
      const again = await browser.follow(login.url, form);
      expect(again.response?.status).toBe(403);
      const page = await again.response?.text();
      expect(page).toContain("do not belong together");
      expect(page).not.toContain("<b>");
    }
    const { url } = await browser.follow(login.url, { username: "asha", password: "demo-password" });
    expect(url).toContain(`${REDIRECT}?code=`);
  });

  it("signs nobody in who did not begin in the same browser", async () => {
    const login = await new Browser(issuer).follow(authorizationUrl(PKCE));
    const form = { username: "asha", password: "demo-password" };
    const { response } = await new Browser(issuer).follow(login.url, form);
    expect(response?.status).toBe(400);
    expect(await response?.text()).toContain("Start again from the application");
  });

  it("does not ask again who is signed in, until they sign out", async () => {
    const browser = new Browser(issuer);
    await signedIn(browser, "asha");
    expect((await browser.follow(authorizationUrl(PKCE))).url).toContain(`${REDIRECT}?code=`);
    const page = await browser.follow(`${issuer.issuer}/protocol/openid-connect/logout`);
    const [, xsrf = ""] = /name="xsrf" value="([^"]+)"/.exec((await page.response?.text()) ?? "") ?? [];
    const confirm = `${issuer.issuer}/protocol/openid-connect/logout/confirm`;
    const out = await browser.follow(confirm, { xsrf, logout: "yes" });
    expect(await out.response?.text()).toContain("Signed out");
    expect((await browser.follow(authorizationUrl(PKCE))).url).toContain("/interaction/");
  });

  it("gives a code for one token only, and only to who holds the verifier", async () => {
    const browser = new Browser(issuer);
    const stolen = (await signedIn(browser, "asha")).get("code");
    expect((await redeem(stolen, randomBytes(32).toString("base64url"))).body.error).toBe("invalid_grant");
    const code = new URL((await browser.follow(authorizationUrl(PKCE))).url).searchParams.get("code");
    expect((await redeem(code)).status).toBe(200);
    expect((await redeem(code)).body.error).toBe("invalid_grant");
  });

  it.each([
    ["without PKCE", {}],
    ["with a plain challenge", { code_challenge: VERIFIER, code_challenge_method: "plain" }],
    ["for a token without a code", { ...PKCE, response_type: "token" }],
  ])("is refused %s", async (_, change) => {
    const { url } = await new Browser(issuer).follow(authorizationUrl(change));
    expect(url).toMatch(/^http:\/\/localhost:8787\/auth\/callback[?#].*error=(invalid_request|unsupported_)/);
    expect(url).not.toContain("code=");
  });

  it.each([
    ["of an unknown client", { ...PKCE, client_id: "<b>nobody</b>" }],
    ["that leads to somewhere else", { ...PKCE, redirect_uri: "http://localhost:8787/other" }],
  ])("is refused on a page of the issuer's own %s", async (_, change) => {
    const { response } = await new Browser(issuer).follow(authorizationUrl(change));
    expect(response?.status).toBe(400);
    expect(response?.headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(await response?.text()).not.toMatch(/<b>|https?:/);
  });
});
