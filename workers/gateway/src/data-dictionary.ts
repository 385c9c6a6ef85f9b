import { dataDictionary as describeTable, tableOf } from "@aarohan/formats";
import type { Handler } from "hono";
import { baseUrl, resourceType } from "./address.ts";
import type { GatewayEnv } from "./gateway-env.ts";
import { assertAggregates } from "./indicator-access.ts";

/** `GET /fhir/{type}/$data-dictionary`: the columns of the type's CSV, as this caller gets it (W3C CSV on the Web). */
export function dataDictionary(): Handler<GatewayEnv> {
  return function dataDictionary(c) {
    const type = resourceType(c);
    const view = c.get("view");
    c.get("record").describe({ interaction: "operation", resourceType: type, policy: view.policy });
    if (type === "MeasureReport") assertAggregates(c, type);
    else view.assertType(type, "search");
    const table = tableOf(type, { audience: view.audience, answers: view.answers });
    c.header("Content-Type", "application/csvm+json; charset=utf-8");
    return c.body(JSON.stringify(describeTable(table, `${baseUrl(c)}/${type}?_format=csv`)));
  };
}
