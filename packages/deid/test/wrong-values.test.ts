import { elementTypes, isResourceType, type Json, validateResource } from "@aarohan/fhir";
import { describe, expect, it } from "vitest";
import { compilePolicy, createAnonymiser, type Policy, SHIPPED_POLICIES } from "../src/index.ts";
import { codecFor } from "./codec.ts";
import { resourceWithWrong, SECRET_NUMBER, SECRET_TEXT, WRONG_VALUES } from "./wrong-values.ts";

const TYPES = elementTypes().filter(isResourceType);
const LEVELS = [0, 1, 2, 3];

/** What leaks, and what is no R4, when every place of R4 has the value. */
function faultsOf(policy: Policy, value: Json): string[] {
  const plan = compilePolicy(policy);
  const anonymiser = createAnonymiser(plan, {
    pseudonyms: codecFor(plan),
    releaseYear: 2026,
    withheldPatients: new Set(["other"]),
  });
  return TYPES.flatMap((type) =>
    LEVELS.flatMap((level) => {
      const result = anonymiser.anonymise(resourceWithWrong(type, value, level));
      if (result.kind === "withheld" || policy.audience === "identified") return [];
      const text = JSON.stringify(result.resource);
      const leaks = text.includes(SECRET_TEXT) || text.includes(String(SECRET_NUMBER));
      const issues = validateResource(result.resource).map(({ code, path }) => `${code} ${path}`);
      return [...(leaks ? [`${type}: level ${level} leaks`] : []), ...issues];
    }),
  );
}

describe.each(SHIPPED_POLICIES)("values of the wrong type, by $name", (policy) => {
  it.each(WRONG_VALUES)("%s at every place neither leaves nor stops it", (_kind, value) => {
    expect(faultsOf(policy, value).slice(0, 20)).toEqual([]);
  });
});
