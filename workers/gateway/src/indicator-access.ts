import { scopeGrant } from "@aarohan/access";
import { EdgeError, type Principal } from "@aarohan/contract";

/** Roles that may ask for numbers; viewers for those that are released. */
const SERVED = new Set(["viewer", "data-analyst", "system-administrator"]);

/** Throws `role-not-served` for who sees patients, and not the whole; `scope-missing` for a token that grants no aggregates. */
export function assertAggregates(
  { role, scopes }: Principal,
  resourceType: "Measure" | "MeasureReport",
): void {
  if (!SERVED.has(role)) {
    throw new EdgeError(
      "role-not-served",
      "Aggregates are for viewers, data analysts and system administrators.",
    );
  }
  if (scopeGrant(scopes, resourceType, "search", false).kind !== "granted") {
    throw new EdgeError("scope-missing", `The access token's scopes do not grant ${resourceType}.`);
  }
}
