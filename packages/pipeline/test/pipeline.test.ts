import {
  compilePolicy,
  createAnonymiser,
  createPseudonymCodec,
  identifiedPolicy,
  programmePolicy,
} from "@aarohan/deid";
import { type AnyResource, splitBundle } from "@aarohan/fhir";
import { describe, expect, it } from "vitest";
import { formatPage, releasePage, releaseResource } from "../src/index.ts";

const pseudonyms = createPseudonymCodec({
  keys: [{ id: 0, secret: new Uint8Array(32).fill(5) }],
  domain: { tenant: "t", recipient: "r", policy: "p" },
});
const anonymiser = () => createAnonymiser(compilePolicy(programmePolicy), { pseudonyms, releaseYear: 2026 });

const identified = () => createAnonymiser(compilePolicy(identifiedPolicy), { pseudonyms, releaseYear: 2026 });

function page(resources: readonly object[], modes: readonly string[] = []) {
  const entry = resources.map((resource, index) => ({ resource, search: { mode: modes[index] ?? "match" } }));
  const bytes = new TextEncoder().encode(JSON.stringify({ resourceType: "Bundle", total: 99, entry }));
  return { bytes, bundle: splitBundle(bytes, { maximumResourceBytes: 1_000_000 }), next: undefined };
}

const patient = (id: number, day: string) => ({
  resourceType: "Patient",
  id: String(id),
  meta: { lastUpdated: `${day}T0${id % 10}:00:00Z` },
  name: [{ text: "Lakshmi" }],
});

const options = (change: Partial<Parameters<typeof releasePage>[1]> = {}) => ({
  anonymiserFor: anonymiser,
  visibleOrder: { keyOf: () => "", isDescending: false },
  pause: async () => undefined,
  ...change,
});

const text = (chunks: Iterable<Uint8Array>) => Buffer.concat([...chunks]).toString();

const format = {
  pretty: false,
  resourceType: "Patient",
  audience: "anonymised",
  answers: [],
  baseUrl: "https://e/fhir",
} as const;
const head = { self: "https://e/fhir/Patient", next: undefined, total: 99, notices: [] };

describe("releasePage", () => {
  it("anonymises what it releases, and counts what it withholds", async () => {
    const released = await releasePage(
      page([
        patient(1, "2025-01-01"),
        { resourceType: "Media", id: "m" },
        { ...patient(2, "2025-01-01"), implicitRules: "x" },
      ]),
      options(),
    );
    expect(released.entries).toHaveLength(1);
    expect(released.withheld).toBe(2);
    expect(JSON.stringify(released)).not.toContain("Lakshmi");
  });

  it("drops the upstream's own remarks", async () => {
    const released = await releasePage(
      page([{ resourceType: "OperationOutcome", issue: [{ diagnostics: "Lakshmi" }] }], ["outcome"]),
      options({ anonymiserFor: identified, visibleOrder: undefined }),
    );
    expect(released).toEqual({ entries: [], withheld: 0, malformed: 0, patients: new Set() });
  });

  it("orders by pseudonym what the caller cannot tell apart, and keeps the order that can be seen", async () => {
    const patients = Array.from({ length: 40 }, (_, index) =>
      patient(index, index < 20 ? "2025-01-01" : "2025-01-02"),
    );
    const visibleOrder = {
      keyOf: (resource: AnyResource) => JSON.stringify(resource.meta),
      isDescending: false,
    };
    const { entries } = await releasePage(page(patients), options({ visibleOrder }));
    const ids = entries.map(({ resource }) => String(resource.id));
    expect(ids.slice(0, 20)).toEqual(ids.slice(0, 20).sort());
    expect(ids.slice(20)).toEqual(ids.slice(20).sort());
    expect(new Set(ids.slice(0, 20))).toEqual(
      new Set(patients.slice(0, 20).map(({ id }) => pseudonyms.seal("Patient", id))),
    );
  });

  it.each([false, true])(
    "tells nothing of a date that is hidden by where its row stands (descending: %s)",
    async (isDescending) => {
      const days = ["2025-02-03", "2025-03-04", "2025-03-16", "2025-03-20", "2025-04-01"];
      const patients = days.map((day, index) => patient(index, day));
      if (isDescending) patients.reverse();
      const hidden = pseudonyms.seal("Patient", "2");
      const keyOf = ({ id, meta }: AnyResource) =>
        id === hidden ? "" : String(Object(meta).lastUpdated).slice(0, 7);
      const released = await releasePage(page(patients), options({ visibleOrder: { keyOf, isDescending } }));
      const keys = released.entries.map(({ resource }) => keyOf(resource));
      const months = ["2025-02", "2025-03", "2025-03", "2025-04"];
      expect(keys).toEqual([...(isDescending ? months.toReversed() : months), ""]);
      const ofMarch = released.entries.filter(({ resource }) => keyOf(resource) === "2025-03");
      const ids = ofMarch.map(({ resource }) => String(resource.id));
      expect(ids).toEqual(ids.toSorted());
    },
  );

  it("lets others run after each 256 KiB", async () => {
    let pauses = 0;
    const big = Array.from({ length: 40 }, (_, index) => ({
      ...patient(index, "2025-01-01"),
      text: "x".repeat(32_000),
    }));
    const pause = async () => {
      pauses += 1;
    };
    await releasePage(page(big), options({ pause }));
    expect(pauses).toBe(4);
  });

  it("passes everything to who sees identified data, in the upstream's order", async () => {
    const patients = [patient(2, "2025-01-01"), patient(1, "2025-01-01")];
    const { entries } = await releasePage(
      page(patients),
      options({ anonymiserFor: identified, visibleOrder: undefined }),
    );
    expect(entries.map(({ resource }) => resource)).toEqual(patients);
  });
});

describe("releaseResource", () => {
  it("gives one resource, or nothing where it is withheld", async () => {
    const bytes = (value: object) => new TextEncoder().encode(JSON.stringify(value));
    const released = await releaseResource(bytes(patient(1, "2025-01-01")), { anonymiserFor: anonymiser });
    expect(released?.resource.id).toBe(pseudonyms.seal("Patient", "1"));
    expect(released?.patients).toEqual(new Set(["1"]));
    const media = bytes({ resourceType: "Media", id: "1" });
    expect(await releaseResource(media, { anonymiserFor: anonymiser })).toBeUndefined();
  });
});

describe("formatPage", () => {
  it("gives the same resources in every format", async () => {
    const released = await releasePage(page([patient(1, "2025-01-01"), patient(2, "2025-01-02")]), options());
    const json = JSON.parse(text(formatPage(released, head, { ...format, format: "json" })));
    const ids = released.entries.map(({ resource }) => resource.id);
    expect(json.entry.map((entry: { fullUrl: string }) => entry.fullUrl)).toEqual(
      ids.map((id) => `https://e/fhir/Patient/${id}`),
    );
    const ndjson = text(formatPage(released, head, { ...format, format: "ndjson" }))
      .trim()
      .split("\n");
    expect(ndjson.map((line) => JSON.parse(line).id)).toEqual(ids);
    const csv = text(formatPage(released, head, { ...format, format: "csv" }))
      .trim()
      .split("\r\n")
      .slice(1);
    expect(csv.map((line) => line.split(",")[0])).toEqual(ids);
  });
});
