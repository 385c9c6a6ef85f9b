import { servingRole } from "@aarohan/access";
import { EdgeError } from "@aarohan/contract";
import type { MiddlewareHandler } from "hono";
import { tenantOf } from "./address.ts";
import type { GatewayEnv } from "./gateway-env.ts";
import { withinScopes } from "./granted-scopes.ts";
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
    c.set("view", withinScopes(viewOf(principal, c.get("services")), principal));
    await next();
  };
}
