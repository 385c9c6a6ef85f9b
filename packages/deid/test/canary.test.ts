import { type Canary, canaries } from "@aarohan/devkit";
import { choiceName, elementsOf, elementTypes } from "@aarohan/fhir";
import { describe, expect, it } from "vitest";
import {
  compilePolicy,
  createAnonymiser,
  createPseudonymCodec,
  effectOf,
  identifiedPolicy,
  type Plan,
  type PlanElements,
  SHIPPED_POLICIES,
} from "../src/index.ts";

function anonymiserOf(plan: Plan) {
  const pseudonyms = createPseudonymCodec({
    keys: [{ id: 1, secret: new Uint8Array(32).fill(9) }],
    domain: { tenant: "default", recipient: "analyst", policy: plan.name },
  });
  return createAnonymiser(plan, { pseudonyms, releaseYear: 2026, withheldPatients: new Set() });
}

/** Groups of the plan by the type that they are of. */
function groupsOf(plan: Plan): Map<string, PlanElements[]> {
  const groups = new Map<string, PlanElements[]>();
  for (const group of plan.groups) {
    for (const { type, action } of [...group.nodes.values()]) {
      if (action.method === "elements") groups.set(type, [...(groups.get(type) ?? []), action.elements]);
    }
  }
  for (const [type, group] of plan.resources) groups.set(type, [group]);
  return groups;
}

/** True where the plan's own table says that a value at this element may stay as it is. */
function isKept(groups: Map<string, PlanElements[]>, { owner, name }: Canary): boolean {
  return (groups.get(owner) ?? []).some((group) => {
    const node = group.nodes.get(name);
    return node === undefined ? group.keepsUnknown : effectOf(node.action) === "kept";
  });
}

describe.each(SHIPPED_POLICIES.filter(({ audience }) => audience === "anonymised"))("$name", (policy) => {
  const plan = compilePolicy(policy);

  it("lets no canary out of any element of any resource type", () => {
    const anonymiser = anonymiserOf(plan);
    const leaks: string[] = [];
    const types = new Set<string>();
    let placed = 0;
    for (const { place, resource, mark } of canaries()) {
      placed += 1;
      types.add(resource.resourceType);
      const result = anonymiser.anonymise(resource);
      if (plan.withheld.has(resource.resourceType) && result.kind === "released") leaks.push(place);
      if (JSON.stringify(result).includes(mark)) leaks.push(place);
    }
    console.log(`${policy.name}: ${placed} canaries placed in ${types.size} resource types`);
    expect(leaks).toEqual([]);
    expect(types.size).toBe(146);
    expect(placed).toBeGreaterThan(20_000);
  });

  it("has no element of text, of identifiers or of people in its table of what is kept", () => {
    const kept = [...plan.nodes].filter(({ action }) => effectOf(action) === "kept");
    const types = new Set(kept.map(({ type }) => type));
    expect([...types].toSorted()).toEqual(
      [
        "boolean",
        "canonical",
        "code",
        ...(policy.name === "programme" ? ["decimal"] : []),
        ...(policy.name === "programme" ? ["uri"] : []),
      ].toSorted(),
    );
  });
});

describe("identified", () => {
  const plan = compilePolicy(identifiedPolicy);
  const CREDENTIALS = /^(?:Endpoint\.header|Subscription\.channel\.header)(?:\._)?$/;
  const URLS = /(?:Attachment|\.photo|\.content|\.presentedForm|\.image|url|address|endpoint)/;

  it("keeps every canary but those in credentials and URLs", () => {
    const anonymiser = anonymiserOf(plan);
    const lost: string[] = [];
    const groups = groupsOf(plan);
    for (const canary of canaries()) {
      const text = JSON.stringify(anonymiser.anonymise(canary.resource));
      const isThere = text.includes(canary.mark) || canary.mark.startsWith("no boolean");
      if (CREDENTIALS.test(canary.place)) expect(isThere).toBe(false);
      else if (!isThere && isKept(groups, canary)) lost.push(canary.place);
    }
    expect(lost.filter((place) => !URLS.test(place))).toEqual([]);
  });
});

describe("the canaries themselves", () => {
  it("reach every element of every type, and would be seen", () => {
    const reached = new Set<string>();
    for (const { owner, name, resource, mark } of canaries()) {
      reached.add(`${owner}.${name}`);
      if (mark.startsWith("no boolean")) continue;
      if (!JSON.stringify(resource).includes(mark)) throw new Error("a canary is not where it should be");
    }
    for (const type of elementTypes()) {
      if (ABSTRACT.includes(type)) continue;
      for (const { name, types } of elementsOf(type)?.values() ?? []) {
        for (const one of types) {
          expect(reached).toContain(`${type}.${name.endsWith("[x]") ? choiceName(name, one) : name}`);
        }
      }
    }
  });
});

/** Types that no element is of. */
const ABSTRACT = [
  "Element",
  "BackboneElement",
  "Resource",
  "DomainResource",
  "MoneyQuantity",
  "SimpleQuantity",
];
