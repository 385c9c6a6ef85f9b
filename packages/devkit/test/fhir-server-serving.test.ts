import { afterEach, describe, expect, it } from "vitest";
import { type Fault, type FhirServer, startFhirProxy, startFhirServer } from "../src/fhir-server/index.ts";
import { ask, patients, startSample } from "./fhir-server-sample.ts";

const servers: FhirServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

async function start(options: Parameters<typeof startSample>[0] = {}): Promise<FhirServer> {
  const server = await startSample(options);
  servers.push(server);
  return server;
}

describe("the server", () => {
  it("takes its resources as they come, and its base path", async () => {
    async function* later() {
      yield* patients;
    }
    const server = await start({ resources: later(), basePath: "/hapi/fhir" });
    expect(server.url).toBe(`http://localhost:${server.port}/hapi/fhir`);
    const { body } = await ask(server, "Patient?_count=4");
    expect(body.total).toBe(10);
    expect((await ask(server, body.link[1]?.url ?? "")).body.entry).toHaveLength(4);
    for (const path of ["/fhir/Patient", "/hapi/fhirs/Patient"])
      expect((await ask(server, new URL(path, server.url).href)).status).toBe(404);
  });

  it("says what it can do", async () => {
    const { status, body } = await ask(await start(), "metadata");
    expect(status).toBe(200);
    expect(body).toMatchObject({ resourceType: "CapabilityStatement", fhirVersion: "4.0.1" });
    const text = JSON.stringify(body);
    expect(text).toContain('{"name":"authored","type":"date"}');
    expect(text).toContain('{"name":"_lastUpdated","type":"date"}');
    expect(text).not.toContain("value-quantity");
  });

  it("rejects a port that is taken, and frees its own when it is closed", async () => {
    const server = await startSample();
    await expect(startFhirServer({ port: server.port, resources: [] })).rejects.toThrow("EADDRINUSE");
    await server.close();
    await start({ port: server.port });
  });

  it("remembers the last thousand requests", async () => {
    const server = await start();
    await ask(server, "Patient?_count=1");
    expect(server.requests).toEqual(["GET /fhir/Patient?_count=1"]);
    for (let index = 0; index < 1000; index++) await ask(server, "Patient/p1");
    expect(server.requests).toHaveLength(1000);
    expect(server.requests[0]).toBe("GET /fhir/Patient/p1");
  });

  it.each([
    ["no token", "Patient", {}, 401],
    ["another scheme", "Patient", { Authorization: "Basic good" }, 401],
    ["a bad token", "Patient/p1", { Authorization: "Bearer bad" }, 401],
    ["a good token", "Patient", { Authorization: "Bearer good" }, 200],
    ["no token, but for what it can do", "metadata", {}, 200],
  ])("that checks tokens answers a request with %s", async (_, path, headers, status) => {
    const server = await start({ auth: { verify: async (token) => token === "good" } });
    const reply = await ask(server, path, { headers });
    expect(reply.status).toBe(status);
    expect(reply.headers.get("WWW-Authenticate")).toBe(status === 401 ? "Bearer" : null);
    expect(reply.body.resourceType).toBe(
      status === 401 ? "OperationOutcome" : path === "metadata" ? "CapabilityStatement" : "Bundle",
    );
  });

  it("that cannot check a token says 500, and not why", async () => {
    const server = await start({ auth: { verify: () => Promise.reject(new Error("secret")) } });
    const reply = await ask(server, "Patient", { headers: { Authorization: "Bearer x" } });
    expect(reply.status).toBe(500);
    expect(JSON.stringify(reply.body)).not.toContain("secret");
  });
});

