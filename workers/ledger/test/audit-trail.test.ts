import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import type { AuditQuery, AuditRecord } from "@aarohan/contract";
import type { AuditEvent } from "@aarohan/fhir";
import { describe, expect, it, vi } from "vitest";
import { createAuditArchive } from "../src/audit-archive.ts";
import { keepDays } from "../src/audit-days.ts";
import { AuditStore } from "../src/audit-store.ts";
import { verifyTrail } from "../src/audit-verify.ts";
import { headSigner } from "../src/config.ts";

function trail(tenant: string = crypto.randomUUID()) {
  return env.AUDIT_TRAIL.getByName(tenant);
}

type Trail = ReturnType<typeof trail>;

function record(change: Partial<AuditRecord> = {}): AuditRecord {
  return {
    requestId: crypto.randomUUID(),
    recorded: new Date().toISOString(),
    interaction: "search-type",
    method: "GET",
    resourceType: "Patient",
    parameters: ["_count", "gender"],
    agent: { issuer: "https://idp", subject: "user-1", clientId: "analyst", role: "data-analyst" },
    policy: "programme@1.0.0#abc",
    status: 200,
    resources: 3,
    withheld: 1,
    bytes: 999,
    patients: [],
    ...change,
  };
}

function daysAgo(days: number): string {
  return new Date(Date.now() - days * 86_400_000).toISOString();
}

async function found(tenant: Trail, query: Partial<AuditQuery> = {}): Promise<AuditEvent[]> {
  const { events } = await tenant.search({ count: 50, ...query });
  return events.map((event) => JSON.parse(event));
}

async function ids(tenant: Trail, query: Partial<AuditQuery>): Promise<(string | undefined)[]> {
  return (await found(tenant, query)).map(({ id }) => id);
}

const problems = async (tenant: Trail) => (await tenant.verify()).days.flatMap((day) => day.problems);

/** What only who owns the storage could do. */
function tamper(tenant: Trail, sql: string): Promise<void> {
  return runInDurableObject(tenant, (_, state) => {
    state.storage.sql.exec(sql);
  });
}

describe("the audit trail", () => {
  it("keeps a request as an AuditEvent with R4's required elements", async () => {
    const tenant = trail();
    const request = record({ patients: ["pseudonym-1", "pseudonym-2"] });
    await tenant.record(request);
    const [event, ...others] = await found(tenant);
    expect(others).toEqual([]);
    expect(event).toMatchObject({
      resourceType: "AuditEvent",
      id: request.requestId,
      type: { code: "rest" },
      subtype: [{ system: "http://hl7.org/fhir/restful-interaction", code: "search-type" }],
      action: "R",
      recorded: request.recorded,
      outcome: "0",
      agent: [
        {
          who: { identifier: { system: "https://idp", value: "user-1" } },
          altId: "analyst",
          requestor: true,
        },
      ],
      source: { observer: { display: "Aarohan Edge" } },
      entity: [
        {
          type: { code: "Patient" },
          detail: [
            { type: "method", valueString: "GET" },
            { type: "parameters", valueString: "_count gender" },
            { type: "policy", valueString: "programme@1.0.0#abc" },
            { type: "resources", valueString: "3" },
            { type: "withheld", valueString: "1" },
            { type: "bytes", valueString: "999" },
          ],
        },
        { what: { reference: "Patient/pseudonym-1" } },
        { what: { reference: "Patient/pseudonym-2" } },
      ],
    });
  });

  it.each([
    [200, undefined, "0"],
    [403, "parameter-hidden", "4"],
    [502, "upstream-failed", "8"],
  ] as const)("tells status %d as an outcome", async (status, errorCode, outcome) => {
    const tenant = trail();
    await tenant.record(record({ status, ...(errorCode === undefined ? {} : { errorCode }) }));
    expect(await found(tenant)).toMatchObject([{ outcome, outcomeDesc: errorCode ?? "200" }]);
  });

  it("records once what is told twice", async () => {
    const tenant = trail();
    const request = record();
    await tenant.record(request);
    await tenant.record({ ...request, method: "POST" });
    expect(await found(tenant)).toHaveLength(1);
    expect(JSON.stringify(await found(tenant))).not.toContain("POST");
  });

  it("keeps no parameter name that could be a value", async () => {
    const tenant = trail();
    await tenant.record(
      record({ parameters: ["name:exact", "9876543210", "Lakshmi Ravikumar", "subject:Patient.name"] }),
    );
    const text = JSON.stringify(await found(tenant));
    expect(text).toContain("name:exact (malformed) (malformed) subject:Patient.name");
    expect(text).not.toMatch(/9876543210|Lakshmi/);
  });

  it("counts refusals before authentication, and names nobody", async () => {
    const tenant = trail();
    const minute = "2026-11-01T00:00:00.000Z";
    await tenant.countRefusals([
      { minute, code: "token-invalid", count: 5 },
      { minute, code: "token-missing", count: 1 },
    ]);
    expect(await found(tenant, { type: "110114" })).toMatchObject([
      {
        outcome: "4",
        agent: [{ requestor: true }],
        entity: [
          {
            detail: [
              { type: `token-invalid ${minute}`, valueString: "5" },
              { type: `token-missing ${minute}`, valueString: "1" },
            ],
          },
        ],
      },
    ]);
  });
});

