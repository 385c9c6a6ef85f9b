import { elementTypes, isResourceType, type Json, validateResource } from "@aarohan/fhir";
import { describe, expect, it } from "vitest";
import { compilePolicy, createAnonymiser, SHIPPED_POLICIES } from "../src/index.ts";
import { codecFor } from "./codec.ts";
import { everyTypePolicy } from "./every-type-policy.ts";
import { resourceWithWrong, SECRET_NUMBER, SECRET_TEXT, WRONG_VALUES } from "./wrong-values.ts";

const LEVELS = [0, 1, 2, 3];

const anonymisers = [...SHIPPED_POLICIES, everyTypePolicy].map(compilePolicy).map((plan) => ({
  plan,
  anonymiser: createAnonymiser(plan, {
    pseudonyms: codecFor(plan),
    releaseYear: 2026,
    withheldPatients: new Set(["somebody"]),
  }),
}));

/** One resource of each type for each level, with the value at every place of it. */
function resourcesWith(value: Json) {
  const types = elementTypes().filter(isResourceType);
  return types.flatMap((type) => LEVELS.map((level) => resourceWithWrong(type, value, level)));
}

/** What leaks, and what is no R4. */
function faultsOf(value: Json): string[] {
  return resourcesWith(value).flatMap((resource) =>
    anonymisers.flatMap(({ plan, anonymiser }) => {
      const result = anonymiser.anonymise(resource);
      if (result.kind === "withheld" || plan.policy.audience === "identified") return [];
      const text = JSON.stringify(result.resource);
      const leaks = text.includes(SECRET_TEXT) || text.includes(String(SECRET_NUMBER));
      const issues = validateResource(result.resource).map(({ code, path }) => `${code} ${path}`);
      return [...(leaks ? [`leak ${resource.resourceType}`] : []), ...issues].map(
        (fault) => `${plan.name}: ${fault}`,
      );
    }),
  );
}

describe("a value of the wrong type, by every policy", () => {
  it.each(WRONG_VALUES)("%s at every place neither leaves nor stops it", (_kind, value) => {
    expect(faultsOf(value).slice(0, 20)).toEqual([]);
  });
});
