import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { rawRequest } from "../src/raw-client.ts";
import { startTestStack, type TestStack } from "../src/test-stack.ts";

let stack: TestStack;
let host: string;
beforeAll(async () => {
  stack = await startTestStack({ patients: 300, hostPort: 0 });
  host = stack.hostPage?.url ?? "";
}, 90_000);
afterAll(() => stack.close());

const ask = (path: string, options: { method?: string; headers?: Record<string, string> } = {}) =>
  rawRequest(`${host}${path}`, options);

describe("the demo's page of another site", () => {
  it("loads the widgets from the gateway, and has nothing inline", async () => {
    const { status, headers, body } = await ask("/");
    expect(status).toBe(200);
    expect(body).toContain(`<script type="module" src="${stack.edge.url}/embed/widgets.js"></script>`);
    expect(body).not.toMatch(/<style|style=|<script>|{{/);
    expect(headers["content-security-policy"]).not.toContain("unsafe");
    expect(new URL(host).hostname).toBe("127.0.0.1");
  });

  it("has its public widgets published for its origin, once", async () => {
    const response = await rawRequest(`${stack.edge.url}/embed/frame/detection?measure=suspicious-rate`);
    expect(response.headers["content-security-policy"]).toMatch(new RegExp(`frame-ancestors ${host}$`));
  });

  it("gets a token for its private widget and its own origin", async () => {
    const { status, body } = await ask("/widget-token", {
      method: "POST",
      headers: { "Sec-Fetch-Site": "same-origin" },
    });
    expect(status).toBe(200);
    const { token } = JSON.parse(body);
    const address = `${stack.edge.url}/embed/reports/follow-up?measure=follow-up-completion&region=Karnataka`;
    const Authorization = `Bearer ${token}`;
    const own = await rawRequest(address, { headers: { Authorization, Origin: host } });
    expect(own.headers["access-control-allow-origin"]).toBe(host);
    const other = await rawRequest(address, { headers: { Authorization, Origin: "https://evil.example" } });
    expect(other.status).toBe(403);
    expect(other.body).toContain("origin-refused");
  });

  it("gives a token to no other page", async () => {
    for (const site of ["cross-site", "same-site", "none"]) {
      const { status } = await ask("/widget-token", { method: "POST", headers: { "Sec-Fetch-Site": site } });
      expect(status).toBe(403);
    }
    expect((await ask("/widget-token", { method: "POST" })).status).toBe(403);
  });

  it("serves nothing else", async () => {
    expect((await ask("/package.json")).status).toBe(404);
    expect((await ask("/", { method: "DELETE" })).status).toBe(404);
  });
});