describe("a search of the trail", () => {
  const wide = record({
    agent: { issuer: "https://other", subject: "user-2", clientId: "clinic", role: "healthcare-provider" },
    interaction: "operation",
    resourceType: "Observation",
    status: 403,
    patients: ["A".repeat(44)],
  });

  /** The same answers while the entries are in the ledger, and once they are in R2 alone. */
  describe.each([
    ["in the ledger", 0],
    ["in R2", 40],
  ] as const)("%s", (_, age) => {
    it.each<[string, Partial<AuditQuery>]>([
      ["id", { requestId: wide.requestId }],
      ["issuer", { issuer: "https://other" }],
      ["subject", { subject: "user-2" }],
      ["client", { clientId: "clinic" }],
      ["role", { role: "healthcare-provider" }],
      ["interaction", { interaction: "operation" }],
      ["action", { action: "E" }],
      ["type of resource", { resourceType: "Observation" }],
      ["outcome", { outcome: "4" }],
      ["patient", { patients: ["A".repeat(44)] }],
      ["patient among others", { patients: ["C".repeat(44), "A".repeat(44)] }],
    ])("is narrowed by %s", async (_name, query) => {
      const tenant = trail();
      const recorded = daysAgo(age);
      await tenant.record(record({ recorded, patients: ["B".repeat(44)] }));
      await tenant.record({ ...wide, recorded });
      await tenant.record(record({ recorded, patients: ["B".repeat(44)] }));
      await runDurableObjectAlarm(tenant);
      expect(await ids(tenant, query)).toEqual([wide.requestId]);
      expect(await found(tenant)).toHaveLength(3);
    });

    it("is narrowed by time, the newest first, and goes on where the page before ended", async () => {
      const tenant = trail();
      const start = Date.parse(`${daysAgo(age + 3).slice(0, 10)}T12:00:00Z`);
      const requests = Array.from({ length: 7 }, (_unused, index) =>
        record({ recorded: new Date(start + index * 6 * 3_600_000).toISOString() }),
      );
      for (const request of requests) await tenant.record(request);
      await runDurableObjectAlarm(tenant);
      const newestFirst = requests.map(({ requestId }) => requestId).reverse();
      expect(await ids(tenant, {})).toEqual(newestFirst);
      const hours = (count: number) => start + count * 3_600_000;
      expect(await ids(tenant, { from: hours(6), until: hours(24) })).toEqual(newestFirst.slice(3, 6));
      const paged: (string | undefined)[] = [];
      let before: number | undefined = Number.MAX_SAFE_INTEGER;
      for (let pages = 0; before !== undefined; pages += 1) {
        const { events, next } = await tenant.search({ count: 2, before });
        paged.push(...events.map((event) => JSON.parse(event).id));
        before = next;
        expect(pages).toBeLessThan(9);
      }
      expect(paged).toEqual(newestFirst);
    });
  });
});

