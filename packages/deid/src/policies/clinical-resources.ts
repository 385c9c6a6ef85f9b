import type { Policy } from "../policy.ts";

/** Elements that the rule of their data type would let through, and that may tell when somebody was born. */
export const clinicalResources: Policy["resources"] = {
  // "Birth date" is a question that an Observation can answer, and a month of birth is finer than a cohort.
  Observation: {
    unnamed: "type",
    elements: {
      valueDateTime: "drop",
      valuePeriod: "drop",
      "component.valueDateTime": "drop",
      "component.valuePeriod": "drop",
    },
  },
  // What is left of it without texts and addresses would not be valid (imm-1).
  Immunization: { unnamed: "type", elements: { education: "drop" } },
  FamilyMemberHistory: {
    unnamed: "type",
    elements: { "born[x]": "drop", "deceased[x]": "drop" },
  },
};
