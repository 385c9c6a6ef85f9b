import type { AnyResource } from "@aarohan/fhir";
import { describe, expect, it } from "vitest";
import { compilePolicy, type Plan, SHIPPED_POLICIES } from "../src/index.ts";
import { type CanaryManner, type CanaryResources, canaryResources } from "./canary-flock.ts";
import { type Canary, canariesIn } from "./canary-source.ts";
import { codecFor } from "./codec.ts";
import { everyTypePolicy } from "./every-type-policy.ts";
import { anonymiserBy, EXECUTORS } from "./executors.ts";
import { staysByPlan } from "./plan-fate.ts";

/** As many failures as tell what is wrong. */
const MOST_FAILURES = 20;

type Release = (resource: AnyResource) => AnyResource | undefined;

/** Holds what leaves by one plan, by each executor, against what the plan says of each place. */
class Tally {
  placed = 0;
  readonly leaked: string[] = [];
  readonly lost: string[] = [];
  readonly #stays: (canary: Canary) => boolean;
  readonly #releases: readonly Release[];

  constructor(plan: Plan, stays: (canary: Canary) => boolean) {
    this.#stays = stays;
    this.#releases = EXECUTORS.map((executor) => {
      const anonymiser = anonymiserBy(executor, plan, { pseudonyms: codecFor(plan), releaseYear: 2026 });
      return (resource) => {
        const result = anonymiser.anonymise(resource);
        return result.kind === "released" ? result.resource : undefined;
      };
    });
  }

  add({ resources, placed }: CanaryResources): void {
    const left = this.#releases.map((release) =>
      canariesIn(
        resources.flatMap((resource) => release(resource) ?? []),
        placed,
      ),
    );
    this.placed += placed.size;
    for (const canary of placed.values()) {
      const isExpected = this.#stays(canary);
      for (const [index, canaries] of left.entries()) {
        if (canaries.has(canary) === isExpected) continue;
        note(isExpected ? this.lost : this.leaked, `${EXECUTORS[index]}: ${canary.path}`);
      }
    }
  }
}

function note(failures: string[], failure: string): void {
  if (failures.length < MOST_FAILURES && !failures.includes(failure)) failures.push(failure);
}

/** By the name of each policy. */
function tallies(resources: Iterable<CanaryResources>, stays = staysByPlan): Record<string, Tally> {
  const plans = [...SHIPPED_POLICIES, everyTypePolicy].map(compilePolicy);
  const all = plans.map((plan) => [plan.name, new Tally(plan, (canary) => stays(plan, canary))] as const);
  for (const filled of resources) for (const [, tally] of all) tally.add(filled);
  return Object.fromEntries(all);
}

function expectNoFailure(found: Record<string, Tally>, where: string): void {
  for (const [name, { placed, leaked, lost }] of Object.entries(found)) {
    console.log(`${name}: ${placed} canaries placed ${where}`);
    expect({ name, leaked, lost }).toEqual({ name, leaked: [], lost: [] });
  }
}

/** The resources as contained ones of an Observation that refers to them, or does not. */
function* contained(resources: Iterable<CanaryResources>, isReferred: boolean): Generator<CanaryResources> {
  for (const { resources: inner, placed } of resources) {
    const focus = inner.map(({ id = "" }) => ({ reference: `#${String(id)}` }));
    const holder = { resourceType: "Observation", id: "holder", ...(isReferred ? { focus } : {}) };
    yield { resources: [{ ...holder, contained: inner }], placed };
  }
}

describe("each element of R4, by each shipped policy and one that withholds no type, and by both executors", () => {
  it.each<CanaryManner>(["strange", "plausible"])(
    "lets out what the policy keeps there, and nothing else: %s values",
    (manner) => {
      const found = tallies(canaryResources(manner));
      expectNoFailure(found, `among ${manner} values`);
      expect(found.programme?.placed).toBeGreaterThan(700_000);
    },
  );

  it("lets nothing out beside a modifierExtension inside an element of anonymised data", () => {
    expectNoFailure(tallies(canaryResources("modifier")), "in modifierExtension");
  });

  it.each([true, false])("lets nothing else out of contained resources; referred to: %s", (isReferred) => {
    const found = tallies(contained(canaryResources("plausible"), isReferred), (plan, { path, value }) => {
      const isKept = plan.policy.audience === "identified";
      return isKept && staysByPlan(plan, { path: `Observation.contained.${path}`, value });
    });
    expectNoFailure(found, `in contained resources; referred to: ${isReferred}`);
  });
});