describe("an event of long ago", () => {
  it("is found by its id behind more days than one page reads", async () => {
    const tenant = trail();
    const request = record({ recorded: daysAgo(60) });
    await tenant.record(request);
    for (let days = 59; days > 42; days -= 1) await tenant.record(record({ recorded: daysAgo(days) }));
    await runDurableObjectAlarm(tenant);
    const { requestId } = request;
    const first = await tenant.search({ requestId, count: 1 });
    expect(first.events).toEqual([]);
    const second = await tenant.search({ requestId, count: 1, before: first.next ?? 0 });
    expect(second.events.map((event) => JSON.parse(event).id)).toEqual([requestId]);
  });
});

describe("whose data they were", () => {
  const pseudonym = (number: number) => `${String(number).padStart(20, "P")}${"x".repeat(24)}`;
  /** Two hundred requests of three days, some of which name many, and some nobody. */
  const requests = Array.from({ length: 200 }, (_, index) =>
    record({
      recorded: daysAgo(2 - Math.floor(index / 80)),
      patients:
        index % 7 === 0
          ? []
          : Array.from({ length: 1 + (index % 40) }, (_one, at) => pseudonym((index * 31 + at) % 300)),
    }),
  );
  const naming = (number: number) =>
    requests
      .filter(({ patients }) => patients.includes(pseudonym(number)))
      .map(({ requestId }) => requestId)
      .reverse();

  async function expectAll(tenant: Trail): Promise<void> {
    for (const number of [0, 1, 17, 150, 299])
      expect(await ids(tenant, { patients: [pseudonym(number)], count: 300 })).toEqual(naming(number));
    expect(await ids(tenant, { patients: [pseudonym(300)] })).toEqual([]);
    const other = `${pseudonym(1).slice(0, 20)}${"y".repeat(24)}`;
    expect(await ids(tenant, { patients: [other] })).toEqual([]);
    const before = 150;
    const expected = naming(17).filter(
      (id) => requests.findIndex(({ requestId }) => requestId === id) < before - 1,
    );
    expect(await ids(tenant, { patients: [pseudonym(17)], before, count: 2 })).toEqual(expected.slice(0, 2));
  }

  it("is found in every entry that names them, wherever the trail was interrupted", async () => {
    const tenant = trail();
    for (const [index, request] of requests.entries()) {
      await tenant.record(request);
      if (index % 50 === 20) await evictDurableObject(tenant);
    }
    await expectAll(tenant);
    await evictDurableObject(tenant);
    await expectAll(tenant);
    expect(await problems(tenant)).toEqual([]);
  });

  it("is found in what an earlier version has written, a row for each patient and entry", async () => {
    const tenant = trail();
    for (const request of requests) await tenant.record(request);
    const rows = requests.flatMap(({ patients }, index) =>
      patients.map((patient) => [patient.slice(0, 16), index + 1]),
    );
    const earlier = (isAll: boolean) =>
      runInDurableObject(tenant, (_, state) => {
        const { sql } = state.storage;
        if (isAll) sql.exec("DROP TABLE segment; DROP TABLE segment_patient");
        sql.exec("CREATE TABLE seen (patient TEXT, sequence INTEGER)");
        sql.exec("INSERT INTO seen SELECT value ->> 0, value ->> 1 FROM json_each(?)", JSON.stringify(rows));
      });
    // Also where it was rolled back to, on top of what this version had written.
    for (const isAll of [true, false, false]) {
      await earlier(isAll);
      await evictDurableObject(tenant);
      await expectAll(tenant);
    }
    await tenant.record(record({ patients: [pseudonym(300)] }));
    expect(await found(tenant, { patients: [pseudonym(300)] })).toHaveLength(1);
    await evictDurableObject(tenant);
    expect(await found(tenant, { patients: [pseudonym(300)] })).toHaveLength(1);
  });

  it("is told where a line was changed so that it cannot be read: the others are found, and the chain says so", async () => {
    const tenant = trail();
    const [first, second] = [record({ patients: [pseudonym(1)] }), record({ patients: [pseudonym(1)] })];
    await tenant.record(first);
    await tenant.record(second);
    await tamper(tenant, "UPDATE entry SET line = 'half a li' WHERE sequence = 1");
    await evictDurableObject(tenant);
    expect(await ids(tenant, { patients: [pseudonym(1)] })).toEqual([second.requestId]);
    expect((await tenant.verify()).whole).toBe(false);
  });
});

