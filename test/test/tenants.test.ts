import { createServer, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type FhirServer, generatePopulation, startFhirServer } from "@aarohan/devkit";
import type { AnyResource } from "@aarohan/fhir";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RawResponse, rawRequest } from "../src/raw-client.ts";
import { startTestStack, type TestStack } from "../src/test-stack.ts";

const NAMES = ["north", "south", "DEFAULT"] as const;

/** Three partitions of one server, each a population of its own. */
const parts = new Map<string, FhirServer>();
let front: Server;
let stack: TestStack;

beforeAll(async () => {
  for (const [seed, name] of NAMES.entries()) {
    const resources = generatePopulation({ patients: 15, seed: seed + 1 });
    parts.set(name, await startFhirServer({ port: 0, basePath: `/fhir/${name}`, resources }));
  }
  front = createServer((incoming, answer) => {
    const [, , name = ""] = (incoming.url ?? "").split(/[/?]/);
    const part = parts.get(name);
    if (part === undefined) return void answer.writeHead(404).end();
    const { method = "GET", headers, url = "" } = incoming;
    const passed = request({ port: part.port, host: "127.0.0.1", method, headers, path: url }, (reply) => {
      answer.writeHead(reply.statusCode ?? 502, reply.headers);
      reply.pipe(answer);
    });
    incoming.pipe(passed);
  });
  await new Promise<void>((listening) => front.listen(0, "127.0.0.1", () => listening()));
  const { port } = front.address() as AddressInfo;
  stack = await startTestStack({
    settings: {
      UPSTREAM_BASE_URL: `http://localhost:${port}/fhir/{tenant}`,
      UPSTREAM_LINK_ALIASES: [...parts.values()]
        .map(({ port: own }) => `http://localhost:${own}/fhir/{tenant}`)
        .join(","),
    },
  });
});
afterAll(async () => {
  await stack.close();
  front.close();
  for (const part of parts.values()) await part.close();
});

type Role = "analyst" | "administrator";

async function user(role: Role, tenant: string | undefined, subject: string = crypto.randomUUID()) {
  const claims = { sub: subject, ...(tenant === undefined ? {} : { partition_id: tenant }) };
  const token = await stack.mint.mint(role, claims);
  return (path: string): Promise<RawResponse> =>
    rawRequest(path.startsWith("http") ? path : `${stack.fhirUrl}${path}`, {
      headers: { Authorization: `Bearer ${token}` },
    });
}

function idsOf(answer: RawResponse): string[] {
  expect(answer.status).toBe(200);
  const { entry = [] } = answer.json() as { entry?: { resource: AnyResource }[] };
  return entry.map(({ resource }) => String(resource.id));
}

const nextOf = (answer: RawResponse) => /"next","url":"([^"]+)"/.exec(answer.body)?.[1];
const SEARCH = "Patient?_count=5";

describe("a tenant", () => {
  it("has its own data, by the token alone and by the address too", async () => {
    const seen: string[] = [];
    for (const tenant of ["north", "south", undefined]) {
      const ask = await user("administrator", tenant);
      const ids = idsOf(await ask(`/${SEARCH}`));
      const part = parts.get(tenant ?? "DEFAULT");
      expect(ids).toEqual(idsOf(await rawRequest(`${part?.url}/${SEARCH}&_sort=_id`)));
      expect(idsOf(await ask(`/${tenant ?? "default"}/${SEARCH}`))).toEqual(ids);
      seen.push(ids.join());
    }
    expect(new Set(seen).size).toBe(3);
  });

  it("is shown in links under its own address, and paged there", async () => {
    const ask = await user("analyst", "north");
    const first = await ask(`/north/${SEARCH}`);
    const next = nextOf(first) ?? "";
    expect(next).toMatch(/\/fhir\/north\/Patient\?_page=/);
    const ids = idsOf(await ask(next));
    expect(ids.length).toBeGreaterThan(0);
    expect(ids.filter((id) => idsOf(first).includes(id))).toEqual([]);
  });

  it.each([
    "Patient?_count=1",
    "Patient/1",
    "AuditEvent",
    "AuditEvent/$verify",
    "$denied-access",
    "nonsense",
  ])("is closed to the tokens of another: %s", async (path) => {
    for (const role of ["analyst", "administrator"] as const) {
      for (const [own, other] of [
        ["north", "south"],
        [undefined, "south"],
        ["south", "default"],
      ] as const) {
        const answer = await (await user(role, own))(`/${other}/${path}`);
        expect(answer.status).toBe(403);
        expect(answer.body).toContain("tenant-not-held");
      }
    }
  });

  it("has page links of its own, also for the same user", async () => {
    const subject = crypto.randomUUID();
    const north = await user("analyst", "north", subject);
    const south = await user("analyst", "south", subject);
    const token = /_page=([\w-]+)/.exec(nextOf(await north(`/${SEARCH}`)) ?? "")?.[1];
    expect((await north(`/Patient?_page=${token}`)).status).toBe(200);
    expect((await south(`/Patient?_page=${token}`)).status).toBe(410);
  });

  it("has pseudonyms of its own", async () => {
    const north = await user("analyst", "north");
    const [pseudonym] = idsOf(await north(`/${SEARCH}`));
    expect((await north(`/Patient/${pseudonym}`)).status).toBe(200);
    expect((await (await user("analyst", "south"))(`/Patient/${pseudonym}`)).status).toBe(404);
  });

  it("has limits of its own, also for the same user", async () => {
    const subject = crypto.randomUUID();
    const north = await user("analyst", "north", subject);
    await north(`/${SEARCH}`);
    const { headers } = await north(`/${SEARCH}`);
    expect(headers.ratelimit).toMatch(/r=98;/);
    expect((await (await user("analyst", "south", subject))(`/${SEARCH}`)).headers.ratelimit).toMatch(
      /r=99;/,
    );
  });

  it("has an audit trail of its own", async () => {
    const subject = crypto.randomUUID();
    await (await user("analyst", "north", subject))(`/${SEARCH}`);
    expect(idsOf(await (await user("administrator", "north"))(`/AuditEvent?agent=${subject}`))).toHaveLength(
      1,
    );
    expect(idsOf(await (await user("administrator", "south"))(`/AuditEvent?agent=${subject}`))).toEqual([]);
  });

  it.each(["../south", "south/", "a b", "", "%2e%2e", "south%2f.."])(
    "is no other by its name: %j",
    async (name) => {
      const answer = await (await user("administrator", name))(`/${SEARCH}`);
      expect(answer.status).toBe(401);
    },
  );

  it("that the server does not have has no data", async () => {
    const answer = await (await user("administrator", "west"))(`/${SEARCH}`);
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.body).not.toContain('"entry"');
  });
});

describe("a server with one tenant", () => {
  it("serves no token of another", async () => {
    const single = await startTestStack({ patients: 5 });
    try {
      const token = await single.mint.mint("administrator", { partition_id: "north" });
      const headers = { Authorization: `Bearer ${token}` };
      const answer = await rawRequest(`${single.fhirUrl}/Patient`, { headers });
      expect(answer.status).toBe(403);
      expect(answer.body).toContain("tenant-not-served");
      expect((await single.ask("analyst", "/default/Patient?_count=1")).status).toBe(200);
    } finally {
      await single.close();
    }
  });
});
