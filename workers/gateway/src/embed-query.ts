import { EdgeError, type Widget } from "@aarohan/contract";
import { DEFAULT_TENANT } from "@aarohan/programme";
import type { Context } from "hono";
import { isMeasureId, regionNamed, widgetNamed } from "./embed-scope.ts";
import type { GatewayEnv } from "./gateway-env.ts";

const TENANT = /^[A-Za-z0-9_-]{1,64}$/;

/** How the report is to be cut: as searches of MeasureReport have it. */
export const CUTS = ["period", "group", "stratifier"] as const;
const KNOWN = ["measure", "region", "tenant", ...CUTS];

/** What a widget asks for, before it is known whether it may. */
export interface EmbedRequest {
  readonly widget: Widget;
  readonly tenant: string;
  readonly measure: string | undefined;
  readonly region: string | undefined;
}

/**
 * Path and query of `/embed/…/{widget}`; `further` parameters are known, and not read here. Throws `parameter-unknown`,
 * `parameter-repeated` or `parameter-invalid`.
 */
export function readEmbedRequest(c: Context<GatewayEnv>, further: readonly string[] = []): EmbedRequest {
  const parameters = new URL(c.req.url).searchParams;
  const known = [...KNOWN, ...further];
  for (const name of parameters.keys()) {
    if (!known.includes(name))
      throw new EdgeError("parameter-unknown", `Widgets ask by: ${known.join(", ")}.`);
    if (parameters.getAll(name).length > 1) {
      throw new EdgeError("parameter-repeated", `${name} may stand only once.`, { parameter: name });
    }
  }
  const measure = parameters.get("measure") ?? undefined;
  const region = regionNamed(parameters.get("region"));
  const tenant = parameters.get("tenant") ?? DEFAULT_TENANT;
  if (measure !== undefined && !isMeasureId(measure)) throw invalid("measure", "is the id of a Measure");
  if (parameters.has("region") && region === undefined)
    throw invalid("region", "is a state, or state|district");
  if (!TENANT.test(tenant)) throw invalid("tenant", "is no name of a tenant");
  return { widget: widgetNamed(c.req.param("widget")), tenant, measure, region };
}

function invalid(parameter: string, what: string): EdgeError {
  return new EdgeError("parameter-invalid", `${parameter} ${what}.`, { parameter });
}

export function measureMissing(): EdgeError {
  return invalid("measure", "names the Measure");
}
