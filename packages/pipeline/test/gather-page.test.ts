import { compilePolicy, createAnonymiser, createPseudonymCodec, identifiedPolicy } from "@aarohan/deid";
import { splitBundle } from "@aarohan/fhir";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { countShown, gatherPage, type ReleaseOptions, type ShownPlace } from "../src/index.ts";

const plan = compilePolicy(identifiedPolicy);
const pseudonyms = createPseudonymCodec({
  keys: [{ id: 0, secret: new Uint8Array(32) }],
  domain: { tenant: "t", recipient: "r", policy: "p" },
});
const WINDOW = 10;

/** An upstream that holds these, of which some are hidden. */
function upstream(ids: readonly string[], hidden: ReadonlySet<string>) {
  let fetched = 0;
  const fetch = async ({ cursor }: ShownPlace) => {
    fetched += 1;
    const from = Number(cursor ?? 0);
    const entry = ids.slice(from, from + WINDOW).map((id) => ({
      resource: { resourceType: "Patient", id, meta: { lastUpdated: "2020-01-01T00:00:00Z" } },
      search: { mode: "match" },
    }));
    const bytes = new TextEncoder().encode(
      JSON.stringify({ resourceType: "Bundle", type: "searchset", total: ids.length, entry }),
    );
    const next = from + WINDOW < ids.length ? String(from + WINDOW) : undefined;
    return { bytes, bundle: splitBundle(bytes, { maximumResourceBytes: 1000 }), next };
  };
  const release: ReleaseOptions = {
    anonymiserFor: () => createAnonymiser(plan, { pseudonyms, releaseYear: 2026 }),
    isAuthorised: ({ id }) => !hidden.has(String(id)),
    visibleOrder: undefined,
    pause: async () => undefined,
  };
  return { fetch, release, fetched: () => fetched };
}

const idsFrom = (length: number) => Array.from({ length }, (_, index) => `p${index}`);

/** Lengths of the pages, and all that they hold. */
async function walk(
  ids: readonly string[],
  hidden: ReadonlySet<string>,
  count: number,
  hidesNothing = false,
) {
  const { fetch, release, fetched } = upstream(ids, hidden);
  const lengths: number[] = [];
  const shown: string[] = [];
  let place: ShownPlace | undefined = { offset: 0 };
  while (place !== undefined) {
    // As it is kept in a link.
    const from: ShownPlace = JSON.parse(JSON.stringify(place));
    const page = await gatherPage(from, {
      count,
      fetch,
      release,
      windowSize: WINDOW,
      hidesNothing,
      started: 0,
    });
    lengths.push(page.entries.length);
    shown.push(...page.entries.map(({ resource }) => String(resource.id)));
    place = page.next;
    expect(lengths.length).toBeLessThan(200);
  }
  return { lengths, shown, fetched: fetched() };
}

describe("the pages of what is shown", () => {
  it("are as if what is hidden did not exist", async () => {
    const cases = fc.record({
      total: fc.nat(90),
      hidden: fc.array(fc.nat(89), { maxLength: 80 }),
      count: fc.integer({ min: 1, max: WINDOW }),
    });
    await fc.assert(
      fc.asyncProperty(cases, async ({ total, hidden, count }) => {
        const hiddenIds = new Set(hidden.map((index) => `p${index}`));
        const ids = idsFrom(total);
        const rest = ids.filter((id) => !hiddenIds.has(id));
        const { lengths, shown } = await walk(ids, hiddenIds, count);
        expect(shown).toEqual(rest);
        expect(lengths).toEqual((await walk(rest, new Set(), count)).lengths);
        expect(lengths.slice(0, -1).every((length) => length === count)).toBe(true);
      }),
      { numRuns: 200, seed: 20261123 },
    );
  });

  it("are the upstream's own where nothing is hidden", async () => {
    const { shown, fetched } = await walk(idsFrom(40), new Set(), WINDOW, true);
    expect(shown).toHaveLength(40);
    expect(fetched).toBe(4);
  });

  it("end early where very much in a row is hidden, and go on from there", async () => {
    const ids = idsFrom(300);
    const { shown, lengths } = await walk(ids, new Set(ids.slice(0, 290)), 5);
    expect(shown).toEqual(ids.slice(290));
    expect(lengths[0]).toBe(0);
  });

  it("go on after the last that was shown, also when one before it is gone", async () => {
    const ids = idsFrom(9);
    const { fetch, release } = upstream(ids, new Set());
    const options = { count: 4, release, windowSize: WINDOW, hidesNothing: false, started: 0 };
    const first = await gatherPage({ offset: 0 }, { ...options, fetch });
    const fewer = upstream(
      ids.filter((id) => id !== "p1"),
      new Set(),
    );
    const second = await gatherPage(first.next ?? { offset: 0 }, { ...options, fetch: fewer.fetch });
    expect(second.entries.map(({ resource }) => resource.id)).toEqual(["p4", "p5", "p6", "p7"]);
  });
});

describe("the number of what is shown", () => {
  it("is counted, and not told past what is counted", async () => {
    const few = upstream(idsFrom(45), new Set(["p3", "p30"]));
    expect(await countShown({ ...few, windowSize: WINDOW, started: 0 })).toEqual({ total: 43, withheld: 2 });
    const many = upstream(idsFrom(201), new Set());
    expect((await countShown({ ...many, windowSize: WINDOW, started: 0 })).total).toBeUndefined();
  });
});
