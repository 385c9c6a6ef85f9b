import { isFhirId } from "@aarohan/fhir";
import { INDICATORS, indicatorNamed, measureResource } from "@aarohan/measures";
import type { Handler } from "hono";
import { answerCatalogue, answerOne } from "./catalogue.ts";
import type { GatewayEnv } from "./gateway-env.ts";
import { assertAggregates } from "./indicator-access.ts";

/** What Measures are found by. */
export const MEASURE_PARAMETERS = ["_id", "name", "title", "url"] as const;

/** `GET /fhir/Measure` and `POST _search`: the indicators' definitions. */
export function searchMeasures(): Handler<GatewayEnv> {
  return function searchMeasures(c) {
    const measures = () => {
      assertAggregates(c.get("principal"), "Measure");
      return INDICATORS.map((indicator) => measureResource(indicator));
    };
    return answerCatalogue(c, "Measure", MEASURE_PARAMETERS, measures);
  };
}

/**
 * `GET /fhir/Measure/{id}`: by its id, or by the name that the export guide has for it, which is then its id (FHIR R4
 * §3.1.0.2): reports refer to it so.
 */
export function readMeasure(): Handler<GatewayEnv> {
  return function readMeasure(c) {
    c.get("record").describe({ interaction: "read", resourceType: "Measure" });
    assertAggregates(c.get("principal"), "Measure");
    const id = c.req.param("id") ?? "";
    const indicator = isFhirId(id) ? indicatorNamed(`Measure/${id}`) : undefined;
    return answerOne(
      c,
      "Measure",
      indicator === undefined ? undefined : { ...measureResource(indicator), id },
    );
  };
}
