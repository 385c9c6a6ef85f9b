import { compilePolicy, type Plan, type Policy, programmePolicy } from "@aarohan/deid";
import { ConfigError } from "@aarohan/settings";

/**
 * What data analysts receive. A programme with a policy of its own puts its JSON document beside this file and gives
 * `readPolicy(document)` here: a policy arrives by deployment, and is shown, never edited, while the gateway runs.
 */
const analystPolicy: Policy = programmePolicy;

/** Throws for a policy that cannot serve searches: then the gateway serves nobody. */
export function analystPlan(policy: Policy = analystPolicy): Plan {
  if (policy.audience !== "anonymised") throw new ConfigError("policy", "is for identified data");
  if (policy.use === "export") throw new ConfigError("policy", "is for exports alone");
  if (policy.keys === "job") throw new ConfigError("policy", "needs a key that ends with a job");
  return compilePolicy(policy);
}
