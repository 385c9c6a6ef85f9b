import { describe, expect, it } from "vitest";
import { compilePolicy, type Policy, PolicyError, SHIPPED_POLICIES } from "../src/index.ts";
import { REFUSED_OPTIONS } from "./refused-options.ts";
import { REFUSED_POLICIES } from "./refused-policies.ts";
import { policyFor, smallPolicy } from "./small-policy.ts";

describe("a policy does not compile", () => {
  it.each([...REFUSED_POLICIES, ...REFUSED_OPTIONS])("with %s", (_what, policy, place, problem) => {
    const compile = () => compilePolicy(policy);
    expect(compile).toThrow(PolicyError);
    expect(compile).toThrow(`policy small: ${place}`);
    expect(compile).toThrow(problem);
  });
});

describe("a policy compiles", () => {
  it.each(SHIPPED_POLICIES)("$name, for every type of R4", (policy) => {
    const plan = compilePolicy(policy);
    expect(plan.resources.size + plan.withheld.size).toBe(146);
    expect(plan.nodes.every((node, index) => node.index === index)).toBe(true);
    expect(plan.groups.every((group, index) => group.index === index)).toBe(true);
  });

  it.each<readonly [string, Policy]>([
    [
      "whose data types contain each other",
      smallPolicy({
        resources: { Observation: { unnamed: "type" } },
        types: {
          Reference: { unnamed: "type", elements: {} },
          Identifier: { unnamed: "type", elements: {} },
          Extension: { unnamed: "type", elements: {} },
        },
      }),
    ],
    [
      "that says of everything how it is dropped",
      policyFor("Patient", { photo: "drop", "deceased[x]": "drop", text: "drop" }),
    ],
    [
      "with one rule for some types of a choice",
      policyFor("Observation", { "value[x]": "type" }, { types: { boolean: "keep" } }),
    ],
    ["that drops what it names inside", policyFor("Observation", { "component.valueString": "drop" })],
  ])("%s", (_what, policy) => {
    expect(compilePolicy(policy).resources.size).toBe(1);
  });

  it("once named, of an element that contains itself too", () => {
    const policy = policyFor("QuestionnaireResponse", {
      "item.item.linkId": { method: "keep", freeText: true },
    });
    expect(compilePolicy(policy).resources.get("QuestionnaireResponse")).toBeDefined();
  });
});

describe("the error of a policy", () => {
  it("names the policy and the place, for a program too", () => {
    try {
      compilePolicy(policyFor("Patient", { nickname: "keep" }));
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ name: "PolicyError", place: "Patient.nickname" });
    }
  });
});