describe("a fault", () => {
  it("happens until it is taken back", async () => {
    const server = await start();
    server.fault = { kind: "answer", status: 503, headers: { "Retry-After": "1" }, body: "{}" };
    for (let index = 0; index < 3; index++) {
      const { status, headers } = await ask(server, "Patient");
      expect(status).toBe(503);
      expect(headers.get("Retry-After")).toBe("1");
    }
    server.fault = undefined;
    expect((await ask(server, "Patient")).status).toBe(200);
  });

  it("happens as often as it is told, to the requests that it is meant for", async () => {
    const server = await start();
    server.fault = { kind: "answer", status: 500, body: "{}", matching: /^GET .*_getpages=/, times: 2 };
    const { status, body } = await ask(server, "Observation?_count=5");
    expect(status).toBe(200);
    const next = body.link[1]?.url ?? "";
    const statuses = [await ask(server, next), await ask(server, next), await ask(server, next)];
    expect(statuses.map((reply) => reply.status)).toEqual([500, 500, 200]);
    expect(server.fault).toBeUndefined();
  });

  it.each<[what: string, fault: Fault]>([
    ["a closed connection", { kind: "close" }],
    ["an answer that breaks off", { kind: "break", body: '{"resourceType":' }],
  ])("is %s", async (_, fault) => {
    const server = await start();
    server.fault = fault;
    await expect(ask(server, "Patient")).rejects.toThrow(/fetch failed|terminated/);
  });

  it("is silence, which ends with the server", async () => {
    const server = await startSample();
    server.fault = { kind: "hang" };
    const failed = ask(server, "Patient").then(
      () => "answered",
      () => "broken off",
    );
    while (server.requests.length === 0) await new Promise((turn) => setImmediate(turn));
    await server.close();
    expect(await failed).toBe("broken off");
  });

  it("is a right answer that comes late", async () => {
    const server = await start();
    server.fault = { kind: "delay", milliseconds: 60 };
    const before = performance.now();
    expect((await ask(server, "Patient")).body.total).toBe(10);
    expect(performance.now() - before).toBeGreaterThanOrEqual(55);
  });

  it("is a flood of as many bytes as it is told", async () => {
    const server = await start();
    server.fault = { kind: "flood", bytes: 100_000, resourceBytes: 1000 };
    const { body } = await ask(server, "Patient");
    expect(body.entry.length).toBeGreaterThan(90);
    expect(body.entry.length).toBeLessThan(100);
  });
});

describe("a proxy before another server", () => {
  it("has it answer, keeps the log, and tells of what may change something", async () => {
    const { port: target } = await start();
    let writes = 0;
    const proxy = await startFhirProxy({ port: 0, target, onWrite: () => (writes += 1) });
    servers.push(proxy);
    expect((await ask(proxy, "Patient?_count=4")).body.total).toBe(10);
    expect((await ask(proxy, "Patient/_search", { method: "POST", body: "_count=4" })).status).toBe(200);
    expect(writes).toBe(0);
    expect((await ask(proxy, "Patient/p1", { method: "DELETE" })).status).toBe(204);
    expect(writes).toBe(1);
    expect(proxy.requests).toEqual([
      "GET /fhir/Patient?_count=4",
      "POST /fhir/Patient/_search",
      "DELETE /fhir/Patient/p1",
    ]);
  });

  it("commits faults, and says another Retry-After where it is told to", async () => {
    const server = await start();
    const proxy = await startFhirProxy({ port: 0, target: server.port, retryAfterSeconds: 7 });
    servers.push(proxy);
    const busy = { kind: "answer", status: 503, headers: { "Retry-After": "120" }, body: "{}" } as const;
    server.fault = busy;
    expect((await ask(proxy, "Patient")).headers.get("Retry-After")).toBe("7");
    server.fault = undefined;
    proxy.fault = busy;
    expect((await ask(proxy, "Patient")).headers.get("Retry-After")).toBe("120");
  });

  it("breaks off where the server does", async () => {
    const server = await start();
    const proxy = await startFhirProxy({ port: 0, target: server.port });
    servers.push(proxy);
    server.fault = { kind: "close" };
    await expect(ask(proxy, "Patient")).rejects.toThrow();
  });
});