describe("the chain", () => {
  it("is whole over evictions and days", async () => {
    const tenant = trail();
    for (const recorded of [daysAgo(2), daysAgo(2), daysAgo(1), daysAgo(0)]) {
      await tenant.record(record({ recorded }));
      await evictDurableObject(tenant);
    }
    const { whole, days } = await tenant.verify();
    expect(whole).toBe(true);
    expect(days.map(({ entries, state }) => [entries, state])).toEqual([
      [2, "open"],
      [1, "open"],
      [1, "open"],
    ]);
  });

  it.each([
    [
      "changes an entry",
      "UPDATE entry SET line = replace(line, '\"bytes\"', '\"bites\"') WHERE sequence = 2",
    ],
    ["removes one", "DELETE FROM entry WHERE sequence = 2"],
    ["removes the last of a day", "DELETE FROM entry WHERE sequence = 3"],
    [
      "changes places",
      "UPDATE entry SET line = (SELECT line FROM entry WHERE sequence = 1) WHERE sequence = 2",
    ],
    ["removes a day", `DELETE FROM day WHERE day = '${daysAgo(1).slice(0, 10)}'`],
  ])("shows who %s", async (_, sql) => {
    const tenant = trail();
    for (const recorded of [daysAgo(2), daysAgo(2), daysAgo(2), daysAgo(1), daysAgo(0)]) {
      await tenant.record(record({ recorded }));
    }
    await runDurableObjectAlarm(tenant);
    expect(await problems(tenant)).toEqual([]);
    await tamper(tenant, sql);
    expect((await problems(tenant)).length).toBeGreaterThan(0);
    expect((await tenant.verify()).whole).toBe(false);
  });

  it("is not called broken where it is longer than one call reads: days stay unread, and are asked for from there", async () => {
    const name = crypto.randomUUID();
    const tenant = trail(name);
    for (const days of [4, 4, 3, 3, 2, 1]) await tenant.record(record({ recorded: daysAgo(days) }));
    await runDurableObjectAlarm(tenant);
    const verify = (from: string) =>
      runInDurableObject(tenant, (_, state) => {
        const archive = createAuditArchive(env.AUDIT_ARCHIVE, name);
        const asked = { tenant: name, from, until: "9999-12-31", mostEntries: 2 };
        return verifyTrail(new AuditStore(state.storage), archive, headSigner(env), asked);
      });
    const first = await verify("");
    expect(first.whole).toBeUndefined();
    expect(first.days.map(({ state, problems: found }) => [state, found])).toEqual([
      ["sealed", []],
      ["sealed", []],
      ["unread", []],
      ["unread", []],
    ]);
    const next = first.days.find(({ state }) => state === "unread")?.day ?? "";
    expect(await verify(next)).toMatchObject({
      whole: true,
      days: [{ state: "sealed" }, { state: "sealed" }],
    });
    await tamper(tenant, "UPDATE entry SET line = replace(line, '999', '998') WHERE sequence = 1");
    expect((await verify("")).whole).toBe(false);
  });

  it("takes nothing into a day that is sealed", async () => {
    const tenant = trail();
    await tenant.record(record({ recorded: daysAgo(1) }));
    await runDurableObjectAlarm(tenant);
    await tenant.record(record({ recorded: daysAgo(1) }));
    const { whole, days } = await tenant.verify();
    expect(whole).toBe(true);
    expect(days.map(({ entries, state }) => [entries, state])).toEqual([
      [1, "sealed"],
      [1, "open"],
    ]);
  });
});

