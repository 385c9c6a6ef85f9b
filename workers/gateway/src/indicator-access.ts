import { scopeGrant } from "@aarohan/access";
import { EdgeError } from "@aarohan/contract";
import type { Context } from "hono";
import type { GatewayEnv } from "./gateway-env.ts";

/** Roles that may ask for numbers; viewers for those that are released. */
const SERVED = new Set(["viewer", "data-analyst", "system-administrator"]);

/** Throws `role-not-served` for who sees patients, and not the whole; `scope-missing` for a token that grants no aggregates. */
export function assertAggregates(c: Context<GatewayEnv>, resourceType: "Measure" | "MeasureReport"): void {
  const { role, scopes } = c.get("principal");
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
