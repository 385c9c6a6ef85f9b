import { EdgeError } from "@aarohan/contract";
import { type AnyResource, negotiate } from "@aarohan/fhir";
import { encodeBundle, encodeNdjson, encodeResource } from "@aarohan/formats";
import { INDICATORS, indicatorNamed, measureResource } from "@aarohan/measures";
import type { Context, Handler } from "hono";
import { baseUrl } from "./address.ts";
import { answer } from "./answer.ts";
import type { GatewayEnv } from "./gateway-env.ts";
import { assertAggregates } from "./indicator-access.ts";

const NOBODY: ReadonlySet<string> = new Set();
const SELECTING = ["_id", "name", "title", "url"] as const;

/** `GET /fhir/Measure`: the indicators' definitions; by `_id`, `name`, `title` or `url`. */
export function searchMeasures(): Handler<GatewayEnv> {
  return function searchMeasures(c) {
    const query = new URL(c.req.url).searchParams;
    c.get("record").describe({
      interaction: "search-type",
      resourceType: "Measure",
      parameters: [...new Set(query.keys())].sort(),
    });
    assertAggregates(c, "Measure");
    const measures = INDICATORS.map((indicator) => measureResource(indicator));
    const found = measures.filter((measure) =>
      [...query].every(([name, value]) => isFound(measure, name, value)),
    );
    const format = formatOf(c);
    const items = found.map((resource) => ({
      resource,
      mode: "match" as const,
      fullUrl: `${baseUrl(c)}/Measure/${resource.id}`,
    }));
    const head = {
      self: `${baseUrl(c)}/Measure${query.size > 0 ? `?${query}` : ""}`,
      next: undefined,
      total: found.length,
      notices: [],
    };
    const chunks = format === "json" ? encodeBundle(head, items, { pretty: false }) : encodeNdjson(found);
    return answer(c, chunks, {
      format,
      resourceType: "Measure",
      next: undefined,
      resources: found.length,
      withheld: 0,
      patients: NOBODY,
    });
  };
}

/** `GET /fhir/Measure/{id}`: by its id, or by the name that the export guide has for it. */
export function readMeasure(): Handler<GatewayEnv> {
  return function readMeasure(c) {
    c.get("record").describe({ interaction: "read", resourceType: "Measure" });
    assertAggregates(c, "Measure");
    const indicator = indicatorNamed(`Measure/${c.req.param("id") ?? ""}`);
    if (indicator === undefined) throw new EdgeError("resource-not-found", "There is no such Measure.");
    const format = formatOf(c);
    const measure = measureResource(indicator);
    const chunks = format === "json" ? encodeResource(measure, { pretty: false }) : encodeNdjson([measure]);
    return answer(c, chunks, {
      format,
      resourceType: "Measure",
      next: undefined,
      resources: 1,
      withheld: 0,
      patients: NOBODY,
    });
  };
}

function isFound(measure: AnyResource, name: string, value: string): boolean {
  if (name === "_format") return true;
  if (!SELECTING.some((known) => known === name))
    throw new EdgeError("parameter-unknown", `Measures are found by ${SELECTING.join(", ")}.`, {
      parameter: shown(name),
    });
  const values = value.split(",");
  if (name === "_id") return values.includes(String(measure.id));
  const own = String(measure[name]).toLowerCase();
  return values.some((one) =>
    name === "url" ? own === one.toLowerCase() : own.startsWith(one.toLowerCase()),
  );
}

/** A definition is no table. */
function formatOf(c: Context<GatewayEnv>): "json" | "ndjson" {
  const format = c.req.query("_format");
  const accept = c.req.header("Accept");
  const negotiated = negotiate({
    ...(format === undefined ? {} : { format }),
    ...(accept === undefined ? {} : { accept }),
  });
  if (negotiated === "csv")
    throw new EdgeError("not-acceptable", "Measures come as json or ndjson.", { parameter: "_format" });
  return negotiated;
}

function shown(name: string): string {
  return /^_?[A-Za-z-]{1,40}$/.test(name) ? name : "(malformed)";
}
