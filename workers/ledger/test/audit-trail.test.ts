import { evictDurableObject, runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import type { AuditCompletion, AuditIntent } from "@aarohan/contract";
import { describe, expect, it } from "vitest";

function trail() {
  return env.AUDIT_TRAIL.getByName(crypto.randomUUID());
}

function intent(change: Partial<AuditIntent> = {}): AuditIntent {
  return {
    requestId: crypto.randomUUID(),
    recorded: new Date().toISOString(),
    interaction: "search-type",
    method: "GET",
    resourceType: "Patient",
    parameters: ["_count", "gender"],
    agent: { issuer: "https://idp", subject: "user-1", clientId: "analyst", role: "data-analyst" },
    policy: "programme@1.0.0#abc",
    ...change,
  };
}

function completion({ requestId }: AuditIntent, change: Partial<AuditCompletion> = {}): AuditCompletion {
  return {
    requestId,
    recorded: new Date().toISOString(),
    status: 200,
    resources: 3,
    withheld: 1,
    bytes: 999,
    ...change,
  };
}

describe("the audit trail", () => {
  it("keeps intent and completion as one AuditEvent with R4's required elements", async () => {
    const tenant = trail();
    const request = intent();
    await tenant.open(request);
    await tenant.close(completion(request));
    const [event, ...others] = await tenant.search();
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
      ],
    });
  });

  it.each([
    [200, undefined, "0"],
    [403, "parameter-hidden", "4"],
    [502, "upstream-failed", "8"],
  ] as const)("tells status %d as an outcome", async (status, errorCode, outcome) => {
    const tenant = trail();
    const request = intent();
    await tenant.record(
      request,
      completion(request, { status, ...(errorCode === undefined ? {} : { errorCode }) }),
    );
    expect(await tenant.search()).toMatchObject([{ outcome, outcomeDesc: errorCode ?? "200" }]);
  });

  it("keeps what was opened over an eviction, and calls it unknown after ten minutes", async () => {
    const tenant = trail();
    const recent = intent();
    const old = intent({ recorded: new Date(Date.now() - 11 * 60_000).toISOString() });
    await tenant.open(recent);
    await tenant.open(old);
    await evictDurableObject(tenant);
    const events = await tenant.search();
    expect(events.map(({ id, outcomeDesc }) => [id, outcomeDesc])).toEqual([
      [recent.requestId, "under way"],
      [old.requestId, "unknown"],
    ]);
    expect(events[1]?.outcome).toBeUndefined();
  });

  it("changes nothing when told twice: neither the intent nor the first completion", async () => {
    const tenant = trail();
    const request = intent();
    await tenant.open(request);
    await tenant.open({ ...request, method: "POST" });
    await tenant.close(completion(request));
    await tenant.close(completion(request, { status: 500 }));
    const events = await tenant.search();
    expect(events).toHaveLength(1);
    expect(events[0]?.outcome).toBe("0");
    expect(JSON.stringify(events)).not.toContain("POST");
  });

  it("keeps no parameter name that could be a value", async () => {
    const tenant = trail();
    const request = intent({
      parameters: ["name:exact", "9876543210", "Lakshmi Ravikumar", "subject:Patient.name"],
    });
    await tenant.open(request);
    const text = JSON.stringify(await tenant.search());
    expect(text).toContain("name:exact (malformed) (malformed) subject:Patient.name");
    expect(text).not.toMatch(/9876543210|Lakshmi/);
  });

  it("is searched by time and subject, the newest first", async () => {
    const tenant = trail();
    const times = ["2026-03-01T00:00:00Z", "2026-03-02T00:00:00Z", "2026-03-03T00:00:00Z"];
    for (const [index, recorded] of times.entries()) {
      await tenant.open(intent({ recorded, agent: { ...intent().agent, subject: `user-${index}` } }));
    }
    const recorded = async (query: Parameters<typeof tenant.search>[0]) =>
      (await tenant.search(query)).map((event) => event.recorded);
    expect(await recorded({})).toEqual([...times].reverse());
    expect(await recorded({ since: "2026-03-02T00:00:00Z", until: "2026-03-03T00:00:00Z" })).toEqual([
      times[1],
    ]);
    expect(await recorded({ subject: "user-2" })).toEqual([times[2]]);
    expect(await recorded({ count: 1 })).toEqual([times[2]]);
  });

  it("adds up refusals by minute and code", async () => {
    const tenant = trail();
    const minute = "2026-11-01T00:00:00.000Z";
    await tenant.countRefusals([{ minute, code: "token-invalid", count: 3 }]);
    await tenant.countRefusals([
      { minute, code: "token-invalid", count: 2 },
      { minute, code: "token-missing", count: 1 },
    ]);
    expect(await tenant.refusals()).toEqual([
      { minute, code: "token-invalid", count: 5 },
      { minute, code: "token-missing", count: 1 },
    ]);
  });

  it("is kept for a year, and no longer", async () => {
    const tenant = trail();
    const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString();
    await tenant.open(intent({ recorded: daysAgo(364) }));
    await tenant.open(intent({ recorded: daysAgo(366) }));
    await tenant.countRefusals([{ minute: daysAgo(366), code: "token-missing", count: 1 }]);
    expect(await runDurableObjectAlarm(tenant)).toBe(true);
    expect(await tenant.search()).toHaveLength(1);
    expect(await tenant.refusals()).toEqual([]);
  });
});
