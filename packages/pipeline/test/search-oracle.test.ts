import {
  type Anonymiser,
  compilePolicy,
  createAnonymiser,
  createPseudonymCodec,
  createSearchRules,
  type Policy,
  programmePolicy,
  questionnaireNames,
} from "@aarohan/deid";
import { effort, type FhirServer, generatePopulation, startFhirServer } from "@aarohan/devkit";
import { type AnyResource, type Json, parseSearchParameters } from "@aarohan/fhir";
import { createUpstream, type Upstream } from "@aarohan/upstream";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { releasePage } from "../src/index.ts";

/**
 * A search is an oracle unless its answer can be computed from what is shown: each query is asked through the rules, over
 * the true data, and plainly, over the anonymised data in a server of their own. Both answers have to be the same.
 */
const population = [...generatePopulation({ patients: 80 })];
const call = { requestId: "test" };
const TYPES = [
  "Patient",
  "Observation",
  "Encounter",
  "Condition",
  "QuestionnaireResponse",
  "Task",
  "ClinicalImpression",
  "RiskAssessment",
];

/** The programme's policy at other precisions. */
function variant(name: string, precision: "year" | "month" | "day", years: number): Policy {
  const date = { method: "truncateDate", precision } as const;
  const { resources, types } = programmePolicy;
  const patient = resources.Patient;
  const elements = patient !== undefined && "elements" in patient ? patient.elements : {};
  return {
    ...programmePolicy,
    name,
    types: { ...types, date, dateTime: date },
    resources: {
      ...resources,
      Patient: { elements: { ...elements, birthDate: { method: "ageBand", years, topAge: 60 } } },
    },
  };
}

/** What a programme might write: other precisions, types withheld, elements, data types and terminologies left out. */
const randomPolicy: fc.Arbitrary<Policy> = fc
  .record({
    precision: fc.constantFrom("year" as const, "month" as const, "day" as const),
    years: fc.constantFrom(2, 5, 10),
    level: fc.constantFrom("district" as const, "state" as const),
    withheld: fc.subarray(["Condition", "RiskAssessment", "ClinicalImpression", "Task"], { maxLength: 2 }),
    left: fc.subarray(["gender", "active", "deceased[x]", "address"], { maxLength: 2 }),
    types: fc.subarray(["boolean", "Period"], { maxLength: 1 }),
    elements: fc.subarray(
      [
        "Observation.subject",
        "Observation.encounter",
        "Observation.category",
        "Encounter.subject",
        "Encounter.class",
      ],
      { maxLength: 3 },
    ),
    // All but those that others are recoded to.
    terminologies: fc.subarray(
      Object.keys(programmePolicy.terminologies).filter((system) => !system.includes("artpark.in")),
      { maxLength: 4 },
    ),
  })
  .map(({ precision, years, level, withheld, left, types, elements, terminologies }) => {
    const base = variant("random", precision, years);
    const without = <T>(all: Readonly<Record<string, T>>, names: readonly string[]) =>
      Object.fromEntries(Object.entries(all).filter(([name]) => !names.includes(name)));
    const { Patient } = base.resources;
    const patient = Patient !== undefined && "elements" in Patient ? (Patient.elements ?? {}) : {};
    const dropped = Object.groupBy(elements, (path) => path.split(".")[0] ?? "");
    return {
      ...base,
      types: without(base.types, types),
      terminologies: without(base.terminologies, terminologies),
      resources: {
        ...base.resources,
        ...Object.fromEntries(withheld.map((type) => [type, { withhold: "not needed" }])),
        ...Object.fromEntries(
          Object.entries(dropped).map(([type, paths = []]) => [
            type,
            {
              unnamed: "type" as const,
              elements: Object.fromEntries(
                paths.map((path) => [path.slice(type.length + 1), "drop" as const]),
              ),
            },
          ]),
        ),
        Patient: { elements: without({ ...patient, address: { method: "region" as const, level } }, left) },
      },
    };
  });

