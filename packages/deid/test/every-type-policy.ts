import { type Policy, programmePolicy } from "../src/index.ts";

/** Releases resources of all types by the rules of their data types: what holds for it holds whatever is withheld. */
export const everyTypePolicy: Policy = {
  ...programmePolicy,
  name: "every-type",
  resources: Object.fromEntries(
    Object.entries(programmePolicy.resources).filter(([, rules]) => !("withhold" in rules)),
  ),
};
