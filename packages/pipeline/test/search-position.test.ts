import { effort, type FhirServer, generatePopulation, startFhirServer } from "@aarohan/devkit";
import { type AnyResource, parseResource } from "@aarohan/fhir";
import { createUpstream, type Upstream, type UpstreamPage } from "@aarohan/upstream";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inTotalOrder, pageAfter, positionAfter } from "../src/index.ts";

const CALL = { requestId: "test" };
const patients = [...generatePopulation({ patients: 60 })].filter(
  ({ resourceType }) => resourceType === "Patient",
);
type Pair = readonly [string, string];

let server: FhirServer;
let upstream: Upstream;

beforeAll(async () => {
  server = await startFhirServer({ port: 0, resources: patients });
  upstream = createUpstream({
    baseUrl: server.url,
    credentials: { kind: "none" },
    timeoutMilliseconds: 30_000,
    linkAliases: [],
  });
});
afterAll(() => server.close());

function idsOf(page: UpstreamPage): string[] {
  return page.bundle.entries.map((entry) => String(parseResource(page.bytes, entry).id));
}

async function write(method: "PUT" | "DELETE", id: string, resource?: AnyResource): Promise<void> {
  const answer = await fetch(`${server.url}/Patient/${id}`, {
    method,
    headers: { "Content-Type": "application/fhir+json" },
    ...(resource === undefined ? {} : { body: JSON.stringify(resource) }),
  });
  expect(answer.ok).toBe(true);
}

/** What happens between two pages. */
interface Change {
  readonly kind: "update" | "delete" | "create";
  readonly which: number;
}

let created = 0;

async function happen({ kind, which }: Change, changed: Set<string>): Promise<void> {
  const patient = patients[which % patients.length] ?? { resourceType: "Patient" };
  const id = String(patient.id);
  const { meta: _, ...rest } = patient;
  if (kind === "create") {
    created += 1;
    const fresh = `${["0", "m", "z"][which % 3]}new${created}`;
    changed.add(fresh);
    await write("PUT", fresh, { ...rest, id: fresh });
    return;
  }
  changed.add(id);
  // A change may move it anywhere in the order.
  const birthDate = `${1930 + (which % 70)}-01-01`;
  if (kind === "update") await write("PUT", id, { ...rest, birthDate } as AnyResource);
  else await write("DELETE", id);
}

/** All pages, each found anew. */
async function walk(
  search: readonly Pair[],
  count: number,
  changes: readonly (readonly Change[])[],
  changed: Set<string>,
): Promise<string[]> {
  const started = Date.now() + 120_000;
  let page = await upstream.search("Patient", [...inTotalOrder(search), ["_count", String(count)]], CALL);
  const found = idsOf(page);
  for (let turn = 0; page.next !== undefined; turn += 1) {
    const position = positionAfter(page, { started, count });
    for (const change of changes[turn] ?? []) await happen(change, changed);
    page = await pageAfter(upstream, "Patient", search, position, CALL);
    found.push(...idsOf(page));
  }
  return found;
}

describe("a search whose cursor the upstream has forgotten", () => {
  const searches: Pair[][] = [
    [],
    [["_sort", "birthdate"]],
    [["_sort", "-_lastUpdated"]],
    [
      ["gender", "female"],
      ["_sort", "-birthdate"],
    ],
  ];

  it.each(searches)("goes on where it ended: %j", async (...search) => {
    const whole = await upstream.search("Patient", [...inTotalOrder(search), ["_count", "1000"]], CALL);
    for (const count of [1, 7, 20]) expect(await walk(search, count, [], new Set())).toEqual(idsOf(whole));
  });

  it("neither misses nor repeats what stays unchanged, whatever else happens", async () => {
    const change = fc.record({
      kind: fc.constantFrom<Change["kind"]>("update", "delete", "create", "update"),
      which: fc.nat(1000),
    });
    const turns = fc.array(fc.array(change, { maxLength: 2 }), { maxLength: 12 });
    let lost = 0;
    const walks = effort(60);
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...searches),
        fc.integer({ min: 3, max: 25 }),
        turns,
        async (search, count, changes) => {
          for (const patient of patients) await write("PUT", String(patient.id), patient);
          const before = idsOf(await upstream.search("Patient", [...search, ["_count", "1000"]], CALL));
          const changed = new Set<string>();
          let found: string[];
          try {
            found = await walk(search, count, changes, changed);
          } catch (error) {
            // Then nothing was said wrongly.
            expect(error).toMatchObject({ code: "page-expired" });
            lost += 1;
            return;
          }
          const unchanged = before.filter((id) => !changed.has(id)).toSorted();
          expect(found.filter((id) => !changed.has(id)).toSorted()).toEqual(unchanged);
        },
      ),
      { numRuns: walks, seed: 20261123 },
    );
    expect(lost).toBeLessThan(walks / 6);
  });

  it("is lost where all that was answered last has changed", async () => {
    const page = await upstream.search("Patient", [...inTotalOrder([]), ["_count", "5"]], CALL);
    const position = positionAfter(page, { started: Date.now(), count: 5 });
    const none = { ...position, last: position.last.map(([id]): Pair => [id, "2020-01-01T00:00:00Z"]) };
    await expect(pageAfter(upstream, "Patient", [], none, CALL)).rejects.toMatchObject({
      code: "page-expired",
    });
    // What changed about when the search began may have changed after it.
    const fresh = { ...position, started: 0 };
    await expect(pageAfter(upstream, "Patient", [], fresh, CALL)).rejects.toMatchObject({
      code: "page-expired",
    });
  });
});

describe("a total order", () => {
  it.each<[Pair[], Pair[]]>([
    [[], [["_sort", "_id"]]],
    [[["_sort", "-date"]], [["_sort", "-date,_id"]]],
    [[["_sort", "-_id"]], [["_sort", "-_id"]]],
  ])("%j", (search, expected) => {
    expect(inTotalOrder(search)).toEqual(expected);
  });
});
