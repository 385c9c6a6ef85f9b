import { splitBundle } from "@aarohan/fhir";
import type { Upstream } from "@aarohan/upstream";
import { expect, it } from "vitest";
import { createPatientsInCare } from "../src/index.ts";

const CALL = { requestId: "test" };

/** A server with so many patients of everybody, a thousand a page. */
function server(patients: number) {
  const searches: string[] = [];
  const page = (from: number) => {
    const entry = Array.from({ length: Math.min(1000, patients - from) }, (_, index) => ({
      resource: { resourceType: "Patient", id: `p${from + index}` },
      search: { mode: "match" },
    }));
    const bytes = new TextEncoder().encode(
      JSON.stringify({ resourceType: "Bundle", type: "searchset", entry }),
    );
    const bundle = splitBundle(bytes, { maximumResourceBytes: 1000 });
    return { bytes, bundle, next: from + 1000 < patients ? String(from + 1000) : undefined };
  };
  const upstream: Upstream = {
    async search(type, parameters) {
      searches.push(`${type}?${parameters.map((pair) => pair.join("=")).join("&")}`);
      return page(0);
    },
    follow: async (cursor) => page(Number(cursor)),
    read: async () => undefined,
    serverTime: async () => undefined,
    capabilities: async () => [],
    history: () => Promise.reject(new Error("not expected")),
    isReachable: async () => true,
  };
  return { upstream, searches };
}

it("asks for all pages, once in half a minute", async () => {
  const { upstream, searches } = server(1500);
  let now = 0;
  const care = createPatientsInCare(upstream, () => now);
  expect(await care.of(["b", "a"], CALL)).toHaveLength(1500);
  expect(await care.of(["a", "b"], CALL)).toHaveLength(1500);
  expect(searches).toEqual(["Patient?general-practitioner=Practitioner/a,Practitioner/b&_count=1000"]);
  now += 30_001;
  await care.of(["a", "b"], CALL);
  expect(searches).toHaveLength(2);
});

it("serves nobody who has more patients than can be asked for", async () => {
  await expect(createPatientsInCare(server(2001).upstream).of(["a"], CALL)).rejects.toMatchObject({
    code: "role-not-served",
  });
});