const POLICIES = [
  programmePolicy,
  variant("by-year", "year", 10),
  variant("by-day", "day", 2),
  ...fc
    .sample(randomPolicy, { numRuns: 6, seed: 20261123 })
    .map((policy, index) => ({ ...policy, name: `random-${index + 1}` })),
];

describe.each(POLICIES)(
  "$name: what the rules admit is computed from the anonymised data alone",
  (policy) => {
    const plan = compilePolicy(policy);
    const rules = createSearchRules(plan);
    const codec = createPseudonymCodec({
      keys: [{ id: 0, secret: new Uint8Array(32).fill(5) }],
      domain: { tenant: "t", recipient: "r", policy: policy.name },
    });
    let truth: FhirServer;
    let shown: FhirServer;
    let trueUpstream: Upstream;
    let shownUpstream: Upstream;
    const anonymised = new Map<string, AnyResource[]>();

    function anonymiser(): Anonymiser {
      return createAnonymiser(plan, { pseudonyms: codec, releaseYear: 2026 });
    }

    beforeAll(async () => {
      const released = anonymiser();
      for (const resource of population) {
        const result = released.anonymise(resource);
        if (result.kind === "withheld") continue;
        anonymised.set(resource.resourceType, [
          ...(anonymised.get(resource.resourceType) ?? []),
          result.resource,
        ]);
      }
      truth = await startFhirServer({ port: 0, resources: population });
      shown = await startFhirServer({ port: 0, resources: [...anonymised.values()].flat() });
      const upstreamOf = (server: FhirServer) =>
        createUpstream({
          baseUrl: server.url,
          credentials: { kind: "none" },
          timeoutMilliseconds: 30_000,
          linkAliases: [],
        });
      trueUpstream = upstreamOf(truth);
      shownUpstream = upstreamOf(shown);
    });
    afterAll(async () => {
      await truth.close();
      await shown.close();
    });

    async function throughTheRules(type: string, query: [string, string][]): Promise<string[]> {
      const admitted = rules.admit(type, parseSearchParameters(query), codec);
      if (admitted.empty) return [];
      const page = await trueUpstream.search(type, [...admitted.upstream, ["_count", "1000"]], call);
      expect(page.next).toBeUndefined();
      const { entries } = await releasePage(page, {
        anonymiserFor: anonymiser,
        visibleOrder: undefined,
        matches: (resource) => admitted.matches(resource),
        inclusions: admitted.inclusions,
        pause: async () => undefined,
      });
      return entries.map(({ resource }) => String(resource.id)).toSorted();
    }

    async function overTheShown(type: string, asked: [string, string][]): Promise<string[]> {
      // A Questionnaire has several names, and each finds the responses to all of them.
      const query = asked.map(([name, value]): [string, string] => {
        if (name === "questionnaire") return [name, questionnaireNames(plan, value).join(",")];
        return name === "date" && type === "QuestionnaireResponse" ? ["authored", value] : [name, value];
      });
      const page = await shownUpstream.search(type, [...query, ["_count", "1000"]], call);
      expect(page.next).toBeUndefined();
      const text = new TextDecoder();
      return page.bundle.entries
        .map(({ start, end }) => JSON.parse(text.decode(page.bytes.subarray(start, end))) as AnyResource)
        .map(({ id }) => String(id))
        .toSorted();
    }

    /** Values that may stand for a parameter of the type: of what is shown, and of what is not. */
    function valuesFor(type: string, parameter: { name: string; type: string }): fc.Arbitrary<string> {
      const resources = anonymised.get(type) ?? [];
      if (parameter.name === "_id")
        return fc.constantFrom(...resources.slice(0, 40).map(({ id }) => String(id)));
      if (parameter.name === "questionnaire") {
        return fc.constantFrom(...policy.questionnaires.flatMap(({ names }) => names));
      }
      switch (parameter.type) {
        case "reference":
          return fc.constantFrom(...referencesIn(resources), `Patient/${codec.seal("Patient", "nobody")}`);
        case "date":
          return dates(parameter.name);
        case "string":
          return fc.constantFrom("Karnataka", "karnataka", "Bihar", "Kerala", "KERALA");
        default:
          return fc.constantFrom(
            ...tokensIn(resources),
            "female",
            "final",
            "completed",
            "true",
            "current",
            "yes",
          );
      }
    }

    function dates(name: string): fc.Arbitrary<string> {
      const prefix = fc.constantFrom("", "ge", "gt", "le", "lt", "sa", "eb");
      const year =
        name === "birthdate"
          ? fc.constantFrom("1950", "1960", "1970-01-01", "1979-12-31", "1980")
          : fc.constantFrom("2024", "2025");
      const month = fc.constantFrom(
        "2024-12",
        "2025-01",
        "2025-03-01",
        "2025-03-31",
        "2025-02-28",
        "2025-06-15",
      );
      return fc
        .tuple(prefix, name === "birthdate" ? year : fc.oneof(year, month))
        .map(([before, date]) => before + date);
    }

    it("for random queries", async () => {
      let asked = 0;
      let found = 0;
      const released = TYPES.filter((type) => plan.resources.has(type));
      const query = fc.constantFrom(...released).chain((type) => {
        const parameters = rules.parametersOf(type).filter(isAnsweredPlainly);
        const pair = fc
          .constantFrom(...parameters)
          .chain((parameter) =>
            valuesFor(type, parameter).map((value): [string, string] => [parameter.name, value]),
          );
        const { include, revinclude } = rules.includesOf(type);
        const inclusions = [
          ...include.map((value): [string, string] => ["_include", value]),
          ...revinclude
            .filter((value) => TYPES.includes(value.split(":")[0] ?? ""))
            .map((value): [string, string] => ["_revinclude", value]),
        ];
        return fc.tuple(
          fc.constant(type),
          fc
            .tuple(
              fc.array(pair, { minLength: 1, maxLength: 3 }),
              fc.shuffledSubarray(inclusions, { maxLength: 1 }),
            )
            .map((parts) => parts.flat()),
        );
      });
      const queries = effort(800);
      await fc.assert(
        fc.asyncProperty(query, async ([type, pairs]) => {
          let through: string[];
          try {
            through = await throughTheRules(type, pairs);
          } catch (error) {
            // Refused: then it tells nothing.
            expect(Object(error).code).toMatch(/^(?:parameter|precision)-/);
            return;
          }
          asked += 1;
          found += through.length > 0 ? 1 : 0;
          expect(through).toEqual(await overTheShown(type, pairs));
        }),
        { numRuns: queries, seed: 20261123 },
      );
      // Most of them are admitted, and many of those find something: else nothing would have been compared.
      expect(asked).toBeGreaterThan(queries / 6);
      expect(found).toBeGreaterThan(queries / 20);
    });
  },
);

/** Parameters that the development server answers over data that are shown as they are over the true ones. */
function isAnsweredPlainly({ name }: { name: string }): boolean {
  // Cut to the day at midnight UTC, which is another day in the programme's zone; R4's `deceased` is no plain path.
  return name !== "_lastUpdated" && name !== "deceased";
}

function referencesIn(resources: readonly AnyResource[]): string[] {
  const found = new Set<string>();
  walk(resources, (name, value) => {
    if (name === "reference" && typeof value === "string") found.add(value);
  });
  return [...found].slice(0, 60);
}

function tokensIn(resources: readonly AnyResource[]): string[] {
  const found = new Set<string>();
  walk(resources, (_, value) => {
    const { system, code } = Object(value);
    if (typeof code !== "string") return;
    found.add(code);
    if (typeof system === "string") found.add(`${system}|${code}`);
  });
  return [...found];
}

function walk(value: Json, visit: (name: string, value: Json) => void): void {
  if (typeof value !== "object" || value === null) return;
  for (const [name, member] of Object.entries(value)) {
    visit(name, member);
    walk(member, visit);
  }
}
