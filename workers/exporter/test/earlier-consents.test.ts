import { EdgeError } from "@aarohan/contract";
import { splitBundle } from "@aarohan/fhir";
import type { Upstream } from "@aarohan/upstream";
import { describe, expect, it } from "vitest";
import { releasableOn } from "../src/earlier-consents.ts";

const DAY = Date.parse("2026-11-20T00:00:00Z");
const HOUR = 3_600_000;
const CALL = { requestId: "test" };

/** Hours after the day's begin, and what the Consent says from then on; `undefined`: it is deleted. */
type Written = readonly [hours: number, says: "permit" | "deny" | undefined];

interface Server {
  /** Versions by Consent, the oldest first. */
  readonly consents: Readonly<Record<string, readonly Written[]>>;
  readonly keeps?: "everything" | "no versions" | "no history";
}

function resourceOf(id: string, number: number, [hours, says]: Written): object | undefined {
  if (says === undefined) return undefined;
  const lastUpdated = new Date(DAY + hours * HOUR).toISOString();
  return {
    resourceType: "Consent",
    id,
    meta: { versionId: String(number), lastUpdated },
    status: "active",
    dateTime: lastUpdated,
    patient: { reference: "Patient/p" },
    provision: { type: says },
  };
}

function pageOf(resources: readonly (object | undefined)[]) {
  const entry = resources.map((resource) => (resource === undefined ? {} : { resource }));
  const bytes = new TextEncoder().encode(JSON.stringify({ resourceType: "Bundle", entry }));
  return { bytes, bundle: splitBundle(bytes, { maximumResourceBytes: 10_000 }), next: undefined };
}

/** As much of the programme's server as is asked. */
function upstreamOf({ consents, keeps = "everything" }: Server): Upstream {
  const versions = (id: string) =>
    (consents[id] ?? []).map((written, index) => resourceOf(id, index + 1, written)).toReversed();
  const asked = {
    search: async () => pageOf(Object.keys(consents).map((id) => versions(id)[0])),
    history: async () => {
      if (keeps === "no history") return undefined;
      const listed = Object.entries(consents).flatMap(([id, all]) =>
        all
          .map(([hours, says]) => ({ id, isDeletion: says === undefined, at: DAY + hours * HOUR }))
          .filter(({ at }) => at >= DAY)
          .toReversed(),
      );
      return { versions: listed, next: undefined };
    },
    follow: async (cursor: string) => {
      const [, id = ""] = /^\/Consent\/([^/]+)\/_history/.exec(cursor) ?? [];
      if (keeps !== "everything") throw new EdgeError("page-expired", "none");
      return pageOf(versions(id));
    },
  };
  return asked as unknown as Upstream;
}

async function told(mode: "opt-out" | "opt-in", server: Server): Promise<string> {
  const { releasable, isTold } = await releasableOn(
    ["p"],
    DAY,
    { mode, purpose: "HRESCH", utcOffsetMinutes: 330 },
    upstreamOf(server),
    CALL,
  );
  return isTold ? (releasable.has("p") ? "was releasable" : "was withheld") : "nobody knows";
}

describe("whether a patient who is withheld now was releasable on a day", () => {
  it.each<[string, string, Server]>([
    ["a refusal that is new", "was releasable", { consents: { a: [[30, "deny"]] } }],
    [
      "a refusal that is written again",
      "was withheld",
      {
        consents: {
          a: [
            [-50, "deny"],
            [30, "deny"],
          ],
        },
      },
    ],
    [
      "a permit that has become a refusal",
      "was releasable",
      {
        consents: {
          a: [
            [-50, "permit"],
            [30, "deny"],
          ],
        },
      },
    ],
    [
      "a new refusal beside an old one",
      "was withheld",
      { consents: { a: [[-50, "deny"]], b: [[30, "deny"]] } },
    ],
    [
      "a refusal that is deleted, and another in its place",
      "was withheld",
      {
        consents: {
          a: [
            [-50, "deny"],
            [40, undefined],
          ],
          b: [[30, "deny"]],
        },
      },
    ],
    [
      "a refusal that was taken back for an hour of the day",
      "was releasable",
      {
        consents: {
          a: [
            [-50, "deny"],
            [5, "permit"],
            [6, "deny"],
          ],
        },
      },
    ],
    [
      "a refusal that was taken back for an hour of the next day",
      "was withheld",
      {
        consents: {
          a: [
            [-50, "deny"],
            [25, "permit"],
            [26, "deny"],
          ],
        },
      },
    ],
    [
      "a Consent that was deleted once, and came back: a version is missing",
      "nobody knows",
      {
        consents: {
          a: [
            [-50, "permit"],
            [-40, undefined],
            [30, "deny"],
          ],
        },
      },
    ],
    [
      "a server that keeps no versions: of what is new",
      "was releasable",
      { consents: { a: [[30, "deny"]] }, keeps: "no versions" },
    ],
    [
      "a server that keeps no versions: of what is written again",
      "nobody knows",
      {
        consents: {
          a: [
            [-50, "deny"],
            [30, "deny"],
          ],
        },
        keeps: "no versions",
      },
    ],
    [
      "a server that keeps no versions: of what is deleted",
      "nobody knows",
      {
        consents: {
          a: [
            [-50, "deny"],
            [40, undefined],
          ],
          b: [[30, "deny"]],
        },
        keeps: "no versions",
      },
    ],
    [
      "a server that keeps no history",
      "nobody knows",
      { consents: { a: [[30, "deny"]] }, keeps: "no history" },
    ],
  ])("%s: %s", async (_, expected, server) => {
    expect(await told("opt-out", server)).toBe(expected);
  });

  it("where only who agreed is released, by what was agreed to then", async () => {
    expect(await told("opt-in", { consents: { a: [[30, "deny"]] } })).toBe("was withheld");
    const withdrawn: readonly Written[] = [
      [-50, "permit"],
      [30, "deny"],
    ];
    expect(await told("opt-in", { consents: { a: withdrawn } })).toBe("was releasable");
    const agreedThatDay: readonly Written[] = [
      [9, "permit"],
      [40, "deny"],
    ];
    expect(await told("opt-in", { consents: { a: agreedThatDay } })).toBe("was releasable");
  });
});
