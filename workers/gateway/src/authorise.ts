import { servingRole } from "@aarohan/access";
import { type Authorisation, EdgeError, type Principal } from "@aarohan/contract";
import type { Context, MiddlewareHandler } from "hono";
import { tenantOf } from "./address.ts";
import type { GatewayEnv } from "./gateway-env.ts";
import { withinScopes } from "./granted-scopes.ts";
import { upstreamCall } from "./upstream-call.ts";
import { viewOf } from "./view.ts";

/** Identity → the tenant, the role that serves, and how that role sees the data. `Aarohan-Role` chooses among the token's own. */
export function authorise(): MiddlewareHandler<GatewayEnv> {
  return async function authorise(c, next) {
    const identity = c.get("identity");
    const principal = { ...identity, role: servingRole(identity.roles, c.req.header("Aarohan-Role")) };
    c.set("principal", principal);
    const named = tenantOf(c);
    if (named !== undefined && named !== identity.tenant) {
      throw new EdgeError(
        "tenant-not-held",
        "The access token is for another tenant than the address names.",
      );
    }
    c.set("tenant", c.get("services").tenant(identity.tenant));
    const authorised = { ...principal, authorisation: await patientsNamedBy(c, principal) };
    c.set("view", withinScopes(viewOf(authorised, c.get("services")), principal));
    await next();
  };
}

/** Whom a general practitioner has in care is known to the programme's server alone. */
async function patientsNamedBy(
  c: Context<GatewayEnv>,
  { role, authorisation }: Principal,
): Promise<Authorisation> {
  if (role !== "healthcare-provider" || authorisation.kind !== "generalPractitioners") return authorisation;
  const ids = await c.get("tenant").patientsInCare.of(authorisation.ids, upstreamCall(c));
  return ids.length === 0 ? { kind: "none" } : { kind: "patients", ids };
}
