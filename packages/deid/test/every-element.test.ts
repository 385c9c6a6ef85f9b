import type { AnyResource } from "@aarohan/fhir";
import { describe, expect, it } from "vitest";
import { type Anonymiser, compilePolicy, createAnonymiser, type Plan, SHIPPED_POLICIES } from "../src/index.ts";
import { type CanaryResource, canaryResources } from "./canary-flock.ts";
import { type Canary, canariesIn } from "./canary-source.ts";
import { codecFor } from "./codec.ts";
import { staysByPlan } from "./plan-fate.ts";

/** As many failures as tell what is wrong. */
const MOST_FAILURES = 20;
const plans = SHIPPED_POLICIES.map(compilePolicy);

function anonymiserFor(plan: Plan): Anonymiser {
  return createAnonymiser(plan, { pseudonyms: codecFor(plan), releaseYear: 2026 });
}

interface Tally {
  placed: number;
  readonly leaked: string[];
  readonly lost: string[];
}

/** Sends resources through the plan, and holds what leaves against what the plan says of each place. */
function tallyOf(
  plan: Plan,
  resources: Iterable<CanaryResource>,
  stays = (canary: Canary) => staysByPlan(plan, canary),
): Tally {
  const anonymiser = anonymiserFor(plan);
  const tally: Tally = { placed: 0, leaked: [], lost: [] };
  for (const { resource, placed } of resources) {
    const result = anonymiser.anonymise(resource);
    const left = result.kind === "released" ? canariesIn(result.resource, placed) : new Set<Canary>();
    tally.placed += placed.size;
    for (const canary of placed.values()) {
      const expected = stays(canary);
      if (left.has(canary) && !expected) note(tally.leaked, canary);
      if (!left.has(canary) && expected) note(tally.lost, canary);
    }
  }
  return tally;
}

function note(failures: string[], { path }: Canary): void {
  if (failures.length < MOST_FAILURES && !failures.includes(path)) failures.push(path);
}

/** The resources as contained ones, and an Observation that refers to them, or does not. */
function* contained(resources: Iterable<CanaryResource>, referred: boolean): Generator<CanaryResource> {
  for (const { resource, placed } of resources) {
    const focus = referred ? { focus: [{ reference: `#${String(resource.id)}` }] } : {};
    yield { resource: { resourceType: "Observation", id: "holder", ...focus, contained: [resource] }, placed };
  }
}

function inContained({ path, value }: Canary): Canary {
  return { path: `Observation.contained.${path}`, value };
}

describe.each(plans)("$name", (plan) => {
  it.each(["strange", "plausible"] as const)(
    "lets out of every element of R4 what its plan keeps, and nothing else: %s values",
    (manner) => {
      const tally = tallyOf(plan, canaryResources(manner));
      console.log(`${plan.name}: ${tally.placed} canaries placed among ${manner} values`);
      expect(tally).toMatchObject({ leaked: [], lost: [] });
      expect(tally.placed).toBeGreaterThan(100_000);
    },
    60_000,
  );

  it.each([true, false])("lets them out of contained resources by the same plan; referred to: %s", (referred) => {
    const isIdentified = plan.policy.audience === "identified";
    const tally = tallyOf(
      plan,
      contained(canaryResources("plausible"), referred),
      (canary) => isIdentified && staysByPlan(plan, inContained(canary)),
    );
    console.log(`${plan.name}: ${tally.placed} canaries placed in contained resources; referred to: ${referred}`);
    expect(tally).toMatchObject({ leaked: [], lost: [] });
  }, 60_000);

  it("lets nothing out beside a modifierExtension inside an element", () => {
    const tally = tallyOf(plan, canaryResources("modifier"));
    expect(tally).toMatchObject({ leaked: [], lost: [] });
    expect(tally.placed).toBeGreaterThan(2000);
  });
});
