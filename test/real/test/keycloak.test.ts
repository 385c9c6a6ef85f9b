import { DEMO_ROLE_MAPPINGS } from "@aarohan/devkit";
import { type RawResponse, rawRequest } from "@aarohan/test/raw-client";
import { ScriptedBrowser, signIn } from "@aarohan/test/scripted-browser";
import { startTestStack, type TestStack } from "@aarohan/test/test-stack";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { administer } from "../src/keycloak.ts";
import { AUDIENCE, CLIENT_ROLE_ANALYST, REALM } from "../src/realm.ts";

const keycloak = inject("keycloak");
const REALM_PATH = `/realms/${REALM}` as const;

let stack: TestStack;
beforeAll(async () => {
  const clientRole = { client: AUDIENCE, role: CLIENT_ROLE_ANALYST.role };
  const mappings = [...DEMO_ROLE_MAPPINGS, { role: "data-analyst", clientRole }];
  stack = await startTestStack({ patients: 20, settings: { ROLE_MAPPINGS: JSON.stringify(mappings) } });
});
afterAll(() => stack.close());

/** As the export guide prints it. */
async function tokenOf(client: string): Promise<string> {
  const response = await rawRequest(stack.issuer?.tokenUrl ?? "", {
    method: "POST",
    headers: { "Content-Type": "application/x-www-form-urlencoded" },
    body: `grant_type=client_credentials&client_id=${client}&client_secret=demo-secret`,
  });
  expect(response.status).toBe(200);
  return String(response.json().access_token);
}

function ask(token: string, path: string): Promise<RawResponse> {
  return rawRequest(`${stack.fhirUrl}${path}`, { headers: { Authorization: `Bearer ${token}` } });
}

function claimsOf(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString());
}

describe("a client's token", () => {
  it.each([
    ["analyst", "role of the realm"],
    [CLIENT_ROLE_ANALYST.id, "role of a client"],
    ["hapi-analyst", "permission of the FHIR server"],
    ["opensrp-analyst", "OpenSRP's verbs"],
  ])("of %s gives anonymised rows, by a %s", async (client) => {
    const answer = await ask(await tokenOf(client), "/Patient?_count=5");
    expect(answer.status).toBe(200);
    expect(answer.body).toContain("PSEUDED");
    expect(answer.body).not.toContain("telecom");
  });

  it("is Keycloak's: for the audience that the mapper adds, with roles where Keycloak writes them", async () => {
    const claims = claimsOf(await tokenOf(CLIENT_ROLE_ANALYST.id));
    expect([claims.aud].flat()).toContain(AUDIENCE);
    expect(claims).toMatchObject({
      typ: "Bearer",
      azp: CLIENT_ROLE_ANALYST.id,
      resource_access: { [AUDIENCE]: { roles: [CLIENT_ROLE_ANALYST.role] } },
    });
  });

  it("gives identified rows to an administrator, and a viewer none", async () => {
    expect((await ask(await tokenOf("administrator"), "/Patient?_count=5")).body).toContain("telecom");
    expect((await ask(await tokenOf("viewer"), "/Patient?_count=5")).status).toBe(403);
  });

  it("gives a provider the records of the team whose ids are attributes of the account", async () => {
    const token = await tokenOf("provider");
    const worker = String(claimsOf(token).practitioner_id);
    const answer = await ask(token, "/Patient?_count=1000");
    const { entry } = answer.json() as { entry: { resource: { meta: { tag: { code: string }[] } } }[] };
    expect(entry.length).toBeGreaterThan(0);
    expect(entry.length).toBeLessThan(20);
    for (const { resource } of entry) {
      expect(resource.meta.tag.map(({ code }) => code)).toContain(worker);
    }
  });

  it("is refused where no mapper adds the audience", async () => {
    const clientId = "without-audience";
    await administer(keycloak, "POST", `${REALM_PATH}/clients`, {
      clientId,
      secret: "demo-secret",
      serviceAccountsEnabled: true,
    });
    const answer = await ask(await tokenOf(clientId), "/Patient");
    expect(answer.status).toBe(401);
    expect(answer.body).toContain("token-invalid");
  });
});

describe("when the realm's key is changed", () => {
  it("the new one's tokens are good within half a minute, and the old one's while it is published", async () => {
    const before = await tokenOf("analyst");
    await administer(keycloak, "POST", `${REALM_PATH}/components`, {
      name: "rotated",
      providerId: "rsa-generated",
      providerType: "org.keycloak.keys.KeyProvider",
      config: { priority: ["200"], enabled: ["true"], active: ["true"] },
    });
    const after = await tokenOf("analyst");
    const keyOf = (token: string) => JSON.parse(atob(token.split(".")[0] ?? "")).kid;
    expect(keyOf(after)).not.toBe(keyOf(before));
    // Keys are asked for again at most every half minute.
    await expect
      .poll(() => ask(after, "/Patient?_count=1"), { timeout: 45_000, interval: 3000 })
      .toMatchObject({ status: 200 });
    expect((await ask(before, "/Patient?_count=1")).status).toBe(200);
  });
});

describe("an account that Keycloak has disabled", () => {
  it("has its session refused at the next refresh", async () => {
    const short = await startTestStack({ patients: 20, accessTokenSeconds: 2 });
    try {
      const browser = new ScriptedBrowser();
      await signIn(browser, short.edge.url, "meera");
      expect((await browser.fetch(`${short.edge.url}/fhir/Patient?_count=1`)).status).toBe(200);
      await administer(keycloak, "PUT", `${REALM_PATH}/users/meera`, { enabled: false });
      await expect
        .poll(() => browser.fetch(`${short.edge.url}/fhir/Patient?_count=1`), { timeout: 10_000 })
        .toMatchObject({ status: 401 });
    } finally {
      await administer(keycloak, "PUT", `${REALM_PATH}/users/meera`, { enabled: true });
      await short.close();
    }
  });
});
