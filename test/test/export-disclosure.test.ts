import { generatePopulation } from "@aarohan/devkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ExportClient, exportClient, type Manifest } from "../src/export-client.ts";
import { startTestStack, type TestStack } from "../src/test-stack.ts";
import { withheldByConsent } from "../src/withheld-by-consent.ts";

const PATIENTS = 700;
const MINIMUM = 11;
const TYPES = "Patient,Observation,QuestionnaireResponse,Encounter";

interface Person {
  birth: string;
  gender: string;
  district: string;
  state: string;
  month: string;
}

/** Who is alike in the data, found out as somebody would who only has the data. */
function classesOf(resources: readonly Record<string, unknown>[]): Map<string, number> {
  const people = new Map<string, Person>();
  const person = (id: string) => {
    const known = people.get(id) ?? { birth: "", gender: "", district: "", state: "", month: "" };
    people.set(id, known);
    return known;
  };
  for (const resource of resources) {
    const text = JSON.stringify(resource);
    if (resource.resourceType === "Patient") {
      const [address = {}] = (resource.address ?? []) as { district?: string; state?: string }[];
      const range = /"valueRange":\{"low":\{"value":(\d+)/.exec(text)?.[1];
      Object.assign(person(String(resource.id)), {
        birth: String(resource.birthDate ?? (range === undefined ? "" : `${range}+`)),
        gender: String(resource.gender ?? ""),
        district: address.district ?? "",
        state: address.state ?? "",
      });
    }
    const id = /"subject":\{"reference":"Patient\/([^"]+)"/.exec(text)?.[1];
    const { authored, effectiveDateTime, period } = resource as Record<string, string | undefined>;
    const date = authored ?? effectiveDateTime ?? (Object(period).start as string | undefined);
    if (id === undefined || date === undefined) continue;
    const known = person(id);
    if (known.month === "" || date.slice(0, 7) < known.month) known.month = date.slice(0, 7);
  }
  const sizes = new Map<string, number>();
  for (const one of people.values()) {
    const key = JSON.stringify([one.birth, one.gender, one.district, one.state, one.month]);
    sizes.set(key, (sizes.get(key) ?? 0) + 1);
  }
  return sizes;
}

function reportOf({ extension }: Manifest): Record<string, number> {
  return Object(extension.disclosure);
}

async function exported(stack: TestStack, path: string) {
  const client: ExportClient = await exportClient(stack, "analyst");
  const manifest = await client.run(path);
  return { manifest, resources: await client.resources(manifest) };
}

describe("the disclosure report", () => {
  let stack: TestStack;
  beforeAll(async () => {
    stack = await startTestStack({ patients: 200 });
  });
  afterAll(() => stack.close());

  it("counts who is alike, as somebody who has the data would", async () => {
    const { manifest, resources } = await exported(stack, `/$export?_type=${TYPES}`);
    const sizes = [...classesOf(resources).values()];
    const below = sizes.filter((size) => size < MINIMUM);
    expect(reportOf(manifest)).toMatchObject({
      k: MINIMUM,
      quasiIdentifiers: ["birth", "gender", "district", "state", "month"],
      patients: sizes.reduce((sum, size) => sum + size, 0),
      classes: sizes.length,
      smallest: Math.min(...sizes),
      classesBelow: below.length,
      patientsBelow: below.reduce((sum, size) => sum + size, 0),
    });
  });

  it("counts resources by type, and says nothing of elements that analysts do not see", async () => {
    const { manifest, resources } = await exported(stack, `/$export?_type=${TYPES}`);
    const byType = Object.groupBy(resources, ({ resourceType }) => String(resourceType));
    const { resources: told } = Object(manifest.extension.disclosure);
    expect(told).toEqual(
      Object.fromEntries(Object.entries(byType).map(([type, all]) => [type, all?.length])),
    );
    expect(manifest.extension.disclosure).not.toHaveProperty("elements");
  });

  it("is not about who is alike where they are identified, and tells administrators whom consent keeps back", async () => {
    const withheld = withheldByConsent([...generatePopulation({ patients: 200 })], "opt-out");
    expect(withheld.size).toBeGreaterThan(0);
    const client = await exportClient(stack, "administrator");
    const manifest = await client.run("/$export?_type=Patient,Condition");
    expect(Object.keys(reportOf(manifest)).toSorted()).toEqual([
      "elements",
      "patientsWithheldFromAnalysts",
      "resources",
    ]);
    expect(reportOf(manifest)).toMatchObject({
      resources: { Patient: 200 },
      patientsWithheldFromAnalysts: withheld.size,
    });
    const { elements } = Object(manifest.extension.disclosure);
    expect(elements.kept).toBeGreaterThan(1000);
    expect(elements.dropped).toBeGreaterThan(0);
  });

  it("tells nobody else, and no number where Consents cannot be asked: the data are whole", async () => {
    const { manifest } = await exported(stack, "/$export?_type=Patient");
    expect(manifest.extension.disclosure).not.toHaveProperty("patientsWithheldFromAnalysts");
    if (stack.upstream !== undefined)
      stack.upstream.fault = { kind: "answer", status: 500, body: "{}", matching: /Consent/ };
    const client = await exportClient(stack, "administrator");
    const whole = await client.run("/$export?_type=Patient");
    expect(Object.keys(reportOf(whole)).toSorted()).toEqual(["elements", "resources"]);
    expect(whole.output[0]?.count).toBe(200);
    expect(whole.error).toEqual([]);
  });
});

describe("where classes have a size", () => {
  let stack: TestStack;
  beforeAll(async () => {
    stack = await startTestStack({
      patients: PATIENTS,
      settings: {
        EXPORT_MINIMUM_CLASS_SIZE: String(MINIMUM),
        EXPORT_PAGE_SIZE: "200",
        EXPORT_WINDOW_RESOURCES: "1000",
      },
    });
  });
  afterAll(() => stack.close());

  it.each([
    ["everything", `/$export?_type=${TYPES}`],
    ["some types, Patients not among them", "/$export?_type=Observation,QuestionnaireResponse"],
    ["what has changed since", `/$export?_type=${TYPES}&_since=2025-09-01T00:00:00Z`],
    [
      "what a filter selects",
      `/$export?_type=${TYPES}&_typeFilter=${encodeURIComponent("Patient?gender=female")}`,
    ],
  ])("nobody is alike fewer than that: %s", async (_, path) => {
    const { manifest, resources } = await exported(stack, path);
    const sizes = [...classesOf(resources).values()];
    expect(resources.length).toBeGreaterThan(50);
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(MINIMUM);
    expect(reportOf(manifest)).toMatchObject({
      minimumClassSize: MINIMUM,
      classesBelow: 0,
      patientsBelow: 0,
    });
    expect(reportOf(manifest).smallest).toBeGreaterThanOrEqual(MINIMUM);
    const levels: Record<string, number> = Object(Object(manifest.extension.disclosure).patientsByLevel);
    const changed = Object.values(levels).reduce((sum, count) => sum + count, 0);
    expect(changed).toBeGreaterThan(0);
  });

  it("it is another policy, whose pseudonyms those of searches do not match", async () => {
    const { manifest, resources } = await exported(stack, "/$export?_type=Patient");
    expect(manifest.extension.policy).toMatchObject({ name: `programme-k${MINIMUM}` });
    const searched = await stack.ask("analyst", "/Patient?_count=1000");
    const ids = new Set(resources.map(({ id }) => id));
    expect(ids.size).toBeGreaterThan(100);
    for (const [, id] of searched.body.matchAll(/"resourceType":"Patient","id":"([^"]+)"/g)) {
      expect(ids.has(id)).toBe(false);
    }
  });

  it("no district leaves where its class is too small, in any format", async () => {
    const districts = new Set(
      [...generatePopulation({ patients: PATIENTS })]
        .filter(({ resourceType }) => resourceType === "Patient")
        .map(({ address }) => String(Object(Object(address)[0]).district)),
    );
    const client = await exportClient(stack, "analyst");
    const manifest = await client.run(`/$export?_type=${TYPES}&_outputFormat=text/csv`);
    const text = (
      await Promise.all(manifest.output.map(async ({ url }) => (await client.ask(url)).body))
    ).join("\n");
    const { resources } = await exported(stack, `/$export?_type=${TYPES}`);
    const shown = new Set(
      resources.flatMap((resource) =>
        [...JSON.stringify(resource).matchAll(/"district":"([^"]+)"/g)].map(([, name]) => name),
      ),
    );
    for (const district of districts) {
      if (!shown.has(district)) expect(text).not.toContain(`,${district},`);
    }
  });
});
