import { createHash } from "node:crypto";
import { gunzipSync } from "node:zlib";
import { EdgeError } from "@aarohan/contract";
import {
  answerColumns,
  compilePolicy,
  createAnonymiser,
  createPseudonymCodec,
  programmePolicy,
} from "@aarohan/deid";
import { createLeakFinder, type FhirServer, generatePopulation, startFhirServer } from "@aarohan/devkit";
import { tableOf } from "@aarohan/formats";
import { createUpstream, type Upstream } from "@aarohan/upstream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readSlice, type Slice, type SliceOptions, type SliceState } from "../src/index.ts";

const population = [...generatePopulation({ patients: 80 })];
const observations = population.filter(({ resourceType }) => resourceType === "Observation");
const plan = compilePolicy(programmePolicy);
const pseudonyms = createPseudonymCodec({
  keys: [{ id: 0, secret: new Uint8Array(32).fill(5) }],
  domain: { tenant: "t", recipient: "r", policy: plan.name },
});
const finder = createLeakFinder(population);
const START: SliceState = { resourceType: "Observation", search: [], read: 0, finished: false };
const LIMITS = { pageSize: 20, pages: 3, bytes: 8_000_000 };

let server: FhirServer;
let upstream: Upstream;

beforeAll(async () => {
  server = await startFhirServer({ port: 0, resources: population });
  upstream = createUpstream({
    baseUrl: server.url,
    credentials: { kind: "none" },
    timeoutMilliseconds: 30_000,
    linkAliases: [],
  });
});
afterAll(() => server.close());

function options(change: Partial<SliceOptions> = {}): SliceOptions {
  return {
    upstream,
    call: { requestId: "test" },
    release: {
      anonymiserFor: (withheldPatients) =>
        createAnonymiser(plan, {
          pseudonyms,
          releaseYear: 2026,
          ...(withheldPatients === undefined ? {} : { withheldPatients, requirePatient: true }),
        }),
      pause: async () => undefined,
    },
    format: "ndjson",
    table: undefined,
    elements: undefined,
    isNew: () => true,
    limits: LIMITS,
    now: () => Date.now() + 120_000,
    ...change,
  };
}

/** All slices of a search, each from the state that the one before left. */
async function all(change: Partial<SliceOptions> = {}, start = START): Promise<Slice[]> {
  const slices: Slice[] = [];
  const read = new Set<string>();
  let state = start;
  while (!state.finished) {
    const slice = await readSlice(state, options({ isNew: (id) => !read.has(id), ...change }));
    for (const id of slice.ids) read.add(id);
    // As it is kept between slices.
    state = JSON.parse(JSON.stringify(slice.state));
    slices.push(slice);
    expect(slices.length).toBeLessThan(200);
  }
  return slices;
}

function linesOf(slices: readonly Slice[]): Record<string, unknown>[] {
  return slices.flatMap(({ part }) =>
    part === undefined
      ? []
      : gunzipSync(part.bytes)
          .toString()
          .trimEnd()
          .split("\n")
          .map((line) => JSON.parse(line)),
  );
}

const expectedIds = () => observations.map(({ id }) => pseudonyms.seal("Observation", String(id))).toSorted();

