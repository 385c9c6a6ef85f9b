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
import {
  createLeakFinder,
  type FhirServer,
  generatePopulation,
  nodeGzipPorts,
  startFhirServer,
} from "@aarohan/devkit";
import { tableOf } from "@aarohan/formats";
import { createUpstream, type Upstream } from "@aarohan/upstream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  FIRST_SLICE,
  readSlice,
  type Slice,
  type SliceOptions,
  type SliceSearch,
  type SliceState,
} from "../src/index.ts";

const population = [...generatePopulation({ patients: 80 })];
const observations = population.filter(({ resourceType }) => resourceType === "Observation");
const plan = compilePolicy(programmePolicy);
const pseudonyms = createPseudonymCodec({
  keys: [{ id: 0, secret: new Uint8Array(32).fill(5) }],
  domain: { tenant: "t", recipient: "r", policy: plan.name },
});
const finder = createLeakFinder(population);
const START: SliceState = { ...FIRST_SLICE, pageSize: 20 };
const LIMITS = { pages: 3, bytes: 8_000_000 };
const START_SEARCH: SliceSearch = { parameters: [], matches: undefined };
const EVERYTHING = { from: undefined, before: Date.now() + 60_000 };

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
    resourceType: "Observation",
    searches: [{ parameters: [], matches: undefined }],
    window: EVERYTHING,
    release: {
      anonymiserFor: (withheldPatients) =>
        createAnonymiser(plan, {
          pseudonyms,
          releaseYear: 2026,
          ...(withheldPatients === undefined ? {} : { withheldPatients, requirePatient: true }),
        }),
      pause: async () => undefined,
      visibleOrder: { keyOf: () => "", isDescending: false },
    },
    format: "ndjson",
    table: undefined,
    elements: undefined,
    isNew: () => true,
    gzip: nodeGzipPorts,
    limits: LIMITS,
    ...change,
  };
}

/** All slices of a search, each from the state that the one before left. */
async function all(change: Partial<SliceOptions> = {}, start = START): Promise<Slice[]> {
  const slices: Slice[] = [];
  const read = new Set<string>();
  let state = start;
  while (!state.isFinished) {
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
    expect(slices.reduce((sum, { part }) => sum + (part?.lines ?? 0), 0)).toBe(observations.length);
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
    const [one, other] = [await readSlice(state, options()), await readSlice(state, options())];
    expect(Buffer.from(one.part?.bytes ?? []).equals(Buffer.from(other.part?.bytes ?? []))).toBe(true);
    expect(one.part?.lines).toBeGreaterThan(50);
    expect(one.state.found).toBe(other.state.found);
  });

  it("go on when the upstream has forgotten its cursor", async () => {
    let followed = 0;
    let forgotten = 0;
    const forgetful: Upstream = {
      ...upstream,
      async follow(cursor, call) {
        followed += 1;
        if (followed % 3 !== 0) return upstream.follow(cursor, call);
        forgotten += 1;
        throw new EdgeError("page-expired", "forgotten");
      },
    };
    const lines = linesOf(await all({ upstream: forgetful }));
    expect(forgotten).toBeGreaterThan(3);
    expect(lines.map(({ id }) => String(id)).toSorted()).toEqual(expectedIds());
  });

  it("begin anew where the upstream is forgetful and keeps no order", async () => {
    let followed = 0;
    const unordered: Upstream = {
      ...upstream,
      search: (type, parameters, call) =>
        upstream.search(
          type,
          parameters.map(([name, value]) => [name, name === "_sort" ? "-_lastUpdated" : value] as const),
          call,
        ),
      async follow(cursor, call) {
        followed += 1;
        if (followed === 15) throw new EdgeError("page-expired", "forgotten");
        return upstream.follow(cursor, call);
      },
    };
    const lines = linesOf(await all({ upstream: unordered }));
    expect(followed).toBeGreaterThan(observations.length / 20 + 10);
    expect(lines.map(({ id }) => String(id)).toSorted()).toEqual(expectedIds());
  });

  it("read a search once more where the upstream counts more than it gave, and then say so", async () => {
    let hidden = 1;
    const miscounting = (forgetting: number): Upstream => ({
      ...upstream,
      async search(type, parameters, call) {
        const page = await upstream.search(type, parameters, call);
        if (parameters.some(([name]) => name === "_summary")) {
          return { ...page, bundle: { ...page.bundle, total: observations.length } };
        }
        const { entries } = page.bundle;
        hidden -= 1;
        return hidden < 0
          ? page
          : { ...page, bundle: { ...page.bundle, entries: entries.slice(forgetting) } };
      },
    });
    const mended = await all({ upstream: miscounting(3) });
    expect(
      linesOf(mended)
        .map(({ id }) => String(id))
        .toSorted(),
    ).toEqual(expectedIds());
    expect(mended.at(-1)?.short).toBe(0);
    hidden = 99;
    const short = await all({ upstream: miscounting(3) });
    expect(linesOf(short)).toHaveLength(observations.length - 3);
    expect(short.at(-1)?.short).toBe(1);
  });

  it("hold what several searches find once, and only what they may find", async () => {
    const [code] = Object(observations[0]?.code).coding;
    const some: SliceSearch = { parameters: [["code", code.code]], matches: undefined };
    const lines = linesOf(await all({ searches: [some, START_SEARCH] }));
    expect(lines.map(({ id }) => String(id)).toSorted()).toEqual(expectedIds());
    const none: SliceSearch = { parameters: [], matches: ({ status }) => status === "nothing" };
    expect(linesOf(await all({ searches: [none] }))).toEqual([]);
  });

  it("leave out what changed while they were read, and what cannot be read", async () => {
    const changing: Upstream = {
      ...upstream,
      async search(type, parameters, call) {
        const page = await upstream.search(type, parameters, call);
        const text = Buffer.from(page.bytes).toString();
        const [first, second] = page.bundle.entries;
        if (first === undefined || second === undefined) return page;
        const late = text
          .slice(first.start, first.end)
          .replace(/"lastUpdated":"[^"]+"/, '"lastUpdated":"2999-01-01T00:00:00Z"');
        const broken = text.slice(second.start, second.end).replace(/"id":"[^"]+"/, '"id":7');
        const bytes = Buffer.concat([page.bytes, Buffer.from(late), Buffer.from(broken)]);
        const moved = [
          { ...first, start: page.bytes.length, end: page.bytes.length + late.length },
          { ...second, start: page.bytes.length + late.length, end: bytes.length },
        ];
        return {
          ...page,
          bytes,
          bundle: { ...page.bundle, entries: [...moved, ...page.bundle.entries.slice(2)] },
        };
      },
    };
    const slices = await all({ upstream: changing });
    expect(linesOf(slices)).toHaveLength(observations.length - 2);
    expect(slices.reduce((sum, { malformed }) => sum + malformed, 0)).toBeGreaterThan(0);
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
    const nothing = { parameters: [["code", "http://loinc.org|nothing"]] as const, matches: undefined };
    const slices = await all({ searches: [nothing] });
    expect(slices).toHaveLength(1);
    expect(slices[0]).toMatchObject({ part: undefined, ids: [], state: { isFinished: true }, short: 0 });
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
    expect(parquet.reduce((sum, { part }) => sum + (part?.lines ?? 0), 0)).toBe(observations.length);
  });
});
