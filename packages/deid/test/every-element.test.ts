import type { AnyResource } from "@aarohan/fhir";
import { describe, expect, it } from "vitest";
import { compilePolicy, type Plan, SHIPPED_POLICIES } from "../src/index.ts";
import { type CanaryManner, type CanaryResources, canaryResources } from "./canary-flock.ts";
import { type Canary, canariesIn } from "./canary-source.ts";
import { codecFor } from "./codec.ts";
import { everyTypePolicy } from "./every-type-policy.ts";
import { anonymiserBy, EXECUTORS, type Executor } from "./executors.ts";
import { staysByPlan } from "./plan-fate.ts";

/** As many failures as tell what is wrong. */
const MOST_FAILURES = 20;

/** Holds what leaves by one plan against what the plan says of each place. */
class Tally {
  placed = 0;
  readonly leaked: string[] = [];
  readonly lost: string[] = [];
  readonly #stays: (canary: Canary) => boolean;
  readonly #released: (resource: AnyResource) => AnyResource | undefined;

  constructor(plan: Plan, executor: Executor, stays: (canary: Canary) => boolean) {
    const anonymiser = anonymiserBy(executor, plan, { pseudonyms: codecFor(plan), releaseYear: 2026 });
    this.#stays = stays;
    this.#released = (resource) => {
      const result = anonymiser.anonymise(resource);
      return result.kind === "released" ? result.resource : undefined;
    };
  }

  add({ resources, placed }: CanaryResources): void {
    const left = canariesIn(
      resources.flatMap((resource) => this.#released(resource) ?? []),
      placed,
    );
    this.placed += placed.size;
    for (const canary of placed.values()) {
      const isExpected = this.#stays(canary);
      if (left.has(canary) && !isExpected) note(this.leaked, canary);
      if (!left.has(canary) && isExpected) note(this.lost, canary);
    }
  }
}

function note(failures: string[], { path }: Canary): void {
  if (failures.length < MOST_FAILURES && !failures.includes(path)) failures.push(path);
}

/** By the name of each policy. */
function tallies(
  executor: Executor,
  resources: Iterable<CanaryResources>,
  stays = staysByPlan,
): Record<string, Tally> {
  const plans = [...SHIPPED_POLICIES, everyTypePolicy].map(compilePolicy);
  const all = plans.map(
    (plan) => [plan.name, new Tally(plan, executor, (canary) => stays(plan, canary))] as const,
  );
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

describe.each(EXECUTORS)(
  "by %s: each element of R4, by each shipped policy and one that withholds no type",
  (executor) => {
    it.each<CanaryManner>(["strange", "plausible"])(
      "lets out what the policy keeps there, and nothing else: %s values",
      (manner) => {
        const found = tallies(executor, canaryResources(manner));
        expectNoFailure(found, `among ${manner} values`);
        expect(found.programme?.placed).toBeGreaterThan(700_000);
      },
      60_000,
    );

    it("lets nothing out beside a modifierExtension inside an element of anonymised data", () => {
      expectNoFailure(tallies(executor, canaryResources("modifier")), "in modifierExtension");
    }, 60_000);

    it.each([true, false])(
      "lets nothing else out of contained resources; referred to: %s",
      (isReferred) => {
        const found = tallies(
          executor,
          contained(canaryResources("plausible"), isReferred),
          (plan, { path, value }) => {
            const isKept = plan.policy.audience === "identified";
            return isKept && staysByPlan(plan, { path: `Observation.contained.${path}`, value });
          },
        );
        expectNoFailure(found, `in contained resources; referred to: ${isReferred}`);
      },
      60_000,
    );
  },
);
