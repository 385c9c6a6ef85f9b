import { EdgeError } from "@aarohan/contract";
import { isResourceType } from "@aarohan/fhir";
import type { Context } from "hono";
import type { GatewayEnv } from "./gateway-env.ts";

/** Origin under which the client sees the gateway. */
function publicOrigin(c: Context<GatewayEnv>): string {
  return c.get("services").config.publicOrigin ?? new URL(c.req.url).origin;
}

export function baseUrl(c: Context<GatewayEnv>): string {
  return `${publicOrigin(c)}/fhir`;
}

/** The resource type in the path; throws `resource-type-unknown` for what FHIR R4 does not have. */
export function resourceType(c: Context<GatewayEnv>): string {
  const type = c.req.param("type") ?? "";
  if (!isResourceType(type)) {
    throw new EdgeError(
      "resource-type-unknown",
      "FHIR R4 has no such resource type; /fhir/metadata lists those that are served.",
    );
  }
  return type;
}
