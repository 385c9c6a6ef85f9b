import { EdgeError } from "@aarohan/contract";
import { isResourceType, RESOURCE_TYPES } from "@aarohan/fhir";
import type { Context } from "hono";
import type { GatewayEnv } from "./gateway-env.ts";

/** Origin under which the client sees the gateway. */
export function publicOrigin(c: Context<GatewayEnv>): string {
  return c.get("services").config.publicOrigin ?? new URL(c.req.url).origin;
}

/** The FHIR base that the request went to: a tenant's own where the address names one. */
export function baseUrl(c: Context<GatewayEnv>): string {
  const tenant = tenantOf(c);
  return `${publicOrigin(c)}/fhir${tenant === undefined ? "" : `/${tenant}`}`;
}

/** The tenant that the address names. */
export function tenantOf(c: Context<GatewayEnv>): string | undefined {
  return tenantOfPath(decoded(new URL(c.req.url).pathname));
}

const TENANT_PATH = /^\/fhir\/([A-Za-z0-9-][A-Za-z0-9_-]{0,63})\/([^/]+)/;
/** Part of the interface that stands below a base alone. */
const BELOW_BASE = /^(?:metadata$|[$.])/;

/**
 * `/fhir/north/Patient` → `north`; `undefined` where what follows the base is a resource type, or part of the interface. A
 * type that is misspelt, with an id or an operation behind it, is no tenant.
 */
function tenantOfPath(path: string): string | undefined {
  const [, name, below = ""] = TENANT_PATH.exec(path) ?? [];
  if (name === undefined || name === "metadata" || TYPES_IN_LOWER_CASE.has(name.toLowerCase()))
    return undefined;
  if (isResourceType(below) || BELOW_BASE.test(below)) return name;
  // What nobody has is closed by the name of another tenant, too.
  return /^(?:_.*|[A-Za-z]+)$/.test(below) && !/^[A-Z][a-z]/.test(name) ? name : undefined;
}

const TYPES_IN_LOWER_CASE = new Set([...RESOURCE_TYPES].map((type) => type.toLowerCase()));

/** The path that routes are written for: decoded, without the tenant, and without a slash at its end. */
export function routePath(request: Request): string {
  const path = decoded(new URL(request.url).pathname);
  const tenant = tenantOfPath(path);
  const below = tenant === undefined ? path : `/fhir${path.slice(`/fhir/${tenant}`.length)}`;
  return below.length > 1 && below.endsWith("/") ? below.slice(0, -1) : below;
}

function decoded(path: string): string {
  try {
    // An encoded percent sign stays one: parameters are decoded once more when they are read.
    return decodeURI(path.replaceAll("%25", "%2525"));
  } catch {
    return path;
  }
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