describe("a sealed day", () => {
  const yesterday = daysAgo(1).slice(0, 10);

  async function sealedTrail(tenantName: string): Promise<Trail> {
    const tenant = trail(tenantName);
    await tenant.record(record({ recorded: daysAgo(1) }));
    await tenant.record(record({ recorded: daysAgo(1) }));
    await tenant.record(record({ recorded: daysAgo(0) }));
    await runDurableObjectAlarm(tenant);
    return tenant;
  }

  it("is in R2 as NDJSON of AuditEvents, with its signed head, and in the log", async () => {
    const log = vi.spyOn(console, "log").mockImplementation(() => undefined);
    const name = crypto.randomUUID();
    await sealedTrail(name);
    const text = await (await env.AUDIT_ARCHIVE.get(`${name}/${yesterday}.ndjson`))?.text();
    const lines = (text ?? "").trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line).resourceType)).toEqual(["AuditEvent", "AuditEvent"]);
    const jws = await (await env.AUDIT_ARCHIVE.get(`${name}/${yesterday}.head.jws`))?.text();
    const head = JSON.parse(atob((jws ?? "").split(".")[1]?.replaceAll("-", "+").replaceAll("_", "/") ?? ""));
    expect(head).toMatchObject({ tenant: name, day: yesterday, first: 1, entries: 2 });
    expect(lines.at(-1)).toContain(`2:${head.head}`);
    expect(log.mock.calls.flat().join("\n")).toContain(jws);
    log.mockRestore();
  });

  /** The trail's days kept with a webhook that answers so: what it was sent, and whether the head counts as published. */
  async function posted(answer: () => Response) {
    const name = crypto.randomUUID();
    const tenant = await sealedTrail(name);
    await tamper(tenant, "UPDATE day SET published = 0");
    const requests: (Pick<Request, "method" | "url" | "redirect"> & { readonly head: string })[] = [];
    const send = vi.spyOn(globalThis, "fetch").mockImplementation(async (input, init) => {
      // The runtime's own constructor refuses what its fetch does.
      const request = new Request(input, init);
      const { method, url, redirect } = request;
      requests.push({ method, url, redirect, head: await request.text() });
      return answer();
    });
    const kept = await runInDurableObject(tenant, async (_, state) => {
      const store = new AuditStore(state.storage);
      const archive = createAuditArchive(env.AUDIT_ARCHIVE, name);
      const settings = { ...env, AUDIT_HEAD_WEBHOOK: "https://heads.example/keep" };
      await keepDays({ store, archive, signer: headSigner(env), tenant: name, env: settings }, Date.now());
      return store.days()[0];
    });
    send.mockRestore();
    return { requests, isPublished: kept?.published ?? false };
  }

  it("has its head posted to the webhook", async () => {
    const { requests, isPublished } = await posted(() => new Response(null, { status: 204 }));
    expect(requests.map(({ method, url }) => [method, url])).toEqual([
      ["POST", "https://heads.example/keep"],
    ]);
    expect(requests[0]?.head).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
    expect(isPublished).toBe(true);
  });

  it.each([302, 307, 400, 503])("counts as unpublished where the webhook answers %i", async (status) => {
    const headers = { Location: "https://other.example/" };
    const { requests, isPublished } = await posted(() => new Response(null, { status, headers }));
    expect(requests.map(({ redirect }) => redirect)).toEqual(["manual"]);
    expect(isPublished).toBe(false);
  });

  it.each([
    [
      "changed",
      async (key: string) => {
        const text = await (await env.AUDIT_ARCHIVE.get(`${key}.ndjson`))?.text();
        await env.AUDIT_ARCHIVE.put(`${key}.ndjson`, (text ?? "").replace("user-1", "user-9"));
      },
    ],
    [
      "shortened",
      async (key: string) => {
        const text = await (await env.AUDIT_ARCHIVE.get(`${key}.ndjson`))?.text();
        await env.AUDIT_ARCHIVE.put(`${key}.ndjson`, (text ?? "").split("\n").slice(0, 1).join("\n"));
      },
    ],
    ["removed", (key: string) => env.AUDIT_ARCHIVE.delete(`${key}.ndjson`)],
    ["sealed by another", (key: string) => env.AUDIT_ARCHIVE.put(`${key}.head.jws`, "e30.e30.e30")],
  ])("is not whole when its file in R2 was %s", async (_, change) => {
    const name = crypto.randomUUID();
    const tenant = await sealedTrail(name);
    expect(await problems(tenant)).toEqual([]);
    await change(`${name}/${yesterday}`);
    expect(await problems(tenant)).toEqual([expect.stringMatching(/^in R2: /)]);
  });

  it("is written again from the beginning where sealing was interrupted", async () => {
    const name = crypto.randomUUID();
    const tenant = await sealedTrail(name);
    await tamper(tenant, "UPDATE day SET jws = NULL, published = 0");
    await env.AUDIT_ARCHIVE.put(`${name}/${yesterday}.ndjson`, "half a li");
    await runDurableObjectAlarm(tenant);
    expect(await problems(tenant)).toEqual([]);
  });

  it("is written in parts when it is large", async () => {
    const name = crypto.randomUUID();
    const tenant = trail(name);
    for (let count = 0; count < 12; count += 1) {
      await tenant.record(record({ recorded: daysAgo(1), policy: "x".repeat(1_500_000) }));
    }
    await runDurableObjectAlarm(tenant);
    const file = await env.AUDIT_ARCHIVE.head(`${name}/${yesterday}.ndjson`);
    expect(file?.size).toBeGreaterThan(16 * 1024 * 1024);
    expect(await problems(tenant)).toEqual([]);
  });

  it.each([7, 8, 9, 16, 17])(
    "comes back as it was written where it has %i MiB: a part has 8",
    async (size) => {
      const archive = createAuditArchive(env.AUDIT_ARCHIVE, crypto.randomUUID());
      const written = Array.from({ length: size }, (_, at) =>
        String.fromCharCode(97 + at).repeat(2 ** 20 - 1),
      );
      await archive.putLines(yesterday, written);
      let at = 0;
      for await (const line of (await archive.lines(yesterday)) ?? []) {
        expect(line === written[at]).toBe(true);
        at += 1;
      }
      expect(at).toBe(size);
    },
  );

  it("stays, whole and searched by patient, in R2 alone after a month, and goes after a year", async () => {
    const name = crypto.randomUUID();
    const tenant = trail(name);
    const patients = ["P".repeat(44)];
    for (const days of [366, 364, 364, 40, 0]) {
      await tenant.record(record({ recorded: daysAgo(days), patients }));
    }
    await runDurableObjectAlarm(tenant);
    expect((await tenant.verify()).days.map(({ day, entries }) => [day, entries])).toEqual([
      [daysAgo(364).slice(0, 10), 2],
      [daysAgo(40).slice(0, 10), 1],
      [daysAgo(0).slice(0, 10), 1],
    ]);
    expect(await problems(tenant)).toEqual([]);
    expect(await env.AUDIT_ARCHIVE.head(`${name}/${daysAgo(366).slice(0, 10)}.ndjson`)).toBeNull();
    expect(await found(tenant, { patients })).toHaveLength(4);
    await runInDurableObject(tenant, (_, state) => {
      expect([...state.storage.sql.exec("SELECT 1 FROM entry")]).toHaveLength(1);
      expect([...state.storage.sql.exec("SELECT 1 FROM segment_patient")]).toHaveLength(3);
    });
  });
});