describe("the slices of an export", () => {
  it("hold every resource once, anonymised, in parts with their counts and digests", async () => {
    const slices = await all();
    const lines = linesOf(slices);
    expect(slices.length).toBeGreaterThan(3);
    expect(lines.map(({ id }) => String(id)).toSorted()).toEqual(expectedIds());
    expect(finder.leaksIn(JSON.stringify(lines))).toEqual([]);
    expect(slices.reduce((sum, { released }) => sum + released, 0)).toBe(observations.length);
    expect(slices.at(-1)?.state.read).toBe(observations.length);
    for (const { part } of slices) {
      if (part === undefined) continue;
      const bytes = gunzipSync(part.bytes);
      expect(part.file.size).toBe(bytes.length);
      expect(Buffer.from(part.file.digest).toString("hex")).toBe(
        createHash("sha256").update(bytes).digest("hex"),
      );
      expect(bytes.toString().trimEnd().split("\n")).toHaveLength(part.lines);
    }
  });

  it("are the same when they are read again", async () => {
    const [first] = await all();
    const state = first?.state ?? START;
    const now = () => 1;
    const [one, other] = [await readSlice(state, options({ now })), await readSlice(state, options({ now }))];
    expect(Buffer.from(one.part?.bytes ?? []).equals(Buffer.from(other.part?.bytes ?? []))).toBe(true);
    expect(one.state).toMatchObject({ read: other.state.read, finished: other.state.finished });
  });

  it("go on when the upstream has forgotten its cursor", async () => {
    let armed = false;
    let forgotten = 0;
    const forgetful: Upstream = {
      ...upstream,
      async follow(cursor, call) {
        if (!armed) return upstream.follow(cursor, call);
        armed = false;
        forgotten += 1;
        throw new EdgeError("page-expired", "forgotten");
      },
    };
    const arm = () => {
      armed = true;
      return options().release.anonymiserFor(undefined);
    };
    // Before each page it forgets once more.
    const release = { ...options().release, anonymiserFor: arm };
    const lines = linesOf(await all({ upstream: forgetful, release }));
    expect(forgotten).toBeGreaterThan(3);
    expect(lines.map(({ id }) => String(id)).toSorted()).toEqual(expectedIds());
  });

  it("leave out what a page repeats of the one before", async () => {
    let last: Awaited<ReturnType<Upstream["follow"]>> | undefined;
    const repeating: Upstream = {
      ...upstream,
      async follow(cursor, call) {
        const page = await upstream.follow(cursor, call);
        const repeated = last?.bundle.entries[0];
        const before = last;
        last = page;
        if (before === undefined || repeated === undefined) return page;
        const bytes = Buffer.concat([page.bytes, before.bytes]);
        const moved = {
          ...repeated,
          start: repeated.start + page.bytes.length,
          end: repeated.end + page.bytes.length,
        };
        return { ...page, bytes, bundle: { ...page.bundle, entries: [moved, ...page.bundle.entries] } };
      },
    };
    const lines = linesOf(await all({ upstream: repeating }));
    expect(lines.map(({ id }) => String(id)).toSorted()).toEqual(expectedIds());
  });

  it("leave out who has not agreed, and say how many were withheld", async () => {
    const patient = String(Object(observations[0]?.subject).reference).replace("Patient/", "");
    const release = { ...options().release, withheldOf: async () => new Set([patient]) };
    const slices = await all({ release });
    const withheld = slices.reduce((sum, slice) => sum + slice.withheld, 0);
    expect(withheld).toBeGreaterThan(0);
    expect(linesOf(slices)).toHaveLength(observations.length - withheld);
    for (const { patients } of slices) expect(patients).not.toContain(patient);
  });

  it("end without a part where there is nothing", async () => {
    const slices = await all({}, { ...START, search: [["code", "http://loinc.org|nothing"]] });
    expect(slices).toHaveLength(1);
    expect(slices[0]).toMatchObject({ part: undefined, state: { finished: true, read: 0 } });
  });

  it("come as CSV with one header each, and as Parquet", async () => {
    const table = tableOf("Observation", { audience: "anonymised", answers: answerColumns(plan) });
    const csv = await all({ format: "csv", table });
    const rows = csv.flatMap(({ part }) =>
      gunzipSync(part?.bytes ?? new Uint8Array())
        .toString()
        .trimEnd()
        .split("\r\n"),
    );
    expect(rows.filter((row) => row.startsWith("id,"))).toHaveLength(csv.length);
    expect(rows).toHaveLength(observations.length + csv.length);
    const parquet = await all({ format: "parquet", table });
    for (const { part } of parquet) {
      expect(
        gunzipSync(part?.bytes ?? new Uint8Array())
          .subarray(0, 4)
          .toString(),
      ).toBe("PAR1");
    }
    expect(parquet.reduce((sum, { released }) => sum + released, 0)).toBe(observations.length);
  });
});
