import type { DescribedParameter } from "@aarohan/fhir";
import { BOUND_PREFIXES } from "./date-border.ts";
import type { SearchParameterRule } from "./search-parameter-rule.ts";

type Told = Omit<DescribedParameter, "name">;

/** What a caller of anonymised data may know of a parameter: as its rule admits it. */
export function describedParameter(name: string, rule: SearchParameterRule): DescribedParameter {
  return { name, ...told(rule) };
}

/** `_id` takes what `reference` rules take, of one type. */
export function describedId(resourceType: string): DescribedParameter {
  return { name: "_id", ...list("token", `Pseudonyms of ${resourceType}.`) };
}

export const DESCRIBED_LAST_UPDATED: DescribedParameter = {
  name: "_lastUpdated",
  ...date("By the day: a time of day is cut off, and the answer says so."),
};

function told(rule: SearchParameterRule): Told {
  switch (rule.kind) {
    case "token":
      return list("token", "Codes of the terminologies that leave, as code or system|code.");
    case "code":
      return list("token", `One of: ${[...rule.values].join(", ")}.`);
    case "boolean":
      return list("token", "One of: true, false.");
    case "presence":
      return { ...list("token", "One of: true, false."), takesList: false };
    case "reference":
      return { ...list("reference", "Pseudonyms, as Type/id."), targets: rule.types };
    case "date":
      return date(
        rule.precision === "day"
          ? "By the day."
          : `By the ${rule.precision}: borders fall on a ${rule.precision}'s first or last day.`,
      );
    case "birthCohort":
      return date(
        `By cohorts of ${rule.years} years: borders are 1 January of a year that ${rule.years} divides.`,
      );
    case "state":
      return list("string", "Whole names of Indian states.");
    case "questionnaire":
      return list("reference", "Questionnaires whose answers leave, by name or canonical URL.");
  }
}

function list(type: DescribedParameter["type"], description: string): Told {
  return { type, description, targets: [], comparators: [], takesList: true };
}

function date(description: string): Told {
  return { type: "date", description, targets: [], comparators: BOUND_PREFIXES, takesList: false };
}
