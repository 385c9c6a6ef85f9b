import {
  answerColumns,
  compilePolicy,
  createAnonymiser,
  createPseudonymCodec,
  programmePolicy,
} from "@aarohan/deid";
import { canaries } from "@aarohan/devkit";
import type { AnyResource } from "@aarohan/fhir";
import { encodeParquet, tableOf } from "@aarohan/formats";
import { describe, expect, it } from "vitest";
import { formatPage } from "../src/index.ts";

const plan = compilePolicy(programmePolicy);
const pseudonyms = createPseudonymCodec({
  keys: [{ id: 0, secret: new Uint8Array(32).fill(5) }],
  domain: { tenant: "t", recipient: "r", policy: "p" },
});
const anonymiser = createAnonymiser(plan, { pseudonyms, releaseYear: 2026 });
const answers = answerColumns(plan);

/** What is released of the canaries of each resource type, and the marks that must not be in it. */
const byType = new Map<string, { readonly resources: AnyResource[]; readonly marks: string[] }>();
for (const { resource, mark } of canaries()) {
  const result = anonymiser.anonymise(resource);
  if (result.kind === "withheld") continue;
  const known = byType.get(resource.resourceType) ?? { resources: [], marks: [] };
  byType.set(resource.resourceType, known);
  known.resources.push(result.resource);
  known.marks.push(mark);
}

const head = { self: "https://e/fhir", next: undefined, total: undefined, notices: [] };

/** The marks have a form of their own, and the others are long numbers and times. */
function leaksIn(text: string, marks: readonly string[]): string[] {
  const canary = /canary-[0-9a-z]+-yranac/.exec(text);
  return [
    ...(canary === null ? [] : [canary[0]]),
    ...marks.filter((mark) => !mark.startsWith("canary") && text.includes(mark)),
  ];
}

describe("no canary comes out of", () => {
  it.each(["json", "ndjson", "csv"] as const)("%s", (format) => {
    expect(byType.size).toBe(plan.resources.size);
    for (const [resourceType, { resources, marks }] of byType) {
      const page = {
        entries: resources.map((resource) => ({ resource, mode: "match" as const })),
        withheld: 0,
      };
      const options = {
        format,
        pretty: false,
        resourceType,
        audience: "anonymised" as const,
        answers,
        baseUrl: "https://e/fhir",
      };
      const text = Buffer.concat([...formatPage(page, head, options)]).toString();
      expect(text.length).toBeGreaterThan(100);
      expect(leaksIn(text, marks)).toEqual([]);
    }
  });

  it("parquet", () => {
    for (const [resourceType, { resources, marks }] of byType) {
      const table = tableOf(resourceType, { audience: "anonymised", answers });
      const text = Buffer.concat([...encodeParquet(table, resources)]).toString("latin1");
      expect(leaksIn(text, marks)).toEqual([]);
    }
  });
});
