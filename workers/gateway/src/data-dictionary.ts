import { EdgeError } from "@aarohan/contract";
import { dataDictionary as describeTable, tableOf } from "@aarohan/formats";
import type { Handler } from "hono";
import { baseUrl, resourceType } from "./address.ts";
import { type Caller, callerOf } from "./caller.ts";
import type { GatewayEnv } from "./gateway-env.ts";
import { assertAggregates } from "./indicator-access.ts";

/** Definitions are no rows. */
const WITHOUT_TABLE = new Set(["Measure", "OperationDefinition", "SearchParameter"]);

/** Throws where the type has no table, or none for this caller. */
export function assertTable({ principal, view }: Caller, type: string): void {
  if (WITHOUT_TABLE.has(type)) throw new EdgeError("operation-unknown", `${type} is no table.`);
  if (type === "MeasureReport") assertAggregates(principal, type);
  else view.assertType(type, "search");
}

/** `GET /fhir/{type}/$data-dictionary`: the columns of the type's CSV, as this caller gets it (W3C CSV on the Web). */
export function dataDictionary(): Handler<GatewayEnv> {
  return function dataDictionary(c) {
    const type = resourceType(c);
    const view = c.get("view");
    c.get("record").describe({ interaction: "operation", resourceType: type, policy: view.policy });
    assertTable(callerOf(c), type);
    const table = tableOf(type, { audience: view.audience, answers: view.answers });
    c.header("Content-Type", "application/csvm+json; charset=utf-8");
    return c.body(JSON.stringify(describeTable(table, `${baseUrl(c)}/${type}?_format=csv`)));
  };
}
