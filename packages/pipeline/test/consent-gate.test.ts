import { splitBundle } from "@aarohan/fhir";
import type { Upstream } from "@aarohan/upstream";
import { describe, expect, it } from "vitest";
import { createConsentGate } from "../src/index.ts";

const CALL = { requestId: "r" };
const SETTINGS = { mode: "opt-out", purpose: "HRESCH", utcOffsetMinutes: 330 } as const;
const encoder = new TextEncoder();

const denialOf = (id: string) => ({
  resource: {
    resourceType: "Consent",
    status: "active",
    dateTime: "2026-01-01",
    patient: { reference: `Patient/${id}` },
    provision: { type: "deny" },
  },
  search: { mode: "match" },
});

/** A server on which these patients refuse; tells whom it was asked about. */
function server(refusing: ReadonlySet<string>, meanwhile: () => Promise<void> = async () => undefined) {
  const asked: string[][] = [];
  const none = async () => {
    throw new Error("not asked here");
  };
  const upstream: Upstream = {
    ...Object(undefined),
    read: none,
    follow: none,
    async search(_type: string, parameters: readonly (readonly [string, string])[]) {
      const ids = String(parameters.find(([name]) => name === "patient")?.[1])
        .split(",")
        .map((reference) => reference.slice("Patient/".length));
      asked.push(ids);
      await meanwhile();
      const entry = ids.filter((id) => refusing.has(id)).map(denialOf);
      const bytes = encoder.encode(JSON.stringify({ resourceType: "Bundle", entry }));
      return { bytes, bundle: splitBundle(bytes, { maximumResourceBytes: 1_000_000 }), next: undefined };
    },
  };
  return { upstream, asked };
}

const ids = (from: number, count: number) => Array.from({ length: count }, (_, index) => `p${from + index}`);

describe("the consent gate", () => {
  it("withholds who refuses, and asks again after half a minute", async () => {
    let now = 0;
    const { upstream, asked } = server(new Set(["p1"]));
    const gate = createConsentGate(upstream, SETTINGS, () => now);
    expect([...(await gate.withheldOf(ids(0, 3), CALL))]).toEqual(["p1"]);
    expect([...(await gate.withheldOf(ids(0, 4), CALL))]).toEqual(["p1"]);
    expect(asked).toEqual([ids(0, 3), ["p3"]]);
    now = 30_000;
    expect([...(await gate.withheldOf(ids(0, 2), CALL))]).toEqual(["p1"]);
    expect(asked.at(-1)).toEqual(["p0", "p1"]);
  });

  it("withholds nobody else where it has to forget what it knew", async () => {
    const { upstream } = server(new Set(["p7", "p19990"]));
    const gate = createConsentGate(upstream, SETTINGS, () => 0);
    for (let from = 0; from < 19_500; from += 500) await gate.withheldOf(ids(from, 500), CALL);
    const page = [...ids(0, 100), ...ids(19_500, 501)];
    expect([...(await gate.withheldOf(page, CALL))]).toEqual(["p7", "p19990"]);
  });

  it("answers from what was known when it was asked, whatever others make it forget meanwhile", async () => {
    let gate: ReturnType<typeof createConsentGate> | undefined;
    let isFilling = false;
    const { upstream } = server(new Set(["p2"]), async () => {
      if (isFilling || gate === undefined) return;
      isFilling = true;
      for (let from = 1000; from < 22_000; from += 500) await gate.withheldOf(ids(from, 500), CALL);
    });
    isFilling = true;
    gate = createConsentGate(upstream, SETTINGS, () => 0);
    await gate.withheldOf(ids(0, 10), CALL);
    isFilling = false;
    expect([...(await gate.withheldOf(ids(0, 11), CALL))]).toEqual(["p2"]);
  });
});
