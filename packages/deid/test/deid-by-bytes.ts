/** `@aarohan/deid` with the byte executor in the place of the other: for builds that tests attack as they attack those that serve. */
import type { Anonymiser } from "../src/anonymiser.ts";
import type { AnonymiserOptions } from "../src/anonymiser-options.ts";
import type { Plan } from "../src/plan.ts";
import { anonymiserBy } from "./executors.ts";

export * from "../src/index.ts";

export function createAnonymiser(plan: Plan, options: AnonymiserOptions): Anonymiser {
  return anonymiserBy("bytes", plan, options);
}
